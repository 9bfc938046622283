//! Code memory: access, budget, reuse, threads.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::{env, fs};

use selvedge_vm::exec::{STATUS_RETURNED, STATUS_TRAP};
use selvedge_vm::index::DefinedFuncIndex;
use selvedge_vm::memory::MemoryPlan;
use selvedge_vm::native::*;
use selvedge_vm::trap::TrapCode;

use crate::machine::*;

const F0: DefinedFuncIndex = DefinedFuncIndex::from_u32(0);

/// The access of the mapping that `address` is in, as `rwxp`.
fn access(address: usize) -> String {
    let maps = fs::read_to_string("/proc/self/maps").expect("the mappings");
    let mut lines = maps.lines().map(|line| line.split_ascii_whitespace());
    let found = lines.find_map(|mut words| {
        let (start, end) = words.next()?.split_once('-')?;
        let parse = |text| usize::from_str_radix(text, 16).expect("an address");
        (parse(start)..parse(end))
            .contains(&address)
            .then(|| words.next().map(str::to_owned))?
    });
    found.expect("a mapping")
}

fn none_is_writable_and_executable() {
    let maps = fs::read_to_string("/proc/self/maps").expect("the mappings");
    for line in maps.lines() {
        let access = line.split_ascii_whitespace().nth(1).expect("an access");
        assert!(
            !access.starts_with("rwx") && !access.starts_with("-wx"),
            "{line}"
        );
    }
}

/// A function that returns `value`.
fn returns(value: u32) -> Asm {
    let mut asm = Asm::default();
    asm.func(0).mov_eax(value).store(0).ret();
    asm
}

#[test]
fn no_address_is_writable_and_executable() {
    let machine = Machine::new();
    let vmctx = machine.instance("(module)");
    for memory in [
        CodeMemory::new(1 << 20),
        CodeMemory::without_aliases(1 << 20),
    ] {
        let mut block = memory.lend(10_000).expect("a block");
        let writable = block.bytes().as_mut_ptr().addr();
        none_is_writable_and_executable();
        assert!(access(writable).starts_with("rw-"));
        drop(block);
        let code = returns(11).publish(&memory);
        none_is_writable_and_executable();
        assert!(access(code.address()).starts_with("r-x"));
        let entry = code.entry(F0).expect("it is there");
        assert_eq!(machine.call(entry, vmctx, &[]), (STATUS_RETURNED, 11));
        let bytes = code.functions().next().expect("a function").code;
        assert_eq!(bytes, returns(11).bytes);
    }
}

#[test]
fn calls_reach_from_end_to_end_of_a_large_block() {
    let machine = Machine::new();
    let vmctx = machine.instance("(module)");
    let mut asm = Asm::default();
    asm.func(1).load(0).add_eax(1).store(0).ret();
    // More than one chunk of the space.
    let far = 5 << 20;
    asm.bytes.resize(far, 0xcc);
    asm.func(0)
        .mov_eax(1)
        .store(2)
        .move_frame(16)
        .call(1)
        .returns(1, 16);
    asm.move_frame(-16).store(0).ret();
    for memory in [CodeMemory::default(), CodeMemory::without_aliases(16 << 20)] {
        let code = asm.publish(&memory);
        let entry = code.entry(F0).expect("it is there");
        assert_eq!(entry, code.address() + far);
        assert_eq!(machine.call(entry, vmctx, &[]), (STATUS_RETURNED, 2));
    }
}

/// Limits what this process may do, and sees what is left; ends with 0 if that is as expected.
fn with_limits(case: &str) {
    let works = |memory: &CodeMemory| {
        let machine = Machine::new();
        let code = returns(11).publish(memory);
        let vmctx = machine.instance("(module)");
        machine.call(code.entry(F0).expect("it is there"), vmctx, &[]) == (STATUS_RETURNED, 11)
    };
    let (aliased, single) = (CodeMemory::default(), CodeMemory::without_aliases(1 << 20));
    let works_within = |resource, rlim_cur| {
        let mut before = libc::rlimit {
            rlim_cur: 0,
            rlim_max: 0,
        };
        // SAFETY: reads a limit of this process into the variable, and lowers it.
        #[expect(unsafe_code, reason = "limits the process")]
        unsafe {
            assert_eq!(libc::getrlimit(resource, &mut before), 0);
            let lower = libc::rlimit { rlim_cur, ..before };
            assert_eq!(libc::setrlimit(resource, &lower), 0);
        }
        let works = works(&aliased) && works(&single);
        // What runs at the end may write files: the counters of a measurement of coverage.
        // SAFETY: raises the limit to where it was.
        #[expect(unsafe_code, reason = "limits the process")]
        let result = unsafe { libc::setrlimit(resource, &before) };
        works && result == 0
    };
    assert!(match case {
        // No memory file: there is another way.
        "no-file" => works_within(libc::RLIMIT_NOFILE, 0),
        "small-file" => works_within(libc::RLIMIT_FSIZE, 4096),
        // No page may become executable that was not mapped so: memory files still can.
        "no-change" => {
            // SAFETY: forbids this process something.
            #[expect(unsafe_code, reason = "limits the process")]
            let result =
                unsafe { libc::prctl(libc::PR_SET_MDWE, libc::PR_MDWE_REFUSE_EXEC_GAIN, 0, 0, 0) };
            if result == 0 {
                let error = single.lend(1).expect_err("refused");
                assert!(matches!(error, CodeMemoryError::Host(_)));
            }
            works(&aliased)
        }
        case => panic!("unknown case {case}"),
    });
}

