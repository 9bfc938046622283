//! `Limits` and what modules need of them.

use selvedge_vm::memory::MemoryPlan;
use selvedge_vm::module::{Module, ParseOptions};
use selvedge_vm::region::{
    CompactRegion, HeapSpec, Limits, MmapRegion, Region, RegionError, RuntimeSpec,
};
use selvedge_vm::types::TypeRegistry;

use crate::{PAGE, on_both_kinds, region, request, spec, take};
use selvedge_vm::region::RegionCreate;

on_both_kinds! {
    invalid_limits_make_no_region
    a_heap_larger_than_the_limits_is_refused
    an_address_space_too_small_is_refused
    a_large_guard_is_refused_and_a_small_one_is_not
    an_instance_limit_is_within_the_regions
    too_many_globals_are_refused
    a_bad_module_takes_no_slot
}

#[test]
fn the_defaults_are_the_seeds() {
    let limits = Limits::default();
    assert_eq!(limits.heap_memory_size, 16 * 64 * 1024);
    if usize::BITS == 64 {
        assert_eq!(limits.heap_address_space_size as u64, 0x2_0000_0000);
    }
    assert_eq!(limits.stack_size, 128 * 1024);
    assert_eq!(limits.hostcall_reservation, 32 * 1024);
    assert_eq!(limits.globals_size, 4096);
    assert!(
        limits.signal_stack_size
            >= if cfg!(debug_assertions) {
                12 * 1024
            } else {
                8192
            }
    );
    assert_eq!(limits.value_stack_size, 1 << 20);
    limits.validate().expect("the defaults are valid");
    let parts = limits.heap_address_space_size
        + limits.stack_size
        + limits.globals_size
        + limits.signal_stack_size;
    if cfg!(target_arch = "x86_64") {
        assert_eq!(limits.total_memory_size(), parts + 3 * 4096);
    }
}

/// The first rule that is broken is told, in the order of the documentation.
#[test]
fn rules_are_checked_in_order() {
    let odd = 4095;
    let mut limits = Limits::default()
        .with_heap_memory_size((9 << 30) + odd)
        .with_heap_address_space_size((8 << 30) + odd)
        .with_stack_size(odd)
        .with_globals_size(odd)
        .with_hostcall_reservation(usize::MAX)
        .with_signal_stack_size(odd)
        .with_value_stack_size(odd);
    type Mend = fn(Limits) -> Limits;
    let steps: [(&str, Mend); 10] = [
        ("memory size must be a multiple of host page size", |l| {
            l.with_heap_memory_size(9 << 30)
        }),
        (
            "address space size must be a multiple of host page size",
            |l| l.with_heap_address_space_size(8 << 30),
        ),
        (
            "address space size must be at least as large as memory size",
            |l| l.with_heap_memory_size(8 << 30),
        ),
        ("stack size must be a multiple of host page size", |l| {
            l.with_stack_size(0)
        }),
        ("globals size must be a multiple of host page size", |l| {
            l.with_globals_size(0)
        }),
        ("stack size must be greater than 0", |l| {
            l.with_stack_size(1 << 16)
        }),
        (
            "hostcall reservation must not be larger than stack size",
            |l| l.with_hostcall_reservation(1 << 16),
        ),
        (
            "signal stack size must be a multiple of host page size",
            |l| l.with_signal_stack_size(0),
        ),
        (
            "value stack size must be a multiple of host page size",
            |l| l.with_value_stack_size(0),
        ),
        ("value stack size must be greater than 0", |l| {
            l.with_value_stack_size(1 << 16)
        }),
    ];
    for (message, mend) in steps {
        match limits.validate() {
            Err(RegionError::InvalidArgument(rule)) => assert_eq!(rule, message),
            other => panic!("{other:?} instead of {message}"),
        }
        limits = mend(limits);
    }
    limits.validate().expect("all is mended");
}

fn invalid_limits_make_no_region<R: RegionCreate>() {
    let error = R::create(1, &Limits::default().with_signal_stack_size(1)).expect_err("invalid");
    assert_eq!(
        error.to_string(),
        "invalid argument: signal stack size must be a multiple of host page size"
    );
}

#[test]
fn a_small_signal_stack_is_refused_when_it_is_asked_for() {
    let limits = crate::LIMITS.with_signal_stack_size(0);
    for region in [
        MmapRegion::create(1, &limits).expect("a region") as std::sync::Arc<dyn Region>,
        CompactRegion::create(1, &limits).expect("a region"),
    ] {
        let mut slot = region.take_slot(&Default::default()).expect("a slot");
        let error = slot.sigstack().expect_err("there is none");
        assert!(
            error.to_string().contains("must be at least MINSIGSTKSZ"),
            "{error}"
        );
        slot.stack().expect("the other parts are there");
        slot.memory(&crate::memory_type(1), None)
            .expect("the heap too");
    }
}

