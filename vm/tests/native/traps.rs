//! Traps, polls and libcalls, with the exact places they are at.

#![expect(unsafe_code, reason = "reads a memory")]

use std::sync::Arc;

use selvedge_vm::exec::*;
use selvedge_vm::index::{DefinedFuncIndex, MemoryIndex};
use selvedge_vm::instance::Instance;
use selvedge_vm::native::*;
use selvedge_vm::trap::TrapCode;
use selvedge_vm::vmcontext::VMContext;

use crate::machine::*;

const F0: DefinedFuncIndex = DefinedFuncIndex::from_u32(0);

fn call(machine: &Machine, code: &Arc<PublishedCode>, vmctx: *mut VMContext) -> (u32, u64) {
    machine.call(code.entry(F0).expect("it is there"), vmctx, &[])
}

/// Runs function 0, which traps; returns why, and the offset in the module.
fn trap(machine: &Machine, code: &Arc<PublishedCode>, vmctx: *mut VMContext) -> (TrapCode, u32) {
    let top = machine.exec().native_sp.get();
    let entry = code.entry(F0).expect("it is there");
    assert_eq!(machine.call_keeping(entry, vmctx, &[]).0, STATUS_TRAP);
    let (pc, is_return) = machine.exit_pc();
    let place = code.locate(pc, is_return).expect("a site");
    assert_eq!(machine.exec().last_exit.get().vmctx, vmctx);
    machine.exec().native_sp.set(top);
    (
        machine.exec().take_trap().expect("a code"),
        place.wasm_offset,
    )
}

/// Code whose sites have others on either side.
fn with_neighbours(write: impl FnOnce(&mut Asm)) -> Asm {
    let mut asm = Asm::default();
    asm.func(0);
    for i in 0..100 {
        asm.site(i, SiteKind::Memory).op(&[0x90]);
    }
    write(&mut asm);
    for i in 0..100 {
        asm.site(2000 + i, SiteKind::Memory).op(&[0x90]);
    }
    asm.ret();
    asm
}

#[test]
fn explicit_traps_are_at_their_call() {
    let machine = Machine::new();
    let vmctx = machine.instance("(module)");
    for &code in TrapCode::ALL {
        let asm = with_neighbours(|asm| {
            asm.mov_eax(code as u32)
                .call_stub(stub::TRAP)
                .returns(1234, 0);
        });
        let expected = (code, 1234);
        assert_eq!(
            trap(&machine, &asm.publish(&machine.memory), vmctx),
            expected
        );
    }
}

#[test]
fn undefined_instructions_are_the_traps_they_stand_for() {
    let machine = Machine::new();
    let vmctx = machine.instance("(module)");
    for &code in TrapCode::ALL {
        let asm = with_neighbours(|asm| {
            asm.site(1234, SiteKind::Trap(code)).ud2();
        });
        let expected = (code, 1234);
        assert_eq!(
            trap(&machine, &asm.publish(&machine.memory), vmctx),
            expected
        );
    }
}

#[test]
fn divisions_trap() {
    let machine = Machine::new();
    let vmctx = machine.instance("(module)");
    for (dividend, divisor, expected) in [
        (1_u32, 0, TrapCode::IntegerDivisionByZero),
        (0x8000_0000, u32::MAX, TrapCode::IntegerOverflow),
    ] {
        let asm = with_neighbours(|asm| {
            asm.mov_eax(dividend).op(&[0x99]).mov_r11d(divisor);
            asm.site(1234, SiteKind::Divide).op(&[0x41, 0xf7, 0xfb]);
        });
        let code = asm.publish(&machine.memory);
        assert_eq!(trap(&machine, &code, vmctx), (expected, 1234));
    }
}

#[test]
fn accesses_beyond_a_memory_trap() {
    let machine = Machine::new();
    let vmctx = machine.instance("(module (memory 1))");
    // In the memory, just beyond it, and at the end of what an index reaches, with an offset.
    for (index, offset, traps) in [
        (0xfffc, 0, false),
        (0xfffd, 0, true),
        (0x1_0000, 0, true),
        (u32::MAX, 0, true),
        (u32::MAX, 32 << 20, true),
    ] {
        let asm = with_neighbours(|asm| {
            let at = [&[0x41, 0x8b, 0x84, 0x0e][..], &i32::to_le_bytes(offset)].concat();
            asm.mov_ecx(index)
                .site(1234, SiteKind::Memory)
                .op(&at)
                .store(0);
        });
        let code = asm.publish(&machine.memory);
        if traps {
            let expected = (TrapCode::MemoryOutOfBounds, 1234);
            assert_eq!(trap(&machine, &code, vmctx), expected, "{index:#x}");
        } else {
            assert_eq!(call(&machine, &code, vmctx), (STATUS_RETURNED, 0));
        }
    }
}

