//! Faults that are not the guest's, and who may write machine code.

#![expect(unsafe_code, reason = "faults on purpose, in a process of its own")]

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use selvedge::{Caller, Engine, Linker, Module, Store};

use crate::support::{HAS_BASELINE, engines};

const CALLS_HOST: &str = r#"
    (module
        (import "" "host" (func $host))
        (memory (export "memory") 1)
        (func (export "run") (param $n i32)
            (loop $l
                (call $host)
                (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))))
"#;

/// Runs [`CALLS_HOST`] for `n` passes.
fn run(engine: &Engine, n: i32, host: impl Fn(Caller<'_, ()>) + Send + Sync + 'static) {
    let module = Module::new(engine, CALLS_HOST).unwrap();
    let mut linker = Linker::new(engine);
    linker.func_wrap("", "host", host).unwrap();
    let mut store = Store::new(engine, ());
    let instance = linker.instantiate(&mut store, &module).unwrap();
    let run = instance
        .get_typed_func::<i32, ()>(&mut store, "run")
        .unwrap();
    run.call(&mut store, n).unwrap();
}

#[cfg(target_os = "linux")]
#[test]
fn nothing_is_writable_and_executable() {
    for (name, engine) in engines() {
        let looked = Arc::new(AtomicUsize::new(0));
        let count = looked.clone();
        run(&engine, 20, move |_| {
            let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
            let mut made = 0;
            for line in maps.lines() {
                let mut words = line.split_whitespace();
                let (Some(_), Some(rights)) = (words.next(), words.next()) else {
                    panic!("{line}")
                };
                assert!(!(rights.contains('w') && rights.contains('x')), "{line}");
                let path = words.nth(3).unwrap_or("");
                let is_file = path.starts_with('/') && !path.contains("memfd");
                made += usize::from(rights.contains('x') && !is_file && !path.starts_with('['));
            }
            count.fetch_add(made, Ordering::Relaxed);
        });
        // Machine code is found if there is some.
        let found = looked.load(Ordering::Relaxed);
        if HAS_BASELINE && name.contains("baseline") {
            assert!(found >= 20, "{name}: {found}");
        }
    }
}

/// The variable that makes the test below fault, and says which engine and where.
const FAULT: &str = "SELVEDGE_TEST_FAULT";

#[cfg(target_os = "linux")]
#[test]
fn a_fault_of_the_host_goes_to_the_previous_handler() {
    const SIGSEGV: i32 = 11;
    const STATUS: i32 = 77;
    unsafe extern "C" {
        fn signal(number: i32, handler: usize) -> usize;
        fn _exit(status: i32) -> !;
    }
    extern "C" fn handler(_: i32) {
        // SAFETY: this function may be called in a handler of signals.
        unsafe { _exit(STATUS) }
    }
    if let Ok(what) = std::env::var(FAULT) {
        let (number, place) = what.split_once(' ').unwrap();
        let in_guard = place == "guard";
        // SAFETY: the handler only ends the process.
        unsafe { signal(SIGSEGV, handler as *const () as usize) };
        let (_, engine) = engines().swap_remove(number.parse().unwrap());
        let passes = AtomicUsize::new(0);
        run(&engine, 20, move |mut caller| {
            if passes.fetch_add(1, Ordering::Relaxed) < 15 {
                return;
            }
            let memory = caller.get_export("memory").unwrap().into_memory().unwrap();
            let address = if in_guard {
                memory.data(&caller).as_ptr().wrapping_add(1 << 20)
            } else {
                std::ptr::without_provenance(8)
            };
            // SAFETY: none; this process is to end here.
            unsafe { address.read_volatile() };
        });
        unreachable!("there was no fault");
    }
    for (number, (name, _)) in engines().iter().enumerate() {
        for place in ["guard", "null"] {
            let child = Command::new(std::env::current_exe().unwrap())
                .args([
                    "--exact",
                    "faults::a_fault_of_the_host_goes_to_the_previous_handler",
                ])
                .env(FAULT, format!("{number} {place}"))
                .output()
                .unwrap();
            assert_eq!(
                child.status.code(),
                Some(STATUS),
                "{name}, {place}: {child:?}"
            );
        }
    }
}
