//! Random sequences of calls, legal and illegal, against a model of the life of an instance.

use std::cell::Cell;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::model::pair::{Pair, define_host};
use crate::model::{ENTRIES, GUEST, Op};
use crate::support::*;

fn op() -> impl Strategy<Value = Op> {
    let entry = || 0..ENTRIES.len();
    prop_oneof![
        8 => entry().prop_map(Op::Run),
        1 => entry().prop_map(Op::RunWithArgument),
        1 => Just(Op::RunMissing),
        3 => (0..2_u32, 0..10_u32).prop_map(|(table, element)| Op::RunIndex(table, element)),
        3 => (entry(), any::<bool>()).prop_map(|(entry, wide)| Op::RunBounded(entry, wide)),
        2 => Just(Op::RunStart),
        5 => Just(Op::Resume),
        4 => (0..1000_i64).prop_map(Op::ResumeWith),
        1 => Just(Op::ResumeWithWrong),
        3 => any::<bool>().prop_map(Op::ResumeBounded),
        4 => Just(Op::Reset),
        1 => Just(Op::Recreate),
        2 => Just(Op::Kill),
        1 => Just(Op::KillOld),
        2 => (0..4_u32).prop_map(Op::Grow),
        1 => (0..1000_i64).prop_map(Op::SetGlobal),
        1 => (0..65_536_usize, any::<u8>()).prop_map(|(at, value)| Op::Write(at, value)),
    ]
}

#[test]
fn an_instance_lives_as_its_model_says() {
    let cases = if cfg!(debug_assertions) { 60 } else { 834 };
    on_every_kind(|kind| {
        let mut linker = kind.linker();
        define_host(&mut linker);
        let pre = kind.pre_with(GUEST, &linker);
        let region = kind.region(2, &small());
        let config = Config {
            cases,
            failure_persistence: None,
            ..Config::default()
        };
        let steps = Cell::new(0);
        let result = TestRunner::new(config).run(&prop::collection::vec(op(), 1..40), |ops| {
            let mut pair = Pair::new(&region, &pre, kind.start);
            for op in &ops {
                pair.step(op);
            }
            steps.set(steps.get() + ops.len());
            Ok(())
        });
        result.unwrap_or_else(|failure| panic!("{}: {failure}", kind.name));
        assert_eq!(region.used_slots(), 0);
        assert!(steps.get() > cases as usize * 10);
    });
}
