//! Every function of a valid module is translated for the interpreter, with any optimisations, and listed.
//!
//! Input: [settings](crate::settings), a byte of their meaning, a [module](crate::modules). What must hold:
//! no panic; limits are errors of that kind; the code that a translation makes does not depend on when it is
//! made, and is bounded by the size of the module.

use selvedge::{CompilationMode, ErrorKind, Module, Strategy};

use crate::modules::{Source, header};
use crate::settings::{Meaning, SETTINGS_BYTES, Settings};

/// Bytes of register code that a byte of a module leads to at most, on the whole: an instruction, and copies of
/// the values that a branch carries.
const CODE_PER_BYTE: usize = 2048;

/// See the [module](self).
pub fn run(bytes: &[u8]) -> Option<()> {
    let (settings, bytes) = header::<SETTINGS_BYTES>(bytes)?;
    let ([meaning], bytes) = header::<1>(bytes)?;
    let source = Source::new(bytes)?;
    let mut settings = Settings::of_bytes(settings);
    settings.strategy = Strategy::Interpreter;
    settings.pool = None;
    let meaning = Meaning::of_byte(meaning);

    let mut listings = Vec::new();
    for mode in [CompilationMode::Eager, CompilationMode::Lazy] {
        settings.mode = Some(mode);
        let engine = settings.engine(meaning)?;
        let translated = Module::from_binary(&engine, &source.wasm)
            .and_then(|module| module.prepare_all().map(|()| module));
        listings.push(match translated {
            Ok(module) => {
                let bytes = module.register_code_bytes();
                let bound = CODE_PER_BYTE * (source.wasm.len() + 64);
                assert!(bytes <= bound, "{bytes} bytes of code\n{}", source.text());
                let listing = module.register_code();
                Some(listing.expect("all functions have been translated"))
            }
            Err(error) => {
                assert_eq!(
                    error.kind(),
                    ErrorKind::Limit,
                    "{error:?}\n{}",
                    source.text()
                );
                None
            }
        });
    }
    assert_eq!(listings[0], listings[1], "{}", source.text());
    Some(())
}
