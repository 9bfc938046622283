//! Hooks of executions, with the code of every tier.

#![expect(unsafe_code, reason = "a hook changes the access of pages")]

use std::cell::RefCell;
use std::ptr;

use selvedge_vm::signal::{SignalBehavior, SignalDetails, SignalHook};

use crate::{
    AsContext, CompilationMode, Config, Engine, Error, Instance, Module, Store, Strategy, Trap,
};

const PAGE: usize = 4096;
const SIGSEGV: i32 = 11;
const SIGFPE: i32 = 8;
const SIGILL: i32 = 4;

unsafe extern "C" {
    fn mprotect(start: *mut u8, len: usize, access: i32) -> i32;
}

const GUEST: &str = r#"(module
    (memory (export "m") 1 1)
    (func (export "load") (param i32) (result i32)
        (i32.add (i32.load (local.get 0)) (i32.const 1)))
    (func (export "div") (param i32) (result i32) (i32.div_s (i32.const 6) (local.get 0)))
    (func (export "unreachable") (param i32) (result i32) unreachable))"#;

/// The trap and the number of a signal.
type Asked = (Option<Trap>, i32);

/// What a hook answers with, and what it has been asked.
struct Answers {
    behavior: SignalBehavior,
    /// What is made accessible.
    page: *mut u8,
    asked: RefCell<Vec<Asked>>,
}

const NONE: i32 = 0;
const READ_WRITE: i32 = 3;

impl Answers {
    fn set_access(&self, access: i32) {
        // SAFETY: the first page of the guard of the guest's memory.
        assert_eq!(unsafe { mprotect(self.page, PAGE, access) }, 0);
    }
}

unsafe fn answer(data: *mut (), details: &SignalDetails) -> SignalBehavior {
    // SAFETY: the test keeps it while guests run.
    let answers = unsafe { &*data.cast::<Answers>() };
    answers
        .asked
        .borrow_mut()
        .push((details.trap, details.signum));
    if answers.behavior == SignalBehavior::Continue {
        answers.set_access(READ_WRITE);
    }
    answers.behavior
}

/// Calls a function of a new guest with a hook that answers so; the result, and what the hook was asked.
fn call(
    config: &Config,
    name: &str,
    argument: i32,
    behavior: SignalBehavior,
) -> (Result<i32, Error>, Vec<Asked>) {
    let engine = Engine::new(config).unwrap();
    let module = Module::new(&engine, GUEST).unwrap();
    let mut store = Store::new(&engine, ());
    let instance = Instance::new(&mut store, &module, &[]).unwrap();
    let memory = instance.get_memory(&mut store, "m").unwrap();
    let answers = Answers {
        behavior,
        page: memory
            .data(&store)
            .as_ptr()
            .wrapping_add(0x1_0000)
            .cast_mut(),
        asked: RefCell::new(Vec::with_capacity(4)),
    };
    let hook = SignalHook {
        data: ptr::from_ref(&answers).cast_mut().cast(),
        call: answer,
    };
    let func = instance
        .get_typed_func::<i32, i32>(&mut store, name)
        .unwrap();
    // SAFETY: what the hook needs lives until it is taken back.
    unsafe {
        store
            .as_context()
            .opaque()
            .exec()
            .set_signal_hook(Some(hook))
    };
    let result = func.call(&mut store, argument);
    // SAFETY: nobody is asked.
    unsafe { store.as_context().opaque().exec().set_signal_hook(None) };
    if behavior == SignalBehavior::Continue && !answers.asked.borrow().is_empty() {
        // The memory's pages may be used again, with the guard that they had.
        answers.set_access(NONE);
    }
    (result, answers.asked.take())
}

#[test]
fn hooks_are_asked_about_signals_of_machine_code_only() {
    let mut interpreter = Config::new();
    interpreter.strategy(Strategy::Interpreter);
    let mut baseline = Config::new();
    let mut without_signals = Config::new();
    let mut configs = vec![(interpreter, false)];
    if selvedge_vm::HAS_NATIVE {
        baseline
            .strategy(Strategy::Baseline)
            .compilation_mode(CompilationMode::Lazy);
        without_signals
            .strategy(Strategy::Baseline)
            .signals_based_traps(false);
        let mut auto = Config::new();
        auto.strategy(Strategy::Auto).tier_up_thresholds(0, 0);
        configs.extend([(baseline, true), (auto, true), (without_signals, false)]);
    }
    for (config, has_signals) in configs {
        for (name, argument, trap, signum) in [
            ("load", 0x1_0000, Trap::MemoryOutOfBounds, SIGSEGV),
            ("div", 0, Trap::IntegerDivisionByZero, SIGFPE),
            ("unreachable", 0, Trap::UnreachableCodeReached, SIGILL),
        ] {
            for behavior in [SignalBehavior::Default, SignalBehavior::Terminate] {
                let (result, asked) = call(&config, name, argument, behavior);
                let error = result.unwrap_err();
                if !has_signals || behavior == SignalBehavior::Default {
                    assert_eq!(error.as_trap_code(), Some(trap), "{config:?}");
                    assert_eq!(error.backtrace().unwrap().frames().len(), 1);
                }
                let expected = [(Some(trap), signum)];
                assert_eq!(asked, expected[..usize::from(has_signals)], "{config:?}");
            }
        }
        let (result, asked) = call(&config, "load", 0x1_0000, SignalBehavior::Continue);
        if has_signals {
            assert_eq!(result.unwrap(), 1);
            assert_eq!(asked, [(Some(Trap::MemoryOutOfBounds), SIGSEGV)]);
        } else {
            let trap = result.unwrap_err().as_trap_code();
            assert_eq!(trap, Some(Trap::MemoryOutOfBounds));
            assert_eq!(asked, []);
        }
    }
}
