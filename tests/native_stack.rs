//! No operator takes native stack that it does not give back, however often it is executed.
//!
//! With `tail` dispatch an operation ends in a jump to the next one. If the compiler makes a call
//! of it, each execution leaves at least 16 bytes on the stack: a return address, and
//! the stack stays aligned. The loops here execute every operator that leaves the
//! fast path often enough for that to be several times the stack, and would end the process.

mod support;

use std::thread;

use selvedge::{
    Config, Dispatch, Engine, Global, GlobalType, Linker, Module, Mutability, Optimisations, Store,
    Strategy, Val, ValType,
};

const NATIVE_STACK_BYTES: usize = 256 << 10;

/// How often each operator is executed. `step` dispatch is slow in debug builds.
const TIMES: i32 = if cfg!(debug_assertions) {
    50_000
} else {
    200_000
};

/// The least that an execution leaves on the stack, if it leaves anything.
const LEAST_BYTES: usize = 16;

const _: () = assert!(TIMES as usize * LEAST_BYTES > 3 * NATIVE_STACK_BYTES);

/// What stands around the operators.
const MODULE: &str = r#"
    (type $unary (func (param i32) (result i32)))
    (import "host" "id" (func $id (type $unary)))
    (import "host" "add" (func $add (param f64 i64) (result f64)))
    (import "host" "global" (global $imported (mut i32)))
    (memory $m 1 1)
    (memory $n 1 1)
    (memory $m64 i64 1 1)
    (table $t 16 16 funcref)
    (table $x 16 16 externref)
    (table $t64 i64 16 16 funcref)
    (global $g (mut i32) (i32.const 0))
    (global $gf (mut f64) (f64.const 0))
    (global $gx (mut externref) (ref.null extern))
    (data $d "0123456789")
    (data $gone "0")
    (elem $e func $own $id $own $id)
    (elem $lost func $own)
    (elem (table $t) (i32.const 8) func $own $id)
    (func $own (type $unary) (local.get 0))
    (func $jump (type $unary) (return_call $own (local.get 0)))
    (func $leave (type $unary) (return_call $id (local.get 0)))
    (func $through (type $unary)
        (return_call_indirect $t (type $unary) (local.get 0) (i32.const 9)))
    (func $many (param i32) (result i32 f64 i64)
        (local.get 0) (f64.const 1) (i64.const 2))
    (func $wide (param i32) (result i32) (local i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 f64 f64)
        (local.get 0))"#;

/// Statements. `$n` counts down to 1; `$p` is 3, `$q` is `0x10_0000_0003`, `$f` is 2.5.
const OPERATORS: &[&str] = &[
    // Memories.
    "(memory.copy $m $m (local.get $p) (i32.const 1) (i32.const 9))",
    "(memory.copy $m $n (local.get $p) (i32.const 1) (i32.const 9))",
    "(memory.copy $m64 $m64 (i64.const 7) (i64.const 1) (i64.const 9))",
    "(memory.copy $m $m (i32.const 0) (i32.const 0) (i32.const 0))",
    "(memory.fill $m (local.get $p) (local.get $n) (i32.const 9))",
    "(memory.fill $m64 (i64.const 5) (local.get $n) (i64.const 9))",
    "(memory.init $m $d (local.get $p) (i32.const 1) (i32.const 9))",
    "(memory.init $m64 $d (i64.const 1) (i32.const 1) (i32.const 9))",
    "(drop (memory.grow $m (i32.const 0)))",
    "(drop (memory.grow $m (local.get $p)))",
    "(drop (memory.grow $m64 (i64.const 0)))",
    "(drop (memory.size $m))",
    "(drop (memory.size $m64))",
    "(data.drop $gone)",
    "(i32.store $n (local.get $p) (i32.load $n (i32.const 8)))",
    "(f64.store $m64 (i64.const 0) (f64.load $m64 (i64.const 8)))",
    "(i32.store (local.get $p) (i32.add (i32.load (local.get $p)) (i32.const 1)))",
    // Tables.
    "(table.set $t (local.get $p) (table.get $t (i32.const 8)))",
    "(table.set $x (local.get $p) (table.get $x (i32.const 8)))",
    "(table.set $t64 (i64.const 2) (table.get $t64 (i64.const 8)))",
    "(table.set $t (i32.const 2) (ref.func $own))",
    "(table.set $x (i32.const 2) (ref.null extern))",
    "(drop (table.grow $t (ref.null func) (i32.const 0)))",
    "(drop (table.grow $x (ref.null extern) (local.get $p)))",
    "(drop (table.grow $t64 (ref.null func) (i64.const 0)))",
    "(table.fill $t (i32.const 0) (ref.null func) (local.get $p))",
    "(table.fill $x (local.get $p) (ref.null extern) (i32.const 2))",
    "(table.copy $t $t (i32.const 0) (local.get $p) (i32.const 4))",
    "(table.copy $t64 $t (i64.const 0) (local.get $p) (i32.const 4))",
    "(table.init $t $e (i32.const 0) (i32.const 1) (local.get $p))",
    "(drop (table.size $t))",
    "(drop (table.size $t64))",
    "(elem.drop $lost)",
    // References and globals.
    "(drop (ref.func $own))",
    "(drop (ref.func $id))",
    "(drop (ref.is_null (table.get $t (local.get $p))))",
    "(global.set $g (i32.add (global.get $g) (i32.const 1)))",
    "(global.set $gf (f64.add (global.get $gf) (local.get $f)))",
    "(global.set $gx (table.get $x (i32.const 0)))",
    "(global.set $imported (i32.add (global.get $imported) (i32.const 1)))",
    // Calls.
    "(drop (call $own (local.get $n)))",
    "(drop (call $wide (local.get $n)))",
    "(drop (call $id (local.get $n)))",
    "(drop (call $add (local.get $f) (local.get $q)))",
    "(drop (call $jump (local.get $n)))",
    "(drop (call $leave (local.get $n)))",
    "(drop (call $through (local.get $n)))",
    "(call $many (local.get $n)) (drop) (drop) (drop)",
    "(drop (call_indirect $t (type $unary) (local.get $n) (i32.const 8)))",
    "(drop (call_indirect $t (type $unary) (local.get $n) (i32.const 9)))",
    "(drop (call_indirect $t (type $unary) (local.get $n) (i32.add (local.get $p) (i32.const 5))))",
    // Arithmetic that can trap, or may be done by a function.
    "(drop (i32.div_s (local.get $n) (local.get $p)))",
    "(drop (i32.div_u (i32.const 100) (local.get $p)))",
    "(drop (i32.rem_s (local.get $n) (i32.const -1)))",
    "(drop (i32.rem_u (local.get $n) (local.get $p)))",
    "(drop (i64.div_s (local.get $q) (local.get $q)))",
    "(drop (i64.div_u (local.get $q) (i64.const 7)))",
    "(drop (i64.rem_s (local.get $q) (i64.const -1)))",
    "(drop (i64.rem_u (local.get $q) (local.get $q)))",
    "(drop (i32.trunc_f64_s (local.get $f)))",
    "(drop (i64.trunc_f64_u (local.get $f)))",
    "(drop (i32.trunc_f32_u (f32.demote_f64 (local.get $f))))",
    "(drop (i64.trunc_sat_f64_u (local.get $f)))",
    "(drop (f64.nearest (f64.floor (f64.ceil (f64.trunc (local.get $f))))))",
    "(drop (f32.nearest (f32.demote_f64 (local.get $f))))",
    "(drop (f64.min (local.get $f) (f64.copysign (local.get $f) (f64.const -1))))",
    "(drop (f64.max (f64.sqrt (local.get $f)) (local.get $f)))",
    "(drop (f32.convert_i64_u (local.get $q)))",
    "(drop (i32.popcnt (i32.ctz (i32.clz (local.get $n)))))",
    "(drop (i64.popcnt (i64.ctz (i64.clz (local.get $q)))))",
    "(i64.mul_wide_s (local.get $q) (local.get $q)) (drop) (drop)",
    "(i64.add128 (local.get $q) (i64.const 1) (local.get $q) (i64.const 2)) (drop) (drop)",
    // Control.
    "(block (block (block (br_table 0 1 2 (i32.and (local.get $n) (local.get $p))))))",
    "(drop (select (local.get $f) (f64.const 0) (local.get $n)))",
    "(if (f64.lt (local.get $f) (f64.const 0)) (then (unreachable)))",
];

