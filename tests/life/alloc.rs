//! Slots, heaps and what becomes of them.

use std::sync::{Arc, Mutex};

use selvedge::region::{
    AllocStrategy, CompactRegion, GlobalValue, InstanceHandle, InstanceRegion, LifeError, Limits,
    MmapRegion, RandomSource, RegionCreate, RegionError,
};
use selvedge::{Engine, Linker, Module};

use crate::support::*;

const PAGE: usize = 64 << 10;

/// Two pages with a few bytes of data, a table, globals.
const MODULE: &str = r#"(module
    (memory (export "memory") 2 20)
    (data (i32.const 8) "hello")
    (data (i32.const 65536) "second page")
    (global $n (export "n") (mut i32) (i32.const 5))
    (table 2 10 funcref)
    (elem (i32.const 0) $get)
    (func $get (export "get") (param i32) (result i32) (i32.load8_u (local.get 0)))
    (func (export "set") (param i32 i32) (i32.store8 (local.get 0) (local.get 1)))
    (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
    (func (export "inc") (result i32)
        (global.set $n (i32.add (global.get $n) (i32.const 1))) (global.get $n))
    (func (export "size") (result i32) (memory.size)))"#;

#[test]
fn a_new_instance_has_heap_and_globals() {
    on_every_kind(|kind| {
        let mut instance = kind.instance(MODULE);
        assert!(instance.is_ready());
        assert_eq!(instance.heap().len(), 2 * PAGE);
        assert_eq!(&instance.heap()[8..13], b"hello");
        assert_eq!(instance.heap_u32()[0x1_0000 / 4], 0x6f63_6573);
        assert_eq!(instance.heap_u64()[0], 0);
        assert_eq!(instance.globals().get(0), Some(GlobalValue::I32(5)));
        instance.heap_mut()[100] = 9;
        assert_eq!(returned(&mut instance, "get", &[100.into()]), 9);
        instance.heap_u32_mut()[26] = 0x0a0b;
        assert_eq!(returned(&mut instance, "get", &[105.into()]), 10);
        instance.heap_u64_mut()[14] = 77;
        assert_eq!(returned(&mut instance, "get", &[112.into()]), 77);
    });
}

#[test]
fn a_heap_grows_to_the_limits_and_stays_usable() {
    on_every_kind(|kind| {
        let region = kind.region(10, &small());
        let pre = kind.pre(MODULE);
        let make = || kind.started(region.new_instance_builder(&pre)).unwrap();
        let mut others: Vec<InstanceHandle> = (0..9).map(|_| make()).collect();
        let builder = region.new_instance_builder(&pre);
        let mut instance = kind
            .started(builder.with_heap_size_limit(6 * PAGE))
            .unwrap();
        assert_eq!(instance.grow_memory(0).unwrap(), 2);
        assert_eq!(instance.grow_memory(1).unwrap(), 2);
        assert_eq!(instance.grow_memory(2).unwrap(), 3);
        for pages in [2, 20, 70_000, u32::MAX] {
            let error = instance.grow_memory(pages).unwrap_err();
            assert!(matches!(error, LifeError::LimitsExceeded(_)), "{error:?}");
            assert_eq!(returned(&mut instance, "grow", &[pages.into()]) as i32, -1);
        }
        assert_eq!(returned(&mut instance, "grow", &[1.into()]), 5);
        assert_eq!(instance.heap().len(), 6 * PAGE);
        instance.heap_mut().fill(0xee);
        for other in &mut others {
            assert_eq!(&other.heap()[8..13], b"hello");
            assert_eq!(other.heap()[13..PAGE].iter().max(), Some(&0));
            // The module's maximum comes before the region's limit of 64 pages.
            assert_eq!(other.grow_memory(18).unwrap(), 2);
            assert!(other.grow_memory(1).is_err());
        }
    });
}

