//! Host functions: arguments and results, errors, panics, re-entry.

mod support;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use selvedge::{
    AsContextMut, Caller, Engine, Error, ErrorKind, Extern, ExternRef, Func, FuncType, Instance,
    Linker, Module, Result, Store, Trap, V128, Val, ValType,
};

use support::on_every_engine;

#[test]
fn arguments_and_results_of_every_type_arrive() {
    on_every_engine(|engine| {
        let mut store = Store::new(&engine, ());
        let value = ExternRef::new(&mut store, "host value").unwrap();
        let swap = Func::wrap(
            &mut store,
            |a: i32, b: u64, c: f32, d: f64, f: Option<Func>, e: Option<ExternRef>| {
                (e, f, d, c, b, a)
            },
        );
        let wat = r#"
        (module
            (import "" "" (func $swap (param i32 i64 f32 f64 funcref externref)
                (result externref funcref f64 f32 i64 i32)))
            (export "host" (func $swap))
            (func (export "guest") (param i32 i64 f32 f64 funcref externref)
                (result externref funcref f64 f32 i64 i32)
                local.get 0 local.get 1 local.get 2 local.get 3 local.get 4 local.get 5
                call $swap))
    "#;
        let module = Module::new(&engine, wat).unwrap();
        let instance = Instance::new(&mut store, &module, &[swap.into()]).unwrap();
        type Params = (i32, u64, f32, f64, Option<Func>, Option<ExternRef>);
        type Results = (Option<ExternRef>, Option<Func>, f64, f32, u64, i32);
        for name in ["guest", "host"] {
            let func = instance.get_func(&mut store, name).unwrap();
            let typed = func.typed::<Params, Results>(&store).unwrap();
            let args = (-7, u64::MAX, 1.5, -0.0, Some(func), Some(value));
            let (e, f, d, c, b, a) = typed.call(&mut store, args).unwrap();
            assert_eq!(
                (a, b, c, d.to_bits()),
                (-7, u64::MAX, 1.5, (-0.0f64).to_bits())
            );
            assert_eq!((f, e), (Some(func), Some(value)));
            let args = [
                Val::I32(-7),
                Val::I64(-1),
                Val::F32(0x7fa0_0001),
                Val::F64(0x7ff4_0000_0000_0001),
                Val::FuncRef(None),
                Val::ExternRef(None),
            ];
            let mut results = vec![Val::I32(0); 6];
            func.call(&mut store, &args, &mut results).unwrap();
            assert!(
                results[0].unwrap_externref().is_none() && results[1].unwrap_funcref().is_none()
            );
            // Signalling NaNs are not touched.
            assert!(matches!(results[2], Val::F64(0x7ff4_0000_0000_0001)));
            assert!(matches!(results[3], Val::F32(0x7fa0_0001)));
            assert_eq!((results[4].i64(), results[5].i32()), (Some(-1), Some(-7)));
        }
    });
}

#[test]
fn vectors_take_their_slots_between_host_functions() {
    on_every_engine(|engine| {
        let mut store = Store::new(&engine, ());
        let func = Func::wrap(&mut store, |a: i32, v: V128, b: i32| {
            (b, V128::from(v.as_u128().rotate_left(8)), a)
        });
        let typed = func
            .typed::<(i32, V128, i32), (i32, V128, i32)>(&store)
            .unwrap();
        let v = V128::from(0x0123_4567_89ab_cdef_0011_2233_4455_6677);
        let rotated = V128::from(0x2345_6789_abcd_ef00_1122_3344_5566_7701);
        assert_eq!(typed.call(&mut store, (1, v, 2)).unwrap(), (2, rotated, 1));
    });
}