const CASE: &str = "SELVEDGE_MEMORY_CASE";

#[test]
fn child() {
    if let Ok(case) = env::var(CASE) {
        with_limits(&case);
    }
}

#[test]
fn where_the_host_refuses_one_way_another_is_found() {
    for case in ["no-file", "small-file", "no-change"] {
        let mut command = Command::new(env::current_exe().expect("this test"));
        command.args(["memory::child", "--exact"]).env(CASE, case);
        let output = command.output().expect("it runs");
        assert!(output.status.success(), "{case}: {output:?}");
    }
}

#[test]
fn memory_of_dropped_code_is_used_again() {
    for memory in [
        CodeMemory::new(1 << 16),
        CodeMemory::without_aliases(1 << 16),
    ] {
        let first = returns(1).publish(&memory);
        let address = first.address();
        let second = returns(2).publish(&memory);
        drop(first);
        let mut block = memory.lend(4).expect("a block");
        assert_eq!(block.address(), address);
        assert_eq!(block.bytes(), [0xcc; 4]);
        drop((block, second));
        assert_eq!(memory.used(), 0);
    }
}

/// How many pages of `len` bytes at `address` take memory.
fn resident(address: usize, len: usize) -> usize {
    // SAFETY: asks the host.
    #[expect(unsafe_code, reason = "asks the host about pages")]
    unsafe {
        let page = libc::sysconf(libc::_SC_PAGESIZE) as usize;
        assert!(address.is_multiple_of(page) && len.is_multiple_of(page));
        let mut pages = vec![0; len / page];
        let start = std::ptr::with_exposed_provenance_mut(address);
        assert_eq!(libc::mincore(start, len, pages.as_mut_ptr()), 0);
        pages.iter().filter(|&page| page & 1 != 0).count()
    }
}

#[test]
fn pages_of_dropped_code_go_back_to_the_host_by_the_chunk() {
    const CHUNK: usize = 1 << 20;
    let machine = Machine::new();
    let vmctx = machine.instance("(module)");
    for memory in [
        CodeMemory::new(16 * CHUNK),
        CodeMemory::without_aliases(16 * CHUNK),
    ] {
        let kept = returns(1).publish(&memory);
        let published = |fill: u8| {
            let mut block = memory.lend(4 * CHUNK).expect("a block");
            block.bytes().fill(fill);
            let written = block.bytes().as_ptr().expose_provenance();
            // SAFETY: nothing of it is executed.
            #[expect(unsafe_code, reason = "publishes an empty block")]
            let code = unsafe { block.publish(&[], MemoryPlan::default(), |_| 0) };
            (code.expect("published"), written)
        };
        for fill in [0x90, 0xf4] {
            let (code, written) = published(fill);
            // It begins somewhere in the first chunk, behind what is kept.
            let first = written / 4096 * 4096;
            let all = 4 * CHUNK / 4096;
            assert_eq!(resident(first, 4 * CHUNK), all);
            assert!(code.bytes().iter().all(|&byte| byte == fill));
            drop(code);
            let left = resident(first, 4 * CHUNK);
            assert!(left > 0 && left <= CHUNK / 4096, "{left} of {all} pages");
            // What shares a chunk with it is as it was.
            let entry = kept.entry(F0).expect("it is there");
            assert_eq!(machine.call(entry, vmctx, &[]), (STATUS_RETURNED, 1));
        }
        // A block that is never published, and the last code.
        let mut block = memory.lend(3 * CHUNK).expect("a block");
        block.bytes().fill(1);
        let first = block.bytes().as_ptr().expose_provenance() / 4096 * 4096;
        block.shrink(CHUNK);
        let left = resident(first, 3 * CHUNK);
        assert!((CHUNK / 4096..=2 * CHUNK / 4096).contains(&left), "{left}");
        drop(block);
        drop(kept);
        assert_eq!(memory.used(), 0);
        assert_eq!(resident(first, 3 * CHUNK), 0);
        let again = returns(2).publish(&memory);
        let entry = again.entry(F0).expect("it is there");
        assert_eq!(machine.call(entry, vmctx, &[]), (STATUS_RETURNED, 2));
    }
}

