//! Guests that live in a region are killed while they wait in the system.

use std::thread;
use std::time::{Duration, Instant};

use selvedge::region::{
    CompactRegion, Contexts, InstanceRegion, KillSuccess, LifeError, Limits, MmapRegion,
    RegionCreate, TerminationDetails,
};
use selvedge::{Engine, Linker, Module};
use selvedge_wasi::{WasiCtx, WasiCtxBuilder, add_to_linker};

/// Sleeps for ten seconds.
const SLEEPER: &str = r#"(module
    (import "wasi_snapshot_preview1" "poll_oneoff"
        (func $poll (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (func (export "sleep") (result i32)
        (i32.store (i32.const 16) (i32.const 1))
        (i64.store (i32.const 24) (i64.const 10000000000))
        (call $poll (i32.const 0) (i32.const 100) (i32.const 1) (i32.const 200))))"#;

fn a_sleep_ends<R: RegionCreate>() {
    let engine = Engine::default();
    let module = Module::new(&engine, SLEEPER).unwrap();
    let mut linker = Linker::<Contexts>::new(&engine);
    add_to_linker(&mut linker, |contexts: &mut Contexts| {
        contexts
            .get_mut::<WasiCtx>()
            .expect("the builder was given one")
    })
    .unwrap();
    let pre = linker.instantiate_pre(&module).unwrap();
    let limits = Limits::default().with_stack_size(1 << 20);
    let region = R::create(1, &limits).unwrap();
    let builder = region.new_instance_builder(&pre);
    let mut instance = builder
        .with_embed_ctx(WasiCtxBuilder::new().build())
        .build()
        .unwrap();
    for _ in 0..3 {
        let switch = instance.kill_switch();
        let start = Instant::now();
        let error = thread::scope(|scope| {
            let killer = scope.spawn(move || {
                thread::sleep(Duration::from_millis(50));
                let asked = Instant::now();
                assert_eq!(switch.terminate(), Ok(KillSuccess::Pending));
                asked
            });
            let error = instance.run("sleep", &[]).unwrap_err();
            let took = killer.join().unwrap().elapsed();
            println!("{}: {took:?}", R::TYPE_NAME);
            assert!(took < Duration::from_secs(2), "it took {took:?}");
            error
        });
        assert!(
            matches!(
                &error,
                LifeError::RuntimeTerminated(TerminationDetails::Remote)
            ),
            "{error}"
        );
        assert!(start.elapsed() < Duration::from_secs(5));
        instance.reset().unwrap();
    }
    drop(instance);
    assert_eq!(region.free_slots(), 1);
}

#[test]
fn a_sleep_with_guards() {
    a_sleep_ends::<MmapRegion>();
}

#[test]
fn a_sleep_in_a_compact_region() {
    a_sleep_ends::<CompactRegion>();
}