#[test]
fn sixteen_parameters_and_a_caller_arrive_in_order() {
    on_every_engine(|engine| {
        let mut store = Store::new(&engine, 0u64);
        let func = Func::wrap(
            &mut store,
            |mut caller: Caller<'_, u64>,
             a: i32,
             b: i32,
             c: i32,
             d: i32,
             e: i32,
             f: i32,
             g: i32,
             h: i32,
             i: i32,
             j: i32,
             k: i32,
             l: i32,
             m: i32,
             n: i32,
             o: i32,
             p: i32| {
                let digits = [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p];
                *caller.data_mut() = digits.iter().fold(0, |n, d| n << 4 | *d as u64);
            },
        );
        let args: Vec<Val> = (0..16).map(Val::I32).collect();
        func.call(&mut store, &args, &mut []).unwrap();
        assert_eq!(*store.data(), 0x0123_4567_89ab_cdef);
    });
}

#[test]
fn untyped_host_functions_are_checked_when_they_return() {
    on_every_engine(|engine| {
        let mut store = Store::new(&engine, ());
        let ty = FuncType::new(&engine, [ValType::I32], [ValType::I64, ValType::F32]);
        let func = Func::new(&mut store, ty.clone(), |_, params, results| {
            match params[0].unwrap_i32() {
                0 => results[0] = Val::I64(3),
                1 => results[0] = Val::I32(3),
                _ => return Err(Error::msg("no such case")),
            }
            Ok(())
        });
        assert_eq!(func.ty(&store), ty);
        let mut results = [Val::I32(0), Val::I32(0)];
        func.call(&mut store, &[Val::I32(0)], &mut results).unwrap();
        assert!(matches!(results, [Val::I64(3), Val::F32(0)]));
        let error = func
            .call(&mut store, &[Val::I32(1)], &mut results)
            .unwrap_err();
        assert!(
            error.to_string().contains("expected i64, found i32"),
            "{error}"
        );
        let error = func
            .call(&mut store, &[Val::I32(2)], &mut results)
            .unwrap_err();
        assert_eq!(
            (error.to_string().as_str(), error.kind()),
            ("no such case", ErrorKind::Host)
        );
        // Wrong numbers and types are found before anything is called.
        for (args, results) in [(vec![], 2), (vec![Val::I64(0)], 2), (vec![Val::I32(0)], 1)] {
            let mut results = vec![Val::I32(0); results];
            let error = func.call(&mut store, &args, &mut results).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
        }
        assert!(func.typed::<i32, i64>(&store).is_err());
        assert!(func.typed::<u32, (u64, f32)>(&store).is_ok());
    });
}

#[derive(Debug, thiserror::Error, PartialEq)]
#[error("out of thread number {0}")]
struct OutOfThread(u32);

#[test]
fn host_errors_end_the_guest_and_come_back_as_they_were() {
    on_every_engine(|engine| {
        let mut linker = Linker::<()>::new(&engine);
        linker
            .func_wrap("", "fail", |n: u32| -> Result<(), OutOfThread> {
                Err(OutOfThread(n))
            })
            .unwrap()
            .func_wrap("", "trap", || -> Result<i32> {
                Err(Trap::OutOfFuel.into())
            })
            .unwrap();
        let wat = r#"
        (module
            (import "" "fail" (func $fail (param i32)))
            (import "" "trap" (func $trap (result i32)))
            (global $after (export "after") (mut i32) (i32.const 0))
            (func (export "fail") (call $fail (i32.const 4)) (global.set $after (i32.const 1)))
            (func (export "trap") (global.set $after (call $trap))))
    "#;
        let module = Module::new(&engine, wat).unwrap();
        let mut store = Store::new(&engine, ());
        let instance = linker.instantiate(&mut store, &module).unwrap();
        let mut call = |name| {
            let func = instance.get_typed_func::<(), ()>(&mut store, name).unwrap();
            func.call(&mut store, ()).unwrap_err()
        };
        let error = call("fail");
        assert_eq!(error.downcast_ref(), Some(&OutOfThread(4)));
        assert_eq!(error.backtrace().unwrap().frames().len(), 1);
        assert_eq!(error.downcast::<OutOfThread>().unwrap(), OutOfThread(4));
        let error = call("trap");
        assert_eq!(
            (error.kind(), error.as_trap_code()),
            (ErrorKind::Trap, Some(Trap::OutOfFuel))
        );
        let after = instance.get_global(&mut store, "after").unwrap();
        assert_eq!(after.get(&mut store).i32(), Some(0));
    });
}