#[test]
fn limits_are_checked_before_a_slot_is_taken() {
    on_every_tier(|kind| {
        let limits = small()
            .with_heap_memory_size(2 * PAGE)
            .with_globals_size(4096);
        let region = kind.region(1, &limits);
        let refused = |text: &str| {
            let error = region.new_instance(&kind.pre(text)).unwrap_err();
            assert_eq!(region.used_slots(), 0);
            error
        };
        let error = refused("(module (memory 3))");
        assert!(matches!(error, LifeError::LimitsExceeded(_)), "{error:?}");
        let globals = |n| format!("(module {})", "(global i32 (i32.const 0))".repeat(n));
        let error = refused(&globals(513));
        assert!(matches!(error, LifeError::LimitsExceeded(_)), "{error:?}");
        assert!(region.new_instance(&kind.pre(&globals(512))).is_ok());
        let pre = kind.pre("(module (memory 1))");
        let builder = region
            .new_instance_builder(&pre)
            .with_heap_size_limit(3 * PAGE);
        let error = builder.build().unwrap_err();
        assert!(matches!(error, LifeError::InvalidArgument(_)), "{error:?}");
        let error = refused("(module (memory 1) (data (i32.const 65536) \"x\"))");
        assert!(matches!(error, LifeError::RuntimeFault(_)), "{error:?}");
        // A limit of one instance is not the next one's.
        let builder = region.new_instance_builder(&pre).with_heap_size_limit(PAGE);
        let mut instance = builder.build().unwrap();
        assert!(instance.grow_memory(1).is_err());
        drop(instance);
        let mut instance = region.new_instance(&pre).unwrap();
        assert_eq!(instance.grow_memory(1).unwrap(), 1);
    });
}

#[test]
fn what_belongs_to_a_store_cannot_be_imported() {
    on_every_tier(|kind| {
        let mut store = selvedge::Store::new(&kind.engine, Default::default());
        let ty = selvedge::MemoryType::new(1, None);
        let memory = selvedge::Memory::new(&mut store, ty).unwrap();
        let ty = selvedge::GlobalType::new(selvedge::ValType::I32, selvedge::Mutability::Const);
        let global = selvedge::Global::new(&mut store, ty, 1.into()).unwrap();
        let mut linker = kind.linker();
        linker.define(&store, "env", "memory", memory).unwrap();
        linker.define(&store, "env", "global", global).unwrap();
        let region = kind.region(1, &small());
        for import in [
            r#"(module (import "env" "memory" (memory 1)))"#,
            r#"(module (import "env" "global" (global i32)))"#,
        ] {
            let error = region.new_instance(&kind.pre_with(import, &linker));
            let error = error.unwrap_err();
            assert!(matches!(error, LifeError::Unsupported(_)), "{error:?}");
        }
        assert_eq!(region.free_slots(), 1);
    });
}

#[test]
fn a_reset_restores_everything() {
    on_every_kind(|kind| {
        let mut instance = kind.instance(MODULE);
        let fresh = instance.heap().to_vec();
        for round in 0..3 {
            assert_eq!(returned(&mut instance, "inc", &[]), 6, "round {round}");
            assert_eq!(returned(&mut instance, "inc", &[]), 7);
            instance.heap_mut().fill(0xab);
            assert_eq!(instance.grow_memory(3).unwrap(), 2);
            instance.heap_mut()[4 * PAGE] = 1;
            assert!(instance.get_instruction_count() > Some(0));
            kind.reset(&mut instance);
            assert_eq!(instance.get_instruction_count(), Some(0));
            assert!(instance.heap() == fresh, "round {round}");
            assert_eq!(instance.globals().get(0), Some(GlobalValue::I32(5)));
            assert_eq!(returned(&mut instance, "size", &[]), 2);
            assert_eq!(instance.grow_memory(3).unwrap(), 2);
            assert_eq!(instance.heap()[2 * PAGE..].iter().max(), Some(&0));
            kind.reset(&mut instance);
        }
    });
}

