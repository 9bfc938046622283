//! What validation tells of a body.

use super::*;

fn of(text: &str) -> FuncSummary {
    summary(&parse(text), 0)
}

const NONE: u16 = FuncSummary::NO_LOCAL;

#[test]
fn count_the_operand_stack_at_its_highest() {
    assert_eq!(of("(module (func))").max_stack_slots, 0);
    let text = "(module (func (result i32) i32.const 1 i32.const 2 i32.const 3 i32.add i32.add))";
    assert_eq!(of(text).max_stack_slots, 3);
    let text = "(module (func $f (result i32 i32 i32 i32) call $f))";
    assert_eq!(of(text).max_stack_slots, 4);
}

/// The summary of a function with `body` in a module whose types and globals have vectors, however its
/// body is validated.
fn with_vectors(body: &str) -> FuncSummary {
    let text = format!(
        "(module (memory 1) (table 1 funcref) (type $v (func (param v128))) (type $i (func))
           (type $pair (func (result i32 v128)))
           (global $g (mut v128) (v128.const i64x2 0 0)) (global $i i32 (i32.const 0))
           (func $f {body}) (func $get (result v128) unreachable) (func $put (type $v)) (func $plain))"
    );
    let [summary, valid, deferred] = Bodies::ALL.map(|bodies| {
        let module = parse_with(&wasm(&text), |options| options.bodies = bodies);
        summary(&module.expect("valid"), 0)
    });
    assert_eq!(summary, valid, "{body}");
    assert_eq!(summary, deferred, "{body}");
    summary
}

#[test]
fn bound_the_operand_stack_with_vectors() {
    let slots = |body: &str| {
        let summary = with_vectors(body);
        let flagged = summary.flags.contains(SummaryFlags::V128);
        (summary.max_stack_slots, flagged)
    };
    // What has no vectors is counted as it is in any module.
    assert_eq!(slots("global.get $i drop call $plain"), (1, false));
    assert_eq!(slots("block (type $i) loop (type $i) end end"), (0, false));
    assert_eq!(slots("(call_indirect (type $i) (i32.const 0))"), (1, false));
    // No operator of vectors and no local tells of these.
    assert_eq!(slots("call $get call $put"), (2, true));
    assert_eq!(slots("global.get $g global.set $g"), (2, true));
    assert_eq!(
        slots("unreachable block (result v128) unreachable end drop"),
        (2, true)
    );
    assert_eq!(
        slots("unreachable if (type $v) drop else drop end"),
        (2, true)
    );
    assert_eq!(
        slots("unreachable loop (type $pair) unreachable end drop drop"),
        (4, true)
    );
    assert_eq!(
        slots("(call_indirect (type $pair) (i32.const 0)) drop drop"),
        (4, true)
    );
    assert_eq!(slots("unreachable select (result v128) drop"), (2, true));
    // These do.
    assert_eq!(slots("(local v128) local.get 0 drop"), (2, true));
    assert_eq!(
        slots("(v128.const i64x2 0 0) (v128.const i64x2 0 0) i8x16.add drop"),
        (4, true)
    );
}

#[test]
fn tell_of_vectors_in_memory() {
    let flags = |body: &str| with_vectors(body).flags;
    let both = SummaryFlags::MEMORY | SummaryFlags::V128;
    assert_eq!(flags("(v128.load (i32.const 0)) drop"), both);
    assert_eq!(
        flags("(v128.store (i32.const 0) (v128.const i64x2 0 0))"),
        both
    );
    assert_eq!(
        flags("(v128.load8_lane 0 (i32.const 0) (v128.const i64x2 0 0)) drop"),
        both
    );
    assert_eq!(flags("(v128.const i64x2 0 0) drop"), SummaryFlags::V128);
}

#[test]
fn count_the_slots_of_locals() {
    let text = "(module (func (param i32 f64) (local i64 externref funcref) (local f32)))";
    assert_eq!(of(text).local_slots, 6);
}