/// A guest that calls `host` through two functions, exported as `run`.
const CALLS_HOST: &str = r#"
    (module
        (import "" "host" (func $host))
        (memory (export "memory") 1)
        (func (export "run") (call $inner))
        (func $inner (call $host)))
"#;

#[test]
fn panics_continue_at_the_entry_and_leave_the_store_usable() {
    on_every_engine(|engine| {
        struct Counted(Arc<AtomicUsize>);
        impl Drop for Counted {
            fn drop(&mut self) {
                self.0.fetch_add(1, Ordering::Relaxed);
            }
        }

        let drops = Arc::new(AtomicUsize::new(0));
        let mut linker = Linker::<u32>::new(&engine);
        let counter = drops.clone();
        linker
            .func_wrap(
                "",
                "host",
                move |mut caller: Caller<'_, u32>| -> Result<()> {
                    let _guard = Counted(counter.clone());
                    *caller.data_mut() += 1;
                    match *caller.data() {
                        // Through another guest and another host function.
                        depth @ 1..3 => {
                            let run = caller.get_export("run").unwrap().into_func().unwrap();
                            let result = run.call(&mut caller, &[], &mut []);
                            assert_eq!(depth, 100, "not reached, but {result:?}");
                            result
                        }
                        depth @ 3 => std::panic::panic_any(depth * 100),
                        _ => Ok(()),
                    }
                },
            )
            .unwrap();
        let module = Module::new(&engine, CALLS_HOST).unwrap();
        let mut store = Store::new(&engine, 0);
        let instance = linker.instantiate(&mut store, &module).unwrap();
        let run = instance
            .get_typed_func::<(), ()>(&mut store, "run")
            .unwrap();
        let payload = catch_unwind(AssertUnwindSafe(|| run.call(&mut store, ()))).unwrap_err();
        assert_eq!(payload.downcast_ref::<u32>(), Some(&300));
        assert_eq!(drops.load(Ordering::Relaxed), 3);
        // Four and more: it returns.
        run.call(&mut store, ()).unwrap();
        assert_eq!(*store.data(), 4);
    });
}

#[test]
fn a_host_function_can_use_the_store_while_its_guest_waits() {
    on_every_engine(|engine| {
        let mut linker = Linker::<Vec<Instance>>::new(&engine);
        let module = Module::new(&engine, CALLS_HOST).unwrap();
        let empty = Module::new(&engine, r#"(module (memory (export "m") 2))"#).unwrap();
        linker
            .func_wrap(
                "",
                "host",
                move |mut caller: Caller<'_, Vec<Instance>>| -> Result<()> {
                    let Some(Extern::Memory(memory)) = caller.get_export("memory") else {
                        return Err(Error::msg("no memory"));
                    };
                    // Grow, instantiate, collect, then write to the memory, which may have moved.
                    memory.grow(&mut caller, 1)?;
                    let instance = Instance::new(&mut caller, &empty, &[])?;
                    caller.data_mut().push(instance);
                    caller.gc();
                    let (bytes, instances) = memory.data_and_store_mut(&mut caller);
                    bytes[65536..65540].copy_from_slice(&(instances.len() as u32).to_le_bytes());
                    Ok(())
                },
            )
            .unwrap();
        let mut store = Store::new(&engine, Vec::new());
        let instance = linker.instantiate(&mut store, &module).unwrap();
        let run = instance
            .get_typed_func::<(), ()>(&mut store, "run")
            .unwrap();
        for _ in 0..3 {
            run.call(&mut store, ()).unwrap();
        }
        let memory = instance.get_memory(&mut store, "memory").unwrap();
        assert_eq!((memory.size(&store), memory.data(&store)[65536]), (4, 3));
        let inner = store.data()[2];
        let inner = inner.get_memory(&mut store, "m").unwrap();
        assert_eq!(inner.data_size(&store), 2 << 16);
        assert!(inner.data(&store).iter().all(|&byte| byte == 0));
    });
}

