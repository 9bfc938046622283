//! Random sequences of run, yield, resume, kill, reset, grow and drop do to several instances in one region
//! what the model says. An instance is never touched by what is done to its neighbours.

use arbitrary::{Result, Unstructured};
use selvedge::{Linker, Module};

use super::Scene;
use super::model::pair::{Pair, define_host};
use super::model::{ENTRIES, GUEST, Op};

/// How many instances there are at most.
const TENANTS: usize = 3;

pub(super) fn run(scene: &Scene, input: &mut Unstructured<'_>) -> Option<()> {
    // One slot more, to make an instance anew.
    let region = scene.region(TENANTS + 1)?;
    let mut linker = Linker::new(&scene.engine);
    define_host(&mut linker);
    let guest = wat::parse_str(GUEST).expect("the guest is valid");
    let module = Module::from_binary(&scene.engine, &guest).expect("the guest is valid");
    let pre = linker
        .instantiate_pre(&module)
        .expect("all imports are defined");

    let mut tenants: [Option<Pair>; TENANTS] = Default::default();
    // At its end the input would go on with zeros.
    while !input.is_empty() {
        match step(input).ok()? {
            Step::Leave(tenant) => tenants[tenant] = None,
            Step::Do(tenant, op) => {
                let make = || Pair::new(&region, &pre, scene.start);
                tenants[tenant].get_or_insert_with(make).step(&op);
            }
        }
        let used = tenants.iter().flatten().count();
        assert_eq!(region.used_slots(), used);
    }
    drop(tenants);
    assert_eq!(region.used_slots(), 0);
    Some(())
}

/// What is done next.
enum Step {
    /// To this instance, which is made if it is not there.
    Do(usize, Op),
    /// This instance is dropped.
    Leave(usize),
}

fn step(input: &mut Unstructured<'_>) -> Result<Step> {
    let byte: u8 = input.arbitrary()?;
    let tenant = usize::from(byte >> 6) % TENANTS;
    let mut entry = || input.choose_index(ENTRIES.len());
    let op = match byte & 31 {
        0..=4 => Op::Run(entry()?),
        5 => Op::RunWithArgument(entry()?),
        6 => Op::RunMissing,
        7 | 8 => Op::RunIndex(input.int_in_range(0..=1)?, input.int_in_range(0..=9)?),
        9 | 10 => Op::RunBounded(entry()?, input.arbitrary()?),
        11 | 12 => Op::RunStart,
        13..=15 => Op::Resume,
        16 | 17 => Op::ResumeWith(input.arbitrary::<u16>()?.into()),
        18 => Op::ResumeWithWrong,
        19 | 20 => Op::ResumeBounded(input.arbitrary()?),
        21..=23 => Op::Reset,
        24 => Op::Recreate,
        25 | 26 => Op::Kill,
        27 => Op::KillOld,
        28 => Op::Grow(input.int_in_range(0..=3)?),
        29 => Op::SetGlobal(input.arbitrary::<u16>()?.into()),
        30 => Op::Write(input.arbitrary::<u16>()?.into(), input.arbitrary()?),
        _ => return Ok(Step::Leave(tenant)),
    };
    Ok(Step::Do(tenant, op))
}