#[test]
fn accesses_beyond_another_memory_of_the_instance_trap() {
    let machine = Machine::new();
    let vmctx = machine.instance("(module (memory 1) (memory 1))");
    // SAFETY: a live instance.
    let base = unsafe {
        (*Instance::from_vmctx(vmctx).memory_definition(MemoryIndex::from_u32(1)))
            .base
            .addr()
    };
    let asm = with_neighbours(|asm| {
        asm.mov_rcx(base + 0x1_0000)
            .site(1234, SiteKind::Memory)
            .op(&[0x8b, 0x01]);
    });
    let code = asm.publish(&machine.memory);
    assert_eq!(
        trap(&machine, &code, vmctx),
        (TrapCode::MemoryOutOfBounds, 1234)
    );
}

#[test]
fn a_frame_that_does_not_fit_is_the_calls_trap() {
    let machine = Machine::new();
    let vmctx = machine.instance("(module)");
    let mut asm = Asm::default();
    asm.func(0)
        .check_frame(48)
        .move_frame(16)
        .call(0)
        .returns(21, 16)
        .ud2();
    let code = asm.publish(&machine.memory);
    let top = machine.exec().native_sp.get();
    let base = machine.exec().sp.get();
    assert_eq!(trap(&machine, &code, vmctx), (TrapCode::StackOverflow, 21));
    let depth = (machine.exec().last_exit.get().fp.addr() - base.addr()) / 16;
    assert_eq!(depth, (STACK_BYTES - 48) / 16 + 1);
    assert_eq!(machine.exec().native_sp.get(), top);
}

#[test]
fn the_worst_frames_fit_the_return_stack() {
    let machine = Machine::new();
    let vmctx = machine.instance("(module)");
    let other = machine.instance("(module)");
    let mut asm = Asm::default();
    // A function that tail-calls another instance, whose function calls the first by a cross call:
    // both with the smallest frames.
    let again = callee(0, vmctx);
    let tail = callee(0, other);
    asm.func(0).mov_rcx(tail).jump_stub(stub::TAIL_CROSS);
    asm.func(1).check_frame(16).move_frame(16).mov_rcx(again);
    asm.call_stub(stub::CROSS).returns(4, 16).ud2();
    let code = asm.publish(&machine.memory);
    for (callee, func) in [(again, 0), (tail, 1)] {
        let callee = std::ptr::with_exposed_provenance::<selvedge_vm::vmcontext::VMCallee>(callee);
        let entry = code
            .entry(DefinedFuncIndex::from_u32(func))
            .expect("it is there");
        // SAFETY: leaked by `callee`; nobody reads it now.
        unsafe { (*callee).code.cast::<usize>().cast_mut().write(entry) };
    }
    let top = machine.exec().native_sp.get();
    let entry = code.entry(F0).expect("it is there");
    assert_eq!(machine.call_keeping(entry, vmctx, &[]).0, STATUS_TRAP);
    assert_eq!(machine.exec().take_trap(), Some(TrapCode::StackOverflow));
    let used = top.addr() - machine.exec().native_sp.get().addr();
    let frames = STACK_BYTES / 16;
    assert!(used > 23 * frames, "{used}");
    assert!(
        used <= selvedge_vm::return_stack::BYTES_PER_FRAME * frames,
        "{used}"
    );
    machine.exec().native_sp.set(top);
}

#[test]
fn a_request_that_was_served_lets_a_function_in() {
    let machine = Machine::new();
    let vmctx = machine.instance("(module)");
    let mut asm = Asm::default();
    asm.func(0).check_frame(16).mov_eax(3).store(0).ret();
    let code = asm.publish(&machine.memory);
    machine.exec().request(INTERRUPT_KILL);
    // Nobody has called the entry but the host, so that is where the trap is.
    assert_eq!(call(&machine, &code, vmctx).0, STATUS_TRAP);
    assert_eq!(machine.exec().take_trap(), Some(TrapCode::Interrupt));
    assert_eq!(
        machine
            .exec()
            .stack_limit
            .load(std::sync::atomic::Ordering::Relaxed),
        0
    );
    assert_eq!(call(&machine, &code, vmctx), (STATUS_RETURNED, 3));
}