#[test]
fn the_next_tenant_of_a_slot_finds_nothing_of_the_last_one() {
    on_every_kind(|kind| {
        let region = kind.region(1, &small());
        let writer = kind.pre(
            r#"(module (memory 8) (table 8 funcref) (elem (i32.const 0) $run $run $run)
                (global $a (mut i64) (i64.const -1)) (global $b (mut i64) (i64.const -1))
                (func $run (export "run") (param i64 i64 i64) (result i64) (local i64 i64 i64)
                    (memory.fill (i32.const 0) (i32.const 0xcc) (i32.const 0x80000))
                    (local.set 3 (local.get 0)) (local.set 4 (local.get 1))
                    (i64.add (local.get 3) (local.get 4))))"#,
        );
        let reader = kind.pre(
            r#"(module (memory 1) (table 8 funcref)
                (global (mut i64) (i64.const 0)) (global (mut i64) (i64.const 0))
                (func (export "locals") (result i64) (local i64 i64 i64 i64 i64 i64)
                    (i64.or (i64.or (local.get 0) (local.get 1))
                        (i64.or (local.get 4) (local.get 5)))))"#,
        );
        for _ in 0..3 {
            let mut instance = kind.started(region.new_instance_builder(&writer)).unwrap();
            let result = returned(
                &mut instance,
                "run",
                &[7i64.into(), 8i64.into(), 9i64.into()],
            );
            assert_eq!(result, 15);
            assert_eq!(instance.grow_memory(8).unwrap(), 8);
            instance.heap_mut().fill(0xdd);
            drop(instance);
            let mut instance = kind.started(region.new_instance_builder(&reader)).unwrap();
            assert_eq!(instance.heap().len(), PAGE);
            assert_eq!(instance.grow_memory(40).unwrap(), 1);
            assert_eq!(instance.heap().iter().max(), Some(&0));
            assert!(
                instance
                    .globals()
                    .iter()
                    .all(|g| g == Some(GlobalValue::I64(0)))
            );
            assert_eq!(returned(&mut instance, "locals", &[]), 0);
            for element in 0..8 {
                let null = invalid_argument(instance.run_func_idx(0, element, &[]));
                assert_eq!(null, "entrypoint function cannot be null");
            }
        }
    });
}

#[test]
fn a_region_may_be_dropped_before_its_instances() {
    on_every_kind(|kind| {
        let region = kind.region(2, &small());
        let pre = kind.pre(MODULE);
        let mut one = kind.started(region.new_instance_builder(&pre)).unwrap();
        let mut two = kind.started(region.new_instance_builder(&pre)).unwrap();
        drop((region, pre));
        assert_eq!(returned(&mut one, "inc", &[]), 6);
        drop(one);
        assert_eq!(returned(&mut two, "inc", &[]), 6);
        kind.reset(&mut two);
        assert_eq!(returned(&mut two, "inc", &[]), 6);
    });
}

#[test]
fn slots_are_counted() {
    on_every_tier(|kind| {
        let region = kind.region(3, &small());
        let pre = kind.pre(MODULE);
        let mut numbers = [7_u64, u64::MAX, 1 << 63].into_iter().cycle();
        let source = move || numbers.next().expect("endless");
        let source: Arc<Mutex<dyn RandomSource>> = Arc::new(Mutex::new(source));
        let strategies = [
            AllocStrategy::Linear,
            AllocStrategy::Random,
            AllocStrategy::CustomRandom(source),
        ];
        for _ in 0..4 {
            let mut instances = Vec::new();
            for (i, strategy) in strategies.iter().enumerate() {
                assert_eq!((region.used_slots(), region.free_slots()), (i, 3 - i));
                let builder = region.new_instance_builder(&pre);
                instances.push(
                    builder
                        .with_alloc_strategy(strategy.clone())
                        .build()
                        .unwrap(),
                );
            }
            assert_eq!(region.capacity(), 3);
            let error = region.new_instance(&pre).unwrap_err();
            assert!(matches!(error, LifeError::RegionFull(3)), "{error:?}");
            instances.swap_remove(1);
            assert_eq!(region.free_slots(), 1);
        }
        assert_eq!(region.free_slots(), 3);
    });
}

