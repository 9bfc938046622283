//! What the compiler refuses, because the processor lacks the instructions for it: such functions are interpreted.
#![cfg(all(
    target_arch = "x86_64",
    target_os = "linux",
    not(any(feature = "portable-sys", miri))
))]

use std::sync::Arc;

use selvedge_jit::{CompileError, Compiler, CpuFeatures, Options};
use selvedge_vm::module::{Features, Module, ParseOptions};
use selvedge_vm::offsets::{VMOffsets, VMShape};
use selvedge_vm::ops::simd::Relaxed;
use selvedge_vm::types::TypeRegistry;

const FUSED: Relaxed = Relaxed {
    native: true,
    fused: true,
};

/// Why the first function of a module is refused, if it is.
fn refusal(text: &str, cpu: CpuFeatures, relaxed: Relaxed) -> Option<&'static str> {
    let wasm = wat::parse_str(text).expect("it is well-formed");
    let registry = TypeRegistry::new();
    let mut parse_options = ParseOptions::new(&registry);
    parse_options.features = Features::IMPLEMENTED;
    let module = Arc::new(Module::parse(wasm.into(), &parse_options).expect("it is valid"));
    let offsets = VMOffsets::new(&VMShape::of(&module)).expect("it is small");
    let options = Options {
        cpu,
        relaxed,
        ..Options::default()
    };
    let func = module.bodies.keys().next().expect("there is a function");
    let mut bytes = vec![0; 4096];
    match Compiler::new().compile(&module, &offsets, func, &options, &mut bytes, 0) {
        Ok(_) => None,
        Err(CompileError::Limit { what, .. }) => Some(what),
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn vectors_need_sse41() {
    let moved = "(module (func (param v128) (result v128) (local.get 0)))";
    let what = Some("SIMD without SSE4.1");
    let all = CpuFeatures::all();
    assert_eq!(refusal(moved, CpuFeatures::empty(), FUSED), what);
    assert_eq!(refusal(moved, all - CpuFeatures::SSE41, FUSED), what);
    assert_eq!(refusal(moved, CpuFeatures::SSE41, FUSED), None);
    let scalar = "(module (func (param f32) (result f32) (f32.nearest (local.get 0))))";
    assert_eq!(refusal(scalar, CpuFeatures::empty(), FUSED), None);
}

#[test]
fn fused_multiplications_need_fma() {
    let fused = "(module (func (param v128) (result v128)
        (f32x4.relaxed_madd (local.get 0) (local.get 0) (local.get 0))))";
    let what = Some("a fused multiplication without FMA");
    let all = CpuFeatures::all();
    assert_eq!(refusal(fused, all, FUSED), None);
    for lacking in [CpuFeatures::FMA, CpuFeatures::AVX] {
        assert_eq!(refusal(fused, all - lacking, FUSED), what);
    }
    let apart = Relaxed {
        native: true,
        fused: false,
    };
    assert_eq!(refusal(fused, CpuFeatures::SSE41, apart), None);
}