#[test]
fn a_poll_stops_or_goes_on() {
    let machine = Machine::new();
    let vmctx = machine.instance("(module)");
    let mut asm = Asm::default();
    asm.func(0).poll(31).mov_eax(8).store(0).ret();
    let code = asm.publish(&machine.memory);
    assert_eq!(call(&machine, &code, vmctx), (STATUS_RETURNED, 8));
    machine.exec().request(INTERRUPT_KILL);
    assert_eq!(trap(&machine, &code, vmctx), (TrapCode::Interrupt, 31));
    assert_eq!(call(&machine, &code, vmctx), (STATUS_RETURNED, 8));
    // The stub itself, with nothing asked for.
    let mut asm = Asm::default();
    asm.func(0)
        .call_stub(stub::POLL)
        .returns(1, 0)
        .mov_eax(9)
        .store(0)
        .ret();
    let code = asm.publish(&machine.memory);
    assert_eq!(call(&machine, &code, vmctx), (STATUS_RETURNED, 9));
}

#[test]
fn libcalls_return_values_and_trap() {
    let machine = Machine::new();
    let vmctx = machine.instance("(module (memory 1 3) (table 4 10 funcref) (data \"abc\"))");
    let run = |write: &dyn Fn(&mut Asm)| {
        let mut asm = Asm::default();
        write(asm.func(0));
        asm.store(0).ret();
        let code = asm.publish(&machine.memory);
        match call(&machine, &code, vmctx) {
            (STATUS_RETURNED, value) => Ok(value),
            (status, _) => {
                assert_eq!(status, STATUS_TRAP);
                Err(trap(&machine, &code, vmctx))
            }
        }
    };
    let memory_grow = |delta: u64| {
        run(&|asm| {
            asm.mov_rsi(0)
                .mov_rdx(delta)
                .libcall(Libcall::MemoryGrow, 1);
        })
    };
    assert_eq!(memory_grow(1), Ok(1));
    assert_eq!(memory_grow(2), Ok(u64::MAX));
    let fill = |len: u64| {
        run(&|asm| {
            asm.mov_rsi(0).mov_rdx(0x1_0000).mov_rcx_r8(0x55, len);
            asm.libcall(Libcall::MemoryFill, 40);
        })
    };
    assert_eq!(fill(0x1_0000), Ok(0));
    assert_eq!(fill(0x1_0001), Err((TrapCode::MemoryOutOfBounds, 40)));
    let init = run(&|asm| {
        asm.mov_rsi(0)
            .mov_rdx(4)
            .mov_rcx_r8(1, 2)
            .libcall(Libcall::MemoryInit, 41);
    });
    assert_eq!(init, Ok(0));
    let copy = run(&|asm| {
        asm.mov_rsi(0)
            .mov_rdx(6)
            .mov_rcx_r8(4, 2)
            .libcall(Libcall::MemoryCopy, 42);
    });
    assert_eq!(copy, Ok(0));
    // SAFETY: a live memory of two pages.
    let bytes = unsafe {
        let memory = *Instance::from_vmctx(vmctx).memory_definition(MemoryIndex::from_u32(0));
        [4, 5, 6, 7, 8, 0x1_ffff].map(|i| *memory.base.add(i))
    };
    assert_eq!(&bytes, b"bcbc\0U");
    let table = |libcall: Libcall, a: u64, b: u64| {
        run(&|asm| {
            asm.mov_rsi(0)
                .mov_rdx(a)
                .mov_rcx_r8(b, 0)
                .libcall(libcall, 43);
        })
    };
    assert_eq!(table(Libcall::TableSize, 0, 0), Ok(4));
    assert_eq!(table(Libcall::TableGrow, 0, 2), Ok(4));
    assert_eq!(table(Libcall::TableGet, 5, 0), Ok(0));
    assert_eq!(
        table(Libcall::TableGet, 6, 0),
        Err((TrapCode::TableOutOfBounds, 43))
    );
    for (libcall, expected) in [
        (Libcall::F64Ceil, -2.0_f64),
        (Libcall::F64Floor, -3.0),
        (Libcall::F64Trunc, -2.0),
        (Libcall::F64Nearest, -2.0),
    ] {
        let bits = (-2.5_f64).to_bits();
        let result = run(&|asm| {
            asm.mov_rsi(bits).libcall(libcall, 1);
        });
        assert_eq!(result, Ok(expected.to_bits()), "{libcall:?}");
    }
    for (libcall, expected) in [
        (Libcall::F32Ceil, 3.0_f32),
        (Libcall::F32Floor, 2.0),
        (Libcall::F32Trunc, 2.0),
        (Libcall::F32Nearest, 2.0),
    ] {
        let result = run(&|asm| {
            asm.mov_rsi(u64::from(2.5_f32.to_bits()))
                .libcall(libcall, 1);
        });
        assert_eq!(result, Ok(u64::from(expected.to_bits())), "{libcall:?}");
    }
}