#[test]
fn a_range_is_in_the_heap_or_not() {
    let engine = Engine::default();
    let module = Module::new(&engine, "(module (memory 1))").unwrap();
    let pre = Linker::new(&engine).instantiate_pre(&module).unwrap();
    let region = MmapRegion::create(1, &small()).unwrap();
    let instance = region.new_instance(&pre).unwrap();
    let heap = instance.heap().as_ptr();
    assert!(instance.check_heap(heap, PAGE));
    assert!(instance.check_heap(heap, 0));
    assert!(instance.check_heap(heap.wrapping_add(PAGE - 1), 1));
    assert!(!instance.check_heap(heap.wrapping_add(PAGE - 1), 2));
    assert!(!instance.check_heap(heap.wrapping_add(PAGE), 0));
    assert!(!instance.check_heap(heap.wrapping_sub(1), 1));
    assert!(!instance.check_heap(heap, usize::MAX));
}

#[test]
fn modules_without_memory_have_an_empty_heap() {
    on_every_tier(|kind| {
        let mut instance = kind.instance(r#"(module (func (export "f")))"#);
        assert!(instance.heap().is_empty() && instance.heap_u64().is_empty());
        let error = instance.grow_memory(0).unwrap_err();
        assert!(matches!(error, LifeError::NoLinearMemory(_)), "{error:?}");
        assert!(instance.globals().is_empty());
        let mut instance = kind.instance("(module (memory 0))");
        assert!(instance.heap_mut().is_empty());
        assert_eq!(instance.grow_memory(1).unwrap(), 0);
        assert_eq!(instance.heap().len(), PAGE);
    });
}

#[test]
fn globals_are_checked_by_type_and_mutability() {
    on_every_tier(|kind| {
        let mut instance = kind.instance(
            r#"(module
                (global i32 (i32.const 1)) (global (mut i64) (i64.const 2))
                (global (mut f32) (f32.const 3)) (global (mut f64) (f64.const 4))
                (global (mut funcref) (ref.null func))
                (func (export "get") (result i64) (global.get 1)))"#,
        );
        let values: Vec<_> = instance.globals().iter().collect();
        let expected = [
            Some(GlobalValue::I32(1)),
            Some(GlobalValue::I64(2)),
            Some(GlobalValue::F32(3.0)),
            Some(GlobalValue::F64(4.0)),
            None,
        ];
        assert_eq!(values, expected);
        let mut globals = instance.globals_mut();
        globals.set(1, -5i64).unwrap();
        globals.set(2, 0.5f32).unwrap();
        globals.set(3, 0.25f64).unwrap();
        for (index, value, why) in [
            (0, GlobalValue::I32(1), "the global is immutable"),
            (1, GlobalValue::I32(1), "the global has another type"),
            (4, GlobalValue::I64(1), "the global has another type"),
            (5, GlobalValue::I64(1), "there is no such global"),
            (usize::MAX, GlobalValue::I64(1), "there is no such global"),
        ] {
            let error = globals.set(index, value).unwrap_err();
            assert!(matches!(error, LifeError::InvalidArgument(w) if w == why));
        }
        assert_eq!(globals.get(2), Some(GlobalValue::F32(0.5)));
        assert_eq!(returned(&mut instance, "get", &[]) as i64, -5);
    });
}

/// What both kinds of region have to refuse.
#[test]
fn regions_check_their_limits() {
    fn check<R: RegionCreate>() {
        let limits = Limits::default().with_stack_size(0);
        let error = R::create(1, &limits).unwrap_err();
        assert!(
            matches!(error, RegionError::InvalidArgument(_)),
            "{}",
            R::TYPE_NAME
        );
    }
    check::<MmapRegion>();
    check::<CompactRegion>();
}

#[test]
fn aligned_heaps_work() {
    let engine = Engine::default();
    let module = Module::new(&engine, MODULE).unwrap();
    let pre = Linker::new(&engine).instantiate_pre(&module).unwrap();
    for alignment in [1 << 20, 4 << 20, 32 << 20] {
        let region = MmapRegion::create_aligned(3, &small(), alignment).unwrap();
        let mut instances: Vec<_> = (0..3).map(|_| region.new_instance(&pre).unwrap()).collect();
        for instance in &mut instances {
            assert_eq!(instance.heap().as_ptr().addr() % alignment, 0);
            assert_eq!(returned(instance, "get", &[8.into()]), u64::from(b'h'));
        }
    }
}