#[test]
fn tell_the_hottest_locals() {
    // Uses: $a 1, $b 2, $c 1 in a loop, $d 1 in an inner loop, $r 2, $x 1 in a loop, $y 3.
    let text = "(module (func
        (param $a i32) (param $b i64) (param $c i32) (param $d i32) (param $r externref)
        (param $x f32) (param $y f64) (param $z f64)
        local.get $a drop
        local.get $b local.set $b
        block loop local.get $c drop local.get $x drop
          loop (if (local.get $d) (then)) end
        end end
        local.get $r local.tee $r drop
        local.get $y local.tee $y local.set $y))";
    let summary = of(text);
    assert_eq!(summary.int_locals, [3, 2, 1, 4, NONE, NONE, NONE, NONE]);
    assert_eq!(summary.float_locals, [5, 6, NONE, NONE, NONE, NONE, NONE]);
}

#[test]
fn keep_the_heaviest_when_there_are_too_many() {
    let mut text = "(module (func (local".to_owned();
    text += &" i32".repeat(20);
    text += &" f64".repeat(20);
    text += ")";
    for local in 0..40 {
        for _ in 0..2 + local % 20 {
            text += &format!(" local.get {local} drop");
        }
    }
    let summary = of(&(text + "))"));
    assert_eq!(summary.int_locals, [19, 18, 17, 16, 15, 14, 13, 12]);
    assert_eq!(summary.float_locals, [39, 38, 37, 36, 35, 34, 33]);
}

#[test]
fn leave_the_loop_at_its_end_and_cap_the_depth() {
    let deep = "loop ".repeat(7) + "local.get 0 drop" + &" end".repeat(7);
    // 7 uses at depth 5 against one at depth 7, which counts as depth 5.
    let five = "loop ".repeat(5) + &"local.get 1 drop ".repeat(2) + &" end".repeat(5);
    let after = "local.get 2 drop ".repeat(9);
    let summary = of(&format!(
        "(module (func (local i32 i32 i32) {deep} {five} {after}))"
    ));
    assert_eq!(summary.int_locals[..4], [1, 0, 2, NONE]);
}

/// The locals used in each region with their numbers of uses, and whether it calls.
fn regions(body: &str) -> Vec<(Vec<(u16, u16)>, bool)> {
    let locals = "(param $a i32) (param $x f64) (local $b i64) (local $y f32)";
    let text = format!(
        "(module (table 1 funcref) (type $t (func))
           (func $f {locals} {body}) (func $g (type $t)))"
    );
    let regions = of(&text).regions;
    let used = |uses: &[LocalUses]| -> Vec<_> {
        let named = uses.iter().filter(|u| u.local != NONE);
        named.map(|u| (u.local, u.uses)).collect()
    };
    let region = |r: &RegionSummary| ([used(&r.ints), used(&r.floats)].concat(), r.calls);
    regions.iter().map(region).collect()
}

const A: &str = "local.get $a drop ";
const B: &str = "local.get $b local.set $b ";
const X: &str = "local.get $x local.tee $x drop ";
const Y: &str = "local.get $y drop ";

#[test]
fn count_uses_for_the_innermost_loop() {
    let quiet = |uses: &[(u16, u16)]| (uses.to_vec(), false);
    assert_eq!(regions(""), [quiet(&[])]);
    assert_eq!(
        regions(&format!("{A} {X} loop {A} {B} end {A}")),
        [quiet(&[(0, 2), (1, 2)]), quiet(&[(2, 2), (0, 1)])]
    );
    // In a loop, after the loops in it, and in blocks that are none.
    assert_eq!(
        regions(&format!(
            "loop {A} loop {X} loop {Y} end {Y} end block {A} i32.const 0 if {B} else {B} end end
               loop {B} end {A} end {Y}"
        )),
        [
            quiet(&[(3, 1)]),
            quiet(&[(2, 4), (0, 3)]),
            quiet(&[(1, 2), (3, 1)]),
            quiet(&[(3, 1)]),
            quiet(&[(2, 2)]),
        ]
    );
    assert_eq!(
        regions(&format!("loop {A} end loop {X} end loop {B} end")),
        [
            quiet(&[]),
            quiet(&[(0, 1)]),
            quiet(&[(1, 2)]),
            quiet(&[(2, 2)])
        ]
    );
}

#[test]
fn number_loops_in_dead_code() {
    let regions = regions(&format!("return loop {A} loop end end loop {B} end {X}"));
    let uses: Vec<_> = regions.iter().map(|(uses, _)| uses.as_slice()).collect();
    assert_eq!(uses, [&[(1, 2)][..], &[(0, 1)], &[], &[(2, 2)]]);
}

