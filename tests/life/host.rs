//! Host functions: contexts, terminations, panics, nested runs.

use std::any::Any;
use std::sync::{Arc, Mutex};

use selvedge::region::{Contexts, InstanceRegion, LifeError, TerminationDetails};
use selvedge::{Caller, Error, Result, Trap, Val};

use crate::support::*;

/// A guest with one import, which it calls.
const GUEST: &str = r#"(module (import "env" "host" (func $host (result i32)))
    (memory (export "memory") 1)
    (table 3 funcref)
    (elem (i32.const 0) func $twice)
    (func $twice (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2)))
    (func (export "run") (result i32) (i32.add (call $host) (i32.const 1)))
    (func $again (export "again") (param i32) (result i32)
        (if (result i32) (local.get 0) (then (call $host)) (else (i32.const 40)))))"#;

/// An instance of the guest whose import is `host`.
fn guest(
    kind: &Kind,
    host: impl Fn(Caller<'_, Contexts>) -> Result<i32> + Send + Sync + 'static,
) -> selvedge::region::InstanceHandle {
    let mut linker = kind.linker();
    linker.func_wrap("env", "host", host).expect("a function");
    kind.instance_with(GUEST, &linker)
}

#[test]
fn contexts_go_with_the_instance() {
    on_every_kind(|kind| {
        let mut instance = guest(kind, |caller| {
            assert!(caller.contains_embed_ctx::<String>());
            caller.get_embed_ctx_mut::<String>()?.push('!');
            // Others may be borrowed meanwhile.
            let text = caller.get_embed_ctx::<String>()?;
            *caller.get_embed_ctx_mut::<usize>()? += text.len();
            Ok(0)
        });
        assert_eq!(instance.insert_embed_ctx(String::from("hi")), None);
        assert_eq!(instance.insert_embed_ctx(100_usize), None);
        assert_eq!(returned(&mut instance, "run", &[]), 1);
        assert_eq!(returned(&mut instance, "run", &[]), 1);
        // A reset leaves them.
        kind.reset(&mut instance);
        assert_eq!(
            *instance.get_embed_ctx::<String>().unwrap().unwrap(),
            "hi!!"
        );
        *instance.get_embed_ctx_mut::<usize>().unwrap().unwrap() += 1;
        assert_eq!(instance.remove_embed_ctx::<usize>(), Some(108));
        assert!(!instance.contains_embed_ctx::<usize>());
    });
}

#[test]
fn a_missing_or_borrowed_context_ends_the_guest() {
    on_every_kind(|kind| {
        let mut instance = guest(kind, |caller| Ok(*caller.get_embed_ctx::<i32>()?));
        let details = terminated(instance.run("run", &[]));
        assert_eq!(details, TerminationDetails::CtxNotFound);
        let mut instance = guest(kind, |caller| {
            let _held = caller.get_embed_ctx_mut::<i32>()?;
            Ok(*caller.get_embed_ctx::<i32>()?)
        });
        instance.insert_embed_ctx(1_i32);
        let details = terminated(instance.run("run", &[]));
        assert_eq!(details, TerminationDetails::BorrowError("get_embed_ctx"));
        let mut instance = guest(kind, |caller| {
            let _held = caller.get_embed_ctx::<i32>()?;
            Ok(*caller.get_embed_ctx_mut::<i32>()?)
        });
        instance.insert_embed_ctx(1_i32);
        let details = terminated(instance.run("run", &[]));
        assert_eq!(
            details,
            TerminationDetails::BorrowError("get_embed_ctx_mut")
        );
        // The borrow has ended with the host function.
        assert!(instance.get_embed_ctx_mut::<i32>().unwrap().is_ok());
    });
}

#[test]
fn the_frames_of_a_host_function_are_dropped() {
    on_every_kind(|kind| {
        let lock = Arc::new(Mutex::new(0));
        let held = lock.clone();
        let mut instance = guest(kind, move |_| {
            let mut number = held.lock().expect("nobody panics");
            *number += 1;
            match *number {
                1 => TerminationDetails::provide(1_u8).raise(),
                2 => Err(TerminationDetails::provide(2_u8).into()),
                _ => Ok(*number),
            }
        });
        let details = terminated(instance.run("run", &[]));
        let provided: &dyn Any = details.provided_details().unwrap();
        assert_eq!(provided.downcast_ref(), Some(&1_u8));
        assert!(lock.is_poisoned(), "it was dropped by unwinding");
        lock.clear_poison();
        kind.reset(&mut instance);
        let details = terminated(instance.run("run", &[]));
        let provided: &dyn Any = details.provided_details().unwrap();
        assert_eq!(provided.downcast_ref(), Some(&2_u8));
        assert!(!lock.is_poisoned());
        kind.reset(&mut instance);
        assert_eq!(returned(&mut instance, "run", &[]), 4);
    });
}

#[test]
fn errors_and_panics_of_the_host_end_the_guest() {
    on_every_kind(|kind| {
        let mut instance = guest(kind, |_| Err(Error::msg("no more paper")));
        let error = instance.run("run", &[]).unwrap_err();
        assert_eq!(error.to_string(), "runtime terminated: no more paper");
        let details = terminated(Err(error));
        let provided: &dyn Any = details.provided_details().unwrap();
        assert!(provided.is::<Error>());

        let mut instance = guest(kind, |_| Err(Error::i32_exit(3)));
        assert_eq!(terminated(instance.run("run", &[])).as_exitcode(), Some(3));

        let mut instance = guest(kind, |_| Err(Trap::HeapMisaligned.into()));
        assert_eq!(fault(instance.run("run", &[])), Trap::HeapMisaligned);

        let mut instance = guest(kind, |_| std::panic::resume_unwind(Box::new("a payload")));
        match terminated(instance.run("run", &[])) {
            TerminationDetails::OtherPanic(payload) => {
                assert_eq!(payload.message().as_deref(), Some("a payload"));
                assert_eq!(payload.into_inner().downcast_ref(), Some(&"a payload"));
            }
            details => panic!("{details:?}"),
        }
        assert!(instance.is_terminated());
        kind.reset(&mut instance);
        assert!(instance.is_ready());
    });
}

/// A host function that calls the guest that called it.
fn call_again(caller: &mut Caller<'_, Contexts>, argument: i32) -> Result<i32> {
    let instance = caller.instance().expect("a guest called");
    let again = instance.get_typed_func::<i32, i32>(&mut *caller, "again")?;
    again.call(caller, argument)
}

#[test]
fn guests_and_host_functions_nest() {
    on_every_kind(|kind| {
        let depth = Arc::new(Mutex::new(0));
        let reached = depth.clone();
        let mut instance = guest(kind, move |mut caller| {
            let deeper = {
                let mut depth = reached.lock().unwrap();
                *depth += 1;
                *depth < 10
            };
            Ok(call_again(&mut caller, i32::from(deeper))? + 1)
        });
        assert_eq!(returned(&mut instance, "run", &[]), 51);
        assert_eq!(*depth.lock().unwrap(), 10);
    });
}

#[test]
fn a_termination_ends_all_nested_guests_and_drops_all_frames() {
    struct Counted(Arc<Mutex<i32>>);
    impl Drop for Counted {
        fn drop(&mut self) {
            *self.0.lock().unwrap() += 1;
        }
    }
    on_every_kind(|kind| {
        for how in 0..4 {
            let (entered, dropped) = (Arc::new(Mutex::new(0)), Arc::new(Mutex::new(0)));
            let (enter, drop) = (entered.clone(), dropped.clone());
            let mut instance = guest(kind, move |mut caller| {
                let _frame = Counted(drop.clone());
                let depth = {
                    let mut depth = enter.lock().unwrap();
                    *depth += 1;
                    *depth
                };
                match how {
                    _ if depth < 5 => call_again(&mut caller, 1),
                    0 => Err(caller.terminate(9_u16)),
                    1 => TerminationDetails::provide(9_u16).raise(),
                    2 => std::panic::resume_unwind(Box::new(9_u16)),
                    _ => Err(Trap::NullReference.into()),
                }
            });
            let result = instance.run("run", &[]);
            if how == 3 {
                assert_eq!(fault(result), Trap::NullReference);
            } else {
                match terminated(result) {
                    TerminationDetails::Provided { provided, .. } => {
                        let provided: Box<dyn Any> = provided;
                        assert_eq!(provided.downcast_ref(), Some(&9_u16));
                    }
                    TerminationDetails::OtherPanic(payload) => {
                        assert_eq!(how, 2);
                        assert_eq!(payload.into_inner().downcast_ref(), Some(&9_u16));
                    }
                    details => panic!("{details:?}"),
                }
            }
            assert_eq!((*entered.lock().unwrap(), *dropped.lock().unwrap()), (5, 5));
            kind.reset(&mut instance);
            *entered.lock().unwrap() = -1_000;
            assert_eq!(returned(&mut instance, "again", &[0.into()]), 40);
        }
    });
}

#[test]
fn host_functions_reach_memory_and_table() {
    on_every_kind(|kind| {
        let mut instance = guest(kind, |mut caller| {
            let heap = caller.heap().expect("a memory");
            let old = heap.grow(&mut caller, 1)?;
            let bytes = heap.data_mut(&mut caller);
            bytes[bytes.len() - 1] = 7;
            Ok(old as i32)
        });
        assert_eq!(returned(&mut instance, "run", &[]), 2);
        assert_eq!(instance.heap().len(), 2 << 16);
        assert_eq!(instance.heap().last(), Some(&7));
    });
}

#[test]
fn host_functions_call_back_through_a_table() {
    on_every_kind(|kind| {
        let mut instance = guest(kind, |mut caller| {
            let twice = caller.get_func_from_idx(0, 0)?;
            for (table, element) in [(0, 1), (0, 3), (1, 0)] {
                let error = caller.get_func_from_idx(table, element).expect_err("none");
                let found = matches!(
                    error.downcast_ref(),
                    Some(&LifeError::FuncNotFound(t, e)) if (t, e) == (table, element)
                );
                assert!(found, "{error}");
            }
            let mut results = [Val::I32(0)];
            twice.call(&mut caller, &[Val::I32(21)], &mut results)?;
            Ok(results[0].unwrap_i32())
        });
        assert_eq!(returned(&mut instance, "run", &[]), 43);
    });
}

#[test]
fn other_instances_may_run_within_a_host_function() {
    on_every_kind(|kind| {
        let inner = guest(kind, |_| Ok(20));
        // A handle is bound to its thread; one that waits for nothing may be sent.
        let inner = Mutex::new(Some(inner.try_into_send().expect("it does not wait")));
        let mut instance = guest(kind, move |_| {
            let mut handle = inner.lock().unwrap().take().unwrap().into_handle();
            let value = handle.run("run", &[]).map_err(Error::from)?;
            let fault = handle.run("again", &[Val::I64(0)]).unwrap_err();
            assert!(matches!(fault, LifeError::InvalidArgument(_)));
            *inner.lock().unwrap() = Some(handle.try_into_send().expect("it does not wait"));
            Ok(value.unwrap_returned().as_i32())
        });
        assert_eq!(returned(&mut instance, "run", &[]), 22);
        assert_eq!(returned(&mut instance, "run", &[]), 22);
    });
}

#[test]
fn an_instance_can_go_to_another_thread() {
    on_every_kind(|kind| {
        let region = kind.region(2, &small());
        let mut linker = kind.linker();
        linker
            .func_wrap(
                "env",
                "host",
                |caller: Caller<'_, Contexts>| -> Result<i32> {
                    *caller.get_embed_ctx_mut::<i32>()? += 1;
                    Ok(*caller.get_embed_ctx::<i32>()?)
                },
            )
            .unwrap();
        let pre = kind.pre_with(GUEST, &linker);
        let builder = region.new_instance_builder(&pre).with_embed_ctx(10_i32);
        let mut instance = kind.started(builder).unwrap();
        assert_eq!(returned(&mut instance, "run", &[]), 12);
        let sent = instance.try_into_send().expect("it does not wait");
        let thread = std::thread::spawn(move || {
            let mut instance = sent.into_handle();
            assert_eq!(returned(&mut instance, "run", &[]), 13);
            instance.try_into_send().expect("it does not wait")
        });
        let mut instance = thread.join().unwrap().into_handle();
        assert_eq!(returned(&mut instance, "run", &[]), 14);
    });
}
