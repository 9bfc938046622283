//! Every function of a valid module is compiled, with any options.
//!
//! Input: [settings](crate::settings), a byte of their meaning, a [module](crate::modules). What must hold:
//! no panic; limits are errors of that kind, and told of to the listener; the places in the code that belong
//! to operators are in the code, in order, and the operators in the module.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use selvedge::{CompilationMode, CompiledFunction, Engine, ErrorKind, Module, Strategy};

use crate::modules::{Source, header};
use crate::settings::{Meaning, SETTINGS_BYTES, Settings};

/// Bytes of machine code that a byte of a module leads to at most, on the whole.
const CODE_PER_BYTE: usize = 4096;

/// See the [module](self).
pub fn run(bytes: &[u8]) -> Option<()> {
    let (settings, bytes) = header::<SETTINGS_BYTES>(bytes)?;
    let ([meaning], bytes) = header::<1>(bytes)?;
    let source = Source::new(bytes)?;
    let mut settings = Settings::of_bytes(settings);
    settings.strategy = Strategy::Baseline;
    settings.mode = Some(match settings.mode {
        None | Some(CompilationMode::Eager) => CompilationMode::Eager,
        Some(other) => other,
    });
    settings.pool = None;
    let meaning = Meaning::of_byte(meaning);

    let (compiled, refused) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
    let counters = (compiled.clone(), refused.clone());
    let mut config = settings.config(meaning);
    config.on_compile(move |event| {
        let counter = match event.code_bytes() {
            Some(_) => &counters.0,
            None => &counters.1,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    });
    // Where there is no compiler, there is nothing to try.
    let engine = Engine::new(&config).ok()?;
    let made = Module::from_binary(&engine, &source.wasm)
        .and_then(|module| module.prepare_all().map(|()| module));
    let module = match made {
        Ok(module) => module,
        Err(error) => {
            assert_eq!(
                error.kind(),
                ErrorKind::Limit,
                "{error:?}\n{}",
                source.text()
            );
            assert!(
                refused.load(Ordering::Relaxed) > 0,
                "nobody was told: {error:?}"
            );
            return Some(());
        }
    };
    // What is compiled at once and passes a limit, as vectors do without SSE4.1, is interpreted instead.
    let is_eager = settings.mode == Some(CompilationMode::Eager);
    let refused = refused.load(Ordering::Relaxed);
    assert!(refused == 0 || is_eager, "{}", source.text());
    let functions = module.machine_code();
    assert_eq!(
        compiled.load(Ordering::Relaxed),
        functions.len(),
        "{}",
        source.text()
    );
    let bound = CODE_PER_BYTE * (source.wasm.len() + 64);
    assert!(module.machine_code_bytes() <= bound, "{}", source.text());
    for function in &functions {
        check_sites(function, &source);
    }
    Some(())
}

fn check_sites(function: &CompiledFunction, source: &Source) {
    let len = function.bytes().len();
    assert!(len > 0);
    let mut before = 0;
    for site in function.sites() {
        let in_code = site.offset <= len && site.wasm_offset < source.wasm.len();
        let in_order = before <= site.offset;
        assert!(
            in_code && in_order,
            "{site:?} of {function:?}\n{}",
            source.text()
        );
        before = site.offset;
    }
}