fn a_heap_larger_than_the_limits_is_refused<R: RegionCreate>() {
    let region = region::<R>(1);
    let heap = HeapSpec {
        initial_size: 5 * PAGE,
        reserved_size: 6 * PAGE,
        guard_size: 0,
        max_size: None,
    };
    let error = region.take_slot(&request(heap)).expect_err("too large");
    assert!(matches!(error, RegionError::LimitsExceeded(_)), "{error}");
    let mut request = request(HeapSpec {
        initial_size: 3 * PAGE,
        reserved_size: 3 * PAGE,
        ..heap
    });
    request.heap_size_limit = Some(2 << 16);
    let error = region
        .take_slot(&request)
        .expect_err("too large for the instance");
    assert!(matches!(error, RegionError::LimitsExceeded(_)), "{error}");
    let heap = HeapSpec {
        initial_size: 3 * PAGE,
        reserved_size: 2 * PAGE,
        ..heap
    };
    let error = region
        .take_slot(&crate::request(heap))
        .expect_err("a contradiction");
    assert!(matches!(error, RegionError::IncorrectModule(_)), "{error}");
}

fn an_address_space_too_small_is_refused<R: RegionCreate>() {
    let region = region::<R>(1);
    let heap = HeapSpec {
        reserved_size: 9 * PAGE,
        ..spec::<R>()
    };
    let error = region.take_slot(&request(heap)).expect_err("too large");
    assert!(matches!(error, RegionError::LimitsExceeded(_)), "{error}");
    for huge in [
        HeapSpec {
            reserved_size: (1 << 32) + 1,
            ..spec::<R>()
        },
        HeapSpec {
            guard_size: (1 << 32) + 1,
            ..spec::<R>()
        },
    ] {
        let error = region.take_slot(&request(huge)).expect_err("over 4 GiB");
        assert!(matches!(error, RegionError::IncorrectModule(_)), "{error}");
    }
}

fn a_large_guard_is_refused_and_a_small_one_is_not<R: RegionCreate>() {
    let region = region::<R>(1);
    let rest = region.limits().heap_address_space_size as u64 - spec::<R>().reserved_size;
    for (guard_size, fits) in [(0, true), (rest, true), (rest + 1, false)] {
        let heap = HeapSpec {
            guard_size,
            ..spec::<R>()
        };
        assert_eq!(
            region.take_slot(&request(heap)).is_ok(),
            fits,
            "{guard_size}"
        );
    }
}

fn an_instance_limit_is_within_the_regions<R: RegionCreate>() {
    let region = region::<R>(1);
    let mut request = request(spec::<R>());
    request.heap_size_limit = Some((4 << 16) + 1);
    let error = region.take_slot(&request).expect_err("too large");
    assert!(matches!(error, RegionError::InvalidArgument(_)), "{error}");
    // What one instance was limited to is not left for the next.
    request.heap_size_limit = Some(2 << 16);
    let mut slot = take(&*region, &request);
    assert_eq!(slot.heap_size_limit(), 2 << 16);
    assert!(slot.expand_heap(1).is_err());
    assert_eq!(slot.heap().len(), 2 << 16);
    drop(slot);
    request.heap_size_limit = None;
    let mut slot = take(&*region, &request);
    assert_eq!(slot.expand_heap(PAGE).expect("to the maximum"), 2 * PAGE);
}

fn too_many_globals_are_refused<R: RegionCreate>() {
    let region = region::<R>(1);
    for (globals, fits) in [(512, true), (513, false), (usize::MAX, false)] {
        let mut request = request(spec::<R>());
        request.spec.globals = globals;
        match region.take_slot(&request) {
            Ok(mut slot) => assert!(fits && slot.globals().expect("globals").len() == 512),
            Err(error) => assert!(!fits && matches!(error, RegionError::LimitsExceeded(_))),
        }
    }
}

fn a_bad_module_takes_no_slot<R: RegionCreate>() {
    let region = region::<R>(1);
    let bad = request(HeapSpec {
        initial_size: 5 * PAGE,
        ..spec::<R>()
    });
    for _ in 0..3 {
        assert!(region.take_slot(&bad).is_err());
        assert_eq!((region.free_slots(), region.used_slots()), (1, 0));
    }
    take(&*region, &request(spec::<R>()));
    // It is bad even where there is no slot to be had.
    let _slot = take(&*region, &request(spec::<R>()));
    let error = region.take_slot(&bad).expect_err("a bad module");
    assert!(matches!(error, RegionError::LimitsExceeded(_)), "{error}");
}

#[test]
fn specs_follow_the_module() {
    let parse = |wat: &str| {
        let registry = TypeRegistry::new();
        let bytes = wat::parse_str(wat).expect("a test module");
        Module::parse(bytes.into(), &ParseOptions::new(&registry)).expect("a valid module")
    };
    let plan = MemoryPlan::default();
    let module = parse("(module (memory 2 5) (global i32 (i32.const 1)))");
    let spec = RuntimeSpec::of_module(&module, Some(&plan));
    let heap = HeapSpec {
        reserved_size: plan.reservation,
        guard_size: plan.guard,
        initial_size: 2 * PAGE,
        max_size: Some(5 * PAGE),
    };
    assert_eq!(
        spec,
        RuntimeSpec {
            heap: Some(heap),
            globals: 1
        }
    );
    let checked = RuntimeSpec::of_module(&module, None).heap.expect("a heap");
    assert_eq!((checked.reserved_size, checked.guard_size), (2 * PAGE, 0));
    let open = parse("(module (memory 2))");
    let heap = RuntimeSpec::of_module(&open, None).heap.expect("a heap");
    assert_eq!(heap.max_size, None);
    for without in [
        r#"(module (import "" "" (memory 1)) (import "" "" (global i32)))"#,
        "(module)",
    ] {
        let spec = RuntimeSpec::of_module(&parse(without), Some(&plan));
        assert_eq!(spec, RuntimeSpec::default());
    }
}
