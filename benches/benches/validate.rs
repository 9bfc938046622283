//! How fast Selvedge parses and validates a module, and translates nothing.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use selvedge::{Engine, Module};
use selvedge_benches::generate;

fn validate(criterion: &mut Criterion) {
    let engine = Engine::default();
    let mut group = criterion.benchmark_group("validate");
    for bytes in [1_000, 100_000, 1_000_000] {
        let wasm = generate::functions(bytes);
        group.throughput(Throughput::Bytes(wasm.len() as u64));
        group.bench_with_input(BenchmarkId::new("functions", bytes), &wasm, |b, wasm| {
            b.iter(|| Module::validate(&engine, wasm).expect("the module is valid"));
        });
    }
    group.finish();
}

criterion_group!(benches, validate);
criterion_main!(benches);
