//! Machine code is run once it is there: by calls, and by loops that were running before, in whichever
//! thread.

#![expect(unsafe_code, reason = "counts the faults of the processor")]

use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use selvedge::{Caller, Config, Linker, Module, Store, Trap};

use crate::background::{Seen, engine};
use crate::support::HAS_BASELINE;

/// Faults of the processor, in a process of its own.
static FAULTS: AtomicUsize = AtomicUsize::new(0);

/// The handler that was there before, which makes traps of faults.
static HANDLER: AtomicUsize = AtomicUsize::new(0);

/// The variable that says that this is that process.
const COUNTING: &str = "SELVEDGE_TEST_COUNTING_FAULTS";

/// Counts faults from now on.
fn count_faults() {
    use std::ffi::{c_int, c_void};
    const SIGSEGV: c_int = 11;
    /// The C library's `struct sigaction` on x86-64.
    #[repr(C)]
    struct Action {
        handler: usize,
        mask: [u64; 16],
        flags: c_int,
        restorer: usize,
    }
    type Handler = extern "C" fn(c_int, *mut c_void, *mut c_void);
    unsafe extern "C" {
        fn sigaction(number: c_int, new: *const Action, old: *mut Action) -> c_int;
    }
    extern "C" fn count(number: c_int, info: *mut c_void, context: *mut c_void) {
        FAULTS.fetch_add(1, Ordering::Relaxed);
        let handler = std::ptr::with_exposed_provenance::<()>(HANDLER.load(Ordering::Relaxed));
        // SAFETY: the engine's handler takes three arguments.
        let handler = unsafe { std::mem::transmute::<*const (), Handler>(handler) };
        handler(number, info, context);
    }
    let mut action = Action {
        handler: 0,
        mask: [0; 16],
        flags: 0,
        restorer: 0,
    };
    // SAFETY: the handler passes on what it gets, with the engine's flags.
    unsafe {
        assert_eq!(sigaction(SIGSEGV, std::ptr::null(), &mut action), 0);
        HANDLER.store(action.handler, Ordering::Relaxed);
        action.handler = (count as Handler) as usize;
        assert_eq!(sigaction(SIGSEGV, &action, std::ptr::null_mut()), 0);
    }
}

/// Access beyond a memory is a fault in machine code, and none in the interpreter.
const TRAPS: &str = r#"
    (module
        (import "" "ready" (func $ready (result i32)))
        (memory 1)
        (func (export "loop") (result i32) (local $n i32)
            (loop $wait (br_if $wait (i32.eqz (call $ready))))
            (local.set $n (i32.const 3000))
            (loop $l (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
            (i32.load (i32.const 65536)))
        (func (export "call") (result i32)
            (i32.load (i32.const 65536))))
"#;

#[test]
fn what_is_compiled_is_run() {
    if !HAS_BASELINE {
        return;
    }
    if std::env::var_os(COUNTING).is_none() {
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "in_use::what_is_compiled_is_run"])
            .env(COUNTING, "1")
            .output()
            .unwrap();
        let output = String::from_utf8_lossy(&child.stdout);
        assert!(child.status.success(), "{child:?}");
        return assert!(output.contains("1 passed"), "{output}");
    }
    let faults = || FAULTS.load(Ordering::Relaxed);
    let traps = |name: &str, config: &mut dyn FnMut(&mut Config), is_ready: fn(&Seen) -> bool| {
        let (engine, seen) = engine(|it| config(it));
        if HANDLER.load(Ordering::Relaxed) == 0 {
            count_faults();
        }
        let mut linker = Linker::new(&engine);
        let ready = move || i32::from(is_ready(&seen));
        linker.func_wrap("", "ready", ready).unwrap();
        let module = Module::new(&engine, TRAPS).unwrap();
        let mut store = Store::new(&engine, ());
        let instance = linker.instantiate(&mut store, &module).unwrap();
        let func = instance.get_typed_func::<(), i32>(&mut store, name);
        let func = func.unwrap();
        move || {
            let before = faults();
            let error = func.call(&mut store, ()).unwrap_err();
            assert_eq!(error.as_trap_code(), Some(Trap::MemoryOutOfBounds));
            faults() - before
        }
    };
    // The interpreter, which nothing leaves.
    let never = &mut |config: &mut Config| {
        config.tier_up_thresholds(u32::MAX, u32::MAX);
    };
    assert_eq!(traps("loop", never, |_| true)(), 0);
    assert_eq!(traps("call", never, |_| true)(), 0);
    // A loop of one call, and then every call.
    let compiled = |seen: &Seen| !seen.all().is_empty();
    let mut call = traps("loop", &mut |_| (), compiled);
    for _ in 0..5 {
        assert_eq!(call(), 1);
    }
    // Calls, from some time on.
    let mut call = traps("call", &mut |_| (), |_| true);
    assert_eq!(call(), 0);
    let start = Instant::now();
    while call() == 0 {
        assert!(start.elapsed() < Duration::from_secs(60), "it is in use");
    }
    for _ in 0..5 {
        assert_eq!(call(), 1);
    } // A loop that is interpreted while another thread has it compiled.
    for in_background in [false, true] {
        let before = faults();
        two_threads(in_background);
        assert_eq!(faults() - before, 2, "in background: {in_background}");
    }
}

/// Runs the loop in two threads: one is in it, and not hot, when the other has it compiled, runs it to
/// the end and lets the first go on.
fn two_threads(in_background: bool) {
    let (engine, seen) = engine(|config| {
        config
            .background_compilation(in_background)
            .tier_up_thresholds(u32::MAX, 1000);
    });
    type Gate = Option<(Sender<()>, Receiver<()>)>;
    let mut linker = Linker::<Mutex<Gate>>::new(&engine);
    let ready = move |mut caller: Caller<'_, Mutex<Gate>>| {
        if let Some((reached, open)) = caller.data_mut().get_mut().unwrap().take() {
            reached.send(()).unwrap();
            open.recv().unwrap();
        }
        i32::from(!seen.all().is_empty())
    };
    linker.func_wrap("", "ready", ready).unwrap();
    let module = Module::new(&engine, TRAPS).unwrap();
    let run = |gate: Gate| {
        let mut store = Store::new(&engine, Mutex::new(gate));
        let instance = linker.instantiate(&mut store, &module).unwrap();
        let func = instance.get_typed_func::<(), i32>(&mut store, "loop");
        let error = func.unwrap().call(&mut store, ()).unwrap_err();
        assert_eq!(error.as_trap_code(), Some(Trap::MemoryOutOfBounds));
    };
    let (reach, reached) = channel();
    let (open, opened) = channel();
    thread::scope(|scope| {
        scope.spawn(|| run(Some((reach, opened))));
        reached.recv().unwrap();
        run(None);
        open.send(()).unwrap();
    });
}