#[test]
fn tell_the_regions_that_call() {
    let calls =
        |body: &str| -> Vec<_> { regions(body).into_iter().map(|(_, calls)| calls).collect() };
    assert_eq!(calls("call $g loop end"), [true, false]);
    assert_eq!(calls("loop call $g end"), [false, true]);
    assert_eq!(
        calls("loop loop call $g end loop end end"),
        [false, false, true, false]
    );
    assert_eq!(
        calls("loop loop end call $g loop end end"),
        [false, true, false, false]
    );
    let indirect = "i32.const 0 call_indirect (type $t)";
    assert_eq!(calls(&format!("loop {indirect} end")), [false, true]);
    let tail = "i32.const 0 return_call_indirect (type $t)";
    assert_eq!(
        calls(&format!("loop return_call $g end {tail}")),
        [false; 2]
    );
}

#[test]
fn start_afresh_with_each_function() {
    let hot = "(func (param i32) loop local.get 0 drop local.get 0 drop br 0 end)";
    let cold = "(func (param i32) local.get 0 drop)";
    let module = parse(&format!("(module {hot} {cold} {hot})"));
    assert_eq!(summary(&module, 0).int_locals[0], 0);
    assert_eq!(summary(&module, 1).int_locals[0], NONE);
    assert_eq!(summary(&module, 1).flags, SummaryFlags::empty());
    assert_eq!(summary(&module, 2), summary(&module, 0));
}

#[test]
fn tell_what_occurs() {
    let flags = |body: &str| {
        let text =
            format!("(module (memory 1) (table 1 funcref) (type $t (func)) (func $f {body}))");
        of(&text).flags
    };
    assert_eq!(flags("nop"), SummaryFlags::empty());
    assert_eq!(flags("loop end"), SummaryFlags::LOOP);
    assert_eq!(flags("call $f"), SummaryFlags::CALL);
    let indirect = flags("i32.const 0 call_indirect (type $t)");
    assert_eq!(indirect, SummaryFlags::CALL | SummaryFlags::INDIRECT_CALL);
    assert_eq!(flags("return_call $f"), SummaryFlags::TAIL_CALL);
    let tail = flags("i32.const 0 return_call_indirect (type $t)");
    assert_eq!(tail, SummaryFlags::TAIL_CALL | SummaryFlags::INDIRECT_CALL);
    assert_eq!(flags("i32.const 0 i32.load drop"), SummaryFlags::MEMORY);
    assert_eq!(
        flags("i32.const 0 i64.const 0 i64.store8"),
        SummaryFlags::MEMORY
    );
    assert_eq!(
        flags("i32.const 1 memory.grow drop"),
        SummaryFlags::MEMORY_GROW
    );
}

#[test]
fn are_small() {
    assert!(size_of::<FuncSummary>() <= 56);
    assert!(size_of::<RegionSummary>() <= 70);
}

#[test]
fn pass_on_what_loops_use_most_to_what_is_around_them() {
    let summary = of("(module (func $f (param i32 i32 i32 f64 i32)
        local.get 0 drop local.get 0 drop local.get 0 drop
        loop
          local.get 1 drop
          loop local.get 2 local.set 2 local.get 3 drop end
          loop call $f0 end
        end
        local.get 4 drop)
      (func $f0))");
    let totals: Vec<_> = summary.regions.iter().map(|region| region.within).collect();
    let named = |locals: &[u16]| -> Vec<u16> {
        let named = locals.iter().copied();
        named.filter(|&local| local != NONE).collect()
    };
    // Two uses of local 2 in a loop in a loop are eight outside, one of local 1 in a loop two.
    assert_eq!(named(&totals[0].ints), [2, 0, 1, 4]);
    assert_eq!(named(&totals[1].ints), [2, 1]);
    assert_eq!(named(&totals[2].ints), [2]);
    assert_eq!(named(&totals[3].ints), []);
    assert_eq!(
        totals[..3].iter().map(|t| t.floats[0]).collect::<Vec<_>>(),
        [3, 3, 3]
    );
    assert_eq!(
        totals.iter().map(|t| t.written).collect::<Vec<_>>(),
        [1, 1, 1, 0]
    );
    assert_eq!(
        totals.iter().map(|t| t.calls).collect::<Vec<_>>(),
        [true, true, false, true]
    );
}
