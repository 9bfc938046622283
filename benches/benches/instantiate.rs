//! How fast Selvedge makes an instance of a module that is there: one of nothing, one with a memory
//! and data, one with many functions and a table.

use criterion::{Criterion, criterion_group, criterion_main};
use selvedge::{Engine, Linker, Module, Store};
use selvedge_benches::generate;

fn instantiate(criterion: &mut Criterion) {
    let engine = Engine::default();
    let with_memory = wat::parse_str(
        r#"(module (memory 16) (data (i32.const 4096) "some bytes of data")
            (func (export "run") (result i32) (i32.load (i32.const 4096))))"#,
    );
    let modules = [
        ("empty", wat::parse_str("(module)").expect("well formed")),
        ("memory", with_memory.expect("well formed")),
        ("functions", generate::functions(100_000)),
    ];
    let linker = Linker::<()>::new(&engine);
    for (name, wasm) in modules {
        let module = Module::from_binary(&engine, &wasm).expect("the module is valid");
        criterion.bench_function(&format!("instantiate/{name}"), |b| {
            b.iter_with_large_drop(|| {
                let mut store = Store::new(&engine, ());
                let instance = linker.instantiate(&mut store, &module);
                instance.expect("there are no imports");
                store
            });
        });
        let prepared = linker
            .instantiate_pre(&module)
            .expect("there are no imports");
        criterion.bench_function(&format!("instantiate-pre/{name}"), |b| {
            b.iter_with_large_drop(|| {
                let mut store = Store::new(&engine, ());
                prepared
                    .instantiate(&mut store)
                    .expect("there are no imports");
                store
            });
        });
    }
}

criterion_group!(benches, instantiate);
criterion_main!(benches);
