//! Arbitrary bytes are refused or become a module; a module that is accepted can be
//! looked at, and all its functions can be translated.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use selvedge::{CompilationMode, Config, Engine, Module};

static ENGINES: LazyLock<[Engine; 3]> = LazyLock::new(|| {
    [
        CompilationMode::Eager,
        CompilationMode::LazyTranslation,
        CompilationMode::Lazy,
    ]
    .map(|mode| {
        let mut config = Config::new();
        config
            .wasm_wide_arithmetic(true)
            .wasm_custom_page_sizes(true)
            .compilation_mode(mode);
        Engine::new(&config).expect("the settings are supported")
    })
});

fuzz_target!(|bytes: &[u8]| {
    let [eager, lazy_translation, lazy] = &*ENGINES;
    let valid = Module::validate(eager, bytes).is_ok();
    for engine in [eager, lazy_translation] {
        // An error may also be a limit of translation, which validation does not know.
        if let Ok(module) = Module::from_binary(engine, bytes) {
            assert!(valid, "a module that is not valid was accepted");
            assert_eq!(module.imports().count(), module.imports().len());
            for export in module.exports() {
                assert!(module.get_export(export.name()).is_some());
            }
        }
    }
    if let Ok(module) = Module::from_binary(lazy, bytes) {
        // Bodies have not been looked at yet.
        assert_eq!(module.validate_all().is_ok(), valid);
    } else {
        assert!(!valid, "a valid module was refused");
    }
});