#[test]
fn the_caller_is_the_instance_that_calls() {
    on_every_engine(|engine| {
        let mut store = Store::new(&engine, None);
        let host = Func::wrap(&mut store, |mut caller: Caller<'_, Option<Instance>>| {
            let instance = caller.instance();
            *caller.data_mut() = instance;
            i32::from(caller.get_export("memory").is_some())
        });
        let wat = r#"
        (module
            (import "" "" (func $host (result i32)))
            (memory (export "memory") 1)
            (func (export "call") (result i32) (call $host))
            (func (export "tail") (result i32) (return_call $host)))
    "#;
        let module = Module::new(&engine, wat).unwrap();
        let instances: Vec<Instance> = (0..2)
            .map(|_| Instance::new(&mut store, &module, &[host.into()]).unwrap())
            .collect();
        for name in ["call", "tail"] {
            for &instance in &instances {
                let func = instance
                    .get_typed_func::<(), i32>(&mut store, name)
                    .unwrap();
                assert_eq!(func.call(&mut store, ()).unwrap(), 1);
                assert_eq!(*store.data(), Some(instance), "{name}");
            }
        }
        // The host itself has no exports.
        let host = host.typed::<(), i32>(&store).unwrap();
        assert_eq!(host.call(&mut store, ()).unwrap(), 0);
        assert_eq!(*store.data(), None);
    });
}

#[test]
fn functions_travel_as_values() {
    on_every_engine(|engine| {
        let mut store = Store::new(&engine, ());
        let apply = Func::wrap(
            &mut store,
            |mut caller: Caller<'_, ()>, func: Option<Func>, x: i32| -> Result<i32> {
                let func = func.ok_or_else(|| Error::msg("null"))?;
                let func = func.typed::<i32, i32>(&caller)?;
                func.call(caller.as_context_mut(), x)
            },
        );
        let wat = r#"
        (module
            (import "" "" (func $apply (param funcref i32) (result i32)))
            (func $square (param i32) (result i32) (i32.mul (local.get 0) (local.get 0)))
            (elem declare func $square)
            (func (export "run") (param i32) (result i32)
                (call $apply (ref.func $square) (local.get 0)))
            (func (export "null") (result i32) (call $apply (ref.null func) (i32.const 0)))
            (func (export "get") (result funcref) (ref.func $square)))
    "#;
        let module = Module::new(&engine, wat).unwrap();
        let instance = Instance::new(&mut store, &module, &[apply.into()]).unwrap();
        let run = instance
            .get_typed_func::<i32, i32>(&mut store, "run")
            .unwrap();
        assert_eq!(run.call(&mut store, 12).unwrap(), 144);
        let null = instance
            .get_typed_func::<(), i32>(&mut store, "null")
            .unwrap();
        assert_eq!(null.call(&mut store, ()).unwrap_err().to_string(), "null");
        let get = instance
            .get_typed_func::<(), Option<Func>>(&mut store, "get")
            .unwrap();
        let square = get.call(&mut store, ()).unwrap().unwrap();
        assert_eq!(get.call(&mut store, ()).unwrap(), Some(square));
        let mut results = [Val::I32(0)];
        square
            .call(&mut store, &[Val::I32(5)], &mut results)
            .unwrap();
        assert_eq!(results[0].i32(), Some(25));
    });
}

#[test]
fn handles_and_errors_can_be_shared_between_threads() {
    fn check<T: Send + Sync>() {}
    check::<Engine>();
    check::<Module>();
    check::<Store<u32>>();
    check::<Linker<std::cell::Cell<u32>>>();
    check::<selvedge::InstancePre<std::cell::Cell<u32>>>();
    check::<selvedge::TypedFunc<(i32, f64), ()>>();
    check::<Error>();
    check::<selvedge::InterruptHandle>();
}
