//! Ten thousand instances at a time, each of which runs, in one process. They take most of the mappings that a
//! process may have, so this test has one of its own.

#![cfg(all(target_os = "linux", not(feature = "portable-sys")))]

use selvedge::region::{CompactRegion, InstanceHandle, InstanceRegion, Limits, Region};
use selvedge::{Config, Engine, Linker, Module, Strategy};

fn add(instance: &mut InstanceHandle, n: usize) -> u64 {
    let result = instance.run("add", &[(n as i32).into()]);
    result.expect("it runs").unwrap_returned().as_u64()
}

#[test]
fn ten_thousand_instances_live_side_by_side() {
    const COUNT: usize = 10_000;
    for strategy in [Strategy::Interpreter, Strategy::Auto] {
        let engine = Engine::new(Config::new().strategy(strategy)).unwrap();
        let module = Module::new(
            &engine,
            r#"(module (memory 1 2) (data (i32.const 16) "data")
                (global $n (mut i32) (i32.const 0))
                (func (export "add") (param i32) (result i32)
                    (global.set $n (i32.add (global.get $n) (local.get 0)))
                    (i32.store (i32.const 0) (global.get $n))
                    (i32.load (i32.const 0))))"#,
        )
        .unwrap();
        let pre = Linker::new(&engine).instantiate_pre(&module).unwrap();
        let limits = Limits::default()
            .with_heap_memory_size(128 << 10)
            .with_value_stack_size(64 << 10)
            .with_signal_stack_size(0);
        let region = CompactRegion::create(COUNT, &limits).unwrap();
        let mut instances: Vec<InstanceHandle> = (0..COUNT)
            .map(|_| region.new_instance(&pre).expect("an instance"))
            .collect();
        assert_eq!((region.used_slots(), region.free_slots()), (COUNT, 0));
        for round in 1..=2 {
            for (i, instance) in instances.iter_mut().enumerate() {
                let sum = add(instance, i);
                assert_eq!(sum, (i * round) as u64);
            }
        }
        for (i, instance) in instances.iter_mut().enumerate().step_by(7) {
            assert_eq!(&instance.heap()[16..20], b"data");
            instance.reset().unwrap();
            assert_eq!(add(instance, i), i as u64);
        }
        instances.truncate(COUNT / 2);
        assert_eq!(region.free_slots(), COUNT - COUNT / 2);
    }
}