/// The engines of each dispatch that the build has, with and without optimisations, and of each strategy.
fn engines() -> Vec<Engine> {
    let mut engines = Vec::new();
    for dispatch in [Dispatch::Step, Dispatch::Tail] {
        for optimisations in [Optimisations::all(), Optimisations::empty()] {
            let mut config = Config::new();
            config
                .strategy(Strategy::Interpreter)
                .wasm_wide_arithmetic(true)
                .dispatch(dispatch)
                .interpreter_optimisations(optimisations);
            engines.extend(Engine::new(&config));
        }
    }
    for (_, mut config) in support::strategies() {
        engines.extend(Engine::new(config.wasm_wide_arithmetic(true)));
    }
    engines
}

#[test]
fn operators_give_back_the_native_stack() {
    let thread = thread::Builder::new().stack_size(NATIVE_STACK_BYTES);
    let thread = thread.spawn(|| engines().iter().for_each(execute_all));
    thread.expect("a thread").join().expect("no panic");
}

/// Executes every operator `TIMES` times.
fn execute_all(engine: &Engine) {
    let mut text = format!("(module {MODULE}");
    for (number, operator) in OPERATORS.iter().enumerate() {
        text += &format!(
            r#"
            (func (export "{number}") (param $n i32) (result i32)
                (local $p i32) (local $q i64) (local $f f64)
                (local.set $p (i32.const 3))
                (local.set $q (i64.const 0x1000000003))
                (local.set $f (f64.const 2.5))
                (loop $again
                    {operator}
                    (br_if $again
                        (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
                (local.get $p))"#
        );
    }
    text += ")";
    let module = Module::new(engine, text).unwrap();
    let mut store = Store::new(engine, ());
    let mut linker = Linker::new(engine);
    let ty = GlobalType::new(ValType::I32, Mutability::Var);
    let global = Global::new(&mut store, ty, Val::I32(0)).unwrap();
    linker.define(&store, "host", "global", global).unwrap();
    linker.func_wrap("host", "id", |n: i32| n).unwrap();
    let add = |a: f64, b: i64| a + b as f64;
    linker.func_wrap("host", "add", add).unwrap();
    let instance = linker.instantiate(&mut store, &module).unwrap();
    for (number, operator) in OPERATORS.iter().enumerate() {
        let run = instance.get_typed_func::<i32, i32>(&mut store, &number.to_string());
        let result = run.unwrap().call(&mut store, TIMES);
        assert_eq!(result.unwrap(), 3, "{operator}");
    }
}
