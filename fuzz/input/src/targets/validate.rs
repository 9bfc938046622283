//! Arbitrary bytes are refused or become a module; all compilation modes agree in which it is.
//!
//! Input: the bytes of a module, which is hardly ever valid.

use std::sync::LazyLock;

use selvedge::{CompilationMode, Engine, ErrorKind, Module};

static ENGINES: LazyLock<[Engine; 3]> = LazyLock::new(|| {
    [
        CompilationMode::Eager,
        CompilationMode::LazyTranslation,
        CompilationMode::Lazy,
    ]
    .map(|mode| {
        let mut config = crate::oracle::selvedge::config();
        Engine::new(config.compilation_mode(mode)).expect("the settings are supported")
    })
});

/// See the [module](self).
pub fn run(bytes: &[u8]) -> Option<()> {
    let [eager, lazy_translation, lazy] = &*ENGINES;
    let valid = match Module::validate(eager, bytes) {
        Ok(()) => true,
        Err(error) => {
            let kind = error.kind();
            assert!(
                matches!(kind, ErrorKind::Invalid | ErrorKind::Limit),
                "{error:?}"
            );
            false
        }
    };
    for engine in [eager, lazy_translation] {
        match Module::from_binary(engine, bytes) {
            Ok(module) => {
                assert!(valid, "a module that is not valid was accepted");
                look_at(&module);
            }
            // Limits of translation are not known to validation.
            Err(error) if valid => assert_eq!(error.kind(), ErrorKind::Limit, "{error:?}"),
            Err(_) => {}
        }
    }
    match Module::from_binary(lazy, bytes) {
        // Bodies have not been looked at yet.
        Ok(module) => assert_eq!(module.validate_all().is_ok(), valid),
        Err(error) => assert!(!valid, "a valid module was refused: {error:?}"),
    }
    Some(())
}

/// Everything that can be asked of a module is consistent.
fn look_at(module: &Module) {
    assert_eq!(module.imports().count(), module.imports().len());
    for import in module.imports() {
        assert!(!import.ty().to_string().is_empty());
    }
    for export in module.exports() {
        assert!(module.get_export(export.name()).is_some());
        assert!(module.get_export_index(export.name()).is_some());
        assert!(!export.ty().to_string().is_empty());
    }
    for section in module.custom_sections() {
        let _ = (section.name(), section.data());
    }
    let _ = (module.name(), module.register_code_bytes());
}
