//! What calls cost in Selvedge: from the host through a typed and an untyped function, and from the
//! guest to a wrapped closure.

use criterion::{Criterion, criterion_group, criterion_main};
use selvedge::{Engine, Linker, Module, Store, Val};

const CALLS: &[u8] = include_bytes!("../programs/calls.wat");

fn calls(criterion: &mut Criterion) {
    let engine = Engine::default();
    let module = Module::new(&engine, CALLS).expect("the module is valid");
    let mut linker = Linker::new(&engine);
    linker
        .func_wrap("host", "nop", || ())
        .and_then(|linker| linker.func_wrap("host", "add", |a: i32, b: i32| a.wrapping_add(b)))
        .expect("the names are free");
    let mut store = Store::new(&engine, ());
    let instance = linker
        .instantiate(&mut store, &module)
        .expect("all is there");

    let nop = instance.get_typed_func::<(), ()>(&mut store, "nop");
    let nop = nop.expect("it is of that type");
    criterion.bench_function("calls/typed nop", |b| {
        b.iter(|| nop.call(&mut store, ()).expect("it does nothing"));
    });
    let add = instance.get_typed_func::<(i32, i32), i32>(&mut store, "add");
    let add = add.expect("it is of that type");
    criterion.bench_function("calls/typed add", |b| {
        b.iter(|| add.call(&mut store, (2, 3)).expect("it adds"));
    });
    let untyped = instance.get_func(&mut store, "add").expect("it is there");
    let mut results = [Val::I32(0)];
    criterion.bench_function("calls/untyped add", |b| {
        b.iter(|| {
            let arguments = [Val::I32(2), Val::I32(3)];
            let called = untyped.call(&mut store, &arguments, &mut results);
            called.expect("it adds");
        });
    });
    let host = instance.get_typed_func::<i32, i32>(&mut store, "host_add");
    let host = host.expect("it is of that type");
    criterion.bench_function("calls/1000 to the host", |b| {
        b.iter(|| host.call(&mut store, 1000).expect("it adds"));
    });
}

criterion_group!(benches, calls);
criterion_main!(benches);