#[test]
fn code_beyond_the_budget_is_an_error() {
    let memory = CodeMemory::new(64 << 10);
    let mut code = Vec::new();
    let error = loop {
        match memory.lend(1000) {
            Ok(block) => {
                drop(block);
                code.push(returns(3).publish(&memory));
            }
            Err(error) => break error,
        }
    };
    assert!(matches!(
        error,
        CodeMemoryError::Budget {
            budget: 65536,
            wanted: 1000
        }
    ));
    assert!(memory.used() <= memory.budget());
    drop(code);
    memory.lend(64 << 10).expect("all of it again");
}

#[test]
fn osr_entries_and_sites_are_found() {
    let memory = CodeMemory::new(1 << 20);
    let mut asm = Asm::default();
    // Functions in another order than their numbers, with many sites.
    for func in [2, 0, 1] {
        asm.func(func);
        for i in 0..500 {
            let offset = asm.at();
            asm.compiled
                .last_mut()
                .expect("begun")
                .osr
                .push((1000 * func + i, offset));
            let kind = match i % 3 {
                0 => SiteKind::Memory,
                1 => SiteKind::Divide,
                _ => SiteKind::Trap(TrapCode::BadSignature),
            };
            // Offsets in the module go back too.
            asm.site(10_000 * func + (i ^ 37), kind).op(&[0x90; 5]);
            asm.returns(10_000 * func + 5000 + i, 8 * i);
        }
    }
    let code = asm.publish(&memory);
    let sites = |code: &PublishedCode| code.sites().count();
    assert_eq!(sites(&code), 3000);
    for compiled in &asm.compiled {
        let func = compiled.func;
        let base = code.address() + compiled.start as usize;
        assert_eq!(code.entry(func), Some(base));
        for i in 0..500_u32 {
            let pc = base + 5 * i as usize;
            let number = func.as_u32();
            assert_eq!(code.osr_entry(func, 1000 * number + i), Some(pc));
            let place = code.locate(pc, false).expect("an instruction that traps");
            assert_eq!(
                (place.func, place.wasm_offset),
                (func, 10_000 * number + (i ^ 37))
            );
            assert_eq!(place.header_slot, 10 + number);
            let place = code.locate(pc + 5, true).expect("a return address");
            let expected = (func, 10_000 * number + 5000 + i, 8 * i);
            assert_eq!((place.func, place.wasm_offset, place.frame_bytes), expected);
            assert_eq!(code.locate(pc + 1, false), None);
            assert_eq!(code.locate(pc + 1, true), None);
        }
        assert_eq!(code.osr_entry(func, 999_999), None);
    }
    assert_eq!(code.locate(code.address() - 1, false), None);
    assert_eq!(code.locate(code.address() + 1_000_000, true), None);
}

#[test]
fn threads_publish_run_and_drop_while_others_trap() {
    let memory = CodeMemory::new(8 << 20);
    let stop = Arc::new(AtomicBool::new(false));
    let trapping = {
        let (memory, stop) = (memory.clone(), stop.clone());
        std::thread::spawn(move || {
            let machine = Machine::new();
            let vmctx = machine.instance("(module)");
            let mut asm = Asm::default();
            asm.func(0)
                .site(5, SiteKind::Trap(TrapCode::BadSignature))
                .ud2();
            let code = asm.publish(&memory);
            let mut traps = 0;
            while !stop.load(Ordering::Relaxed) || traps < 100 {
                let entry = code.entry(F0).expect("it is there");
                assert_eq!(machine.call(entry, vmctx, &[]).0, STATUS_TRAP);
                assert_eq!(machine.exec().take_trap(), Some(TrapCode::BadSignature));
                traps += 1;
            }
        })
    };
    let publishing: Vec<_> = (0..3_u32)
        .map(|thread| {
            let memory = memory.clone();
            std::thread::spawn(move || {
                let machine = Machine::new();
                let vmctx = machine.instance("(module)");
                let mut kept = Vec::new();
                for i in 0..300 {
                    let value = 1000 * thread + i;
                    kept.push((value, returns(value).publish(&memory)));
                    // A block over several lists of the registry.
                    let large = memory.lend(200_000).expect("a block");
                    // SAFETY: there is no code in it.
                    #[expect(unsafe_code, reason = "publishes an empty block")]
                    let large = unsafe { large.publish(&[], MemoryPlan::default(), |_| 0) };
                    drop(large.expect("published"));
                    for (value, code) in &kept {
                        let entry = code.entry(F0).expect("it is there");
                        let result = machine.call(entry, vmctx, &[]);
                        assert_eq!(result, (STATUS_RETURNED, u64::from(*value)));
                    }
                    if kept.len() > 10 {
                        kept.remove((value as usize * 7) % 10);
                    }
                }
            })
        })
        .collect();
    for thread in publishing {
        thread.join().expect("no panic");
    }
    stop.store(true, Ordering::Relaxed);
    trapping.join().expect("no panic");
    assert_eq!(memory.used(), 0);
}
