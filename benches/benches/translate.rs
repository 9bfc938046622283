//! How fast Selvedge makes a module: with eager translation, without translation, and without
//! validation of bodies. The first less the second is what translation takes.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use selvedge::{CompilationMode, Config, Engine, Module};
use selvedge_benches::generate;

fn translate(criterion: &mut Criterion) {
    let modules = [
        ("functions", generate::functions(100_000)),
        ("one body", generate::one_body(100_000)),
        ("nesting", generate::nesting(10_000)),
        ("br_table", generate::br_table(100_000)),
    ];
    let modes = [
        ("eager", CompilationMode::Eager),
        ("lazy-translation", CompilationMode::LazyTranslation),
        ("lazy", CompilationMode::Lazy),
    ];
    for (mode_name, mode) in modes {
        let engine = Engine::new(Config::new().compilation_mode(mode)).expect("a good setting");
        let mut group = criterion.benchmark_group(format!("translate/{mode_name}"));
        for (name, wasm) in &modules {
            group.throughput(Throughput::Bytes(wasm.len() as u64));
            group.bench_with_input(BenchmarkId::from_parameter(name), wasm, |b, wasm| {
                b.iter(|| Module::from_binary(&engine, wasm).expect("the module is valid"));
            });
        }
        group.finish();
    }
}

criterion_group!(benches, translate);
criterion_main!(benches);
