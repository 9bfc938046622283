//! Jumps, calls, traps, and what of the execution machine code looks at.

use std::mem::offset_of;

use dynasmrt::{DynasmApi, dynasm};
use selvedge_vm::exec::VMExec;
use selvedge_vm::native::stub;

use super::{Masm, Mem, emit, emit_mem};
use crate::regs::Reg;
use crate::sink::Chain;

/// What a comparison has found, as the processor's flags tell it.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(crate) enum Cond {
    E,
    Ne,
    L,
    Ge,
    Le,
    G,
    B,
    Ae,
    Be,
    A,
    P,
    Np,
    O,
    S,
    /// Floats are equal: `E` and not `P`.
    FloatEq,
    /// Floats differ or are not ordered: `Ne` or `P`.
    FloatNe,
}

impl Cond {
    /// What holds exactly when this does not.
    pub(crate) const fn negated(self) -> Self {
        match self {
            Self::E => Self::Ne,
            Self::Ne => Self::E,
            Self::L => Self::Ge,
            Self::Ge => Self::L,
            Self::Le => Self::G,
            Self::G => Self::Le,
            Self::B => Self::Ae,
            Self::Ae => Self::B,
            Self::Be => Self::A,
            Self::A => Self::Be,
            Self::P => Self::Np,
            Self::Np => Self::P,
            Self::FloatEq => Self::FloatNe,
            Self::FloatNe => Self::FloatEq,
            Self::O | Self::S => unreachable!(),
        }
    }
}

/// A routine outside the code that machine code calls through the execution.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(crate) enum Stub {
    Fuel = stub::FUEL as u8,
    Trap = stub::TRAP as u8,
    Refuse = stub::REFUSE as u8,
    Cross = stub::CROSS as u8,
    TailCross = stub::TAIL_CROSS as u8,
    Libcall = stub::LIBCALL as u8,
    Poll = stub::POLL as u8,
}

impl Stub {
    const fn offset(self) -> i8 {
        let offset = offset_of!(VMExec, stubs) + 8 * self as usize;
        assert!(offset <= i8::MAX as usize);
        offset as i8
    }
}

impl Masm<'_> {
    /// Jumps to a place before this one.
    pub(crate) fn jmp_back(&mut self, target: u32) {
        let distance = i64::from(target) - i64::from(self.pos()) - 2;
        match i8::try_from(distance) {
            Ok(distance) => {
                self.sink.push(0xeb);
                self.sink.push_i8(distance);
            }
            Err(_) => {
                self.sink.push(0xe9);
                self.sink.push_i32((distance - 3) as i32);
            }
        }
    }

    /// Jumps to what `chain` awaits.
    pub(crate) fn jmp(&mut self, chain: &mut Chain) {
        self.sink.push(0xe9);
        self.sink.push_i32(0);
        self.sink.link(chain);
    }

    /// Jumps to a place before this one if `cond` holds, which is not of floats' equality.
    pub(crate) fn jcc_back(&mut self, cond: Cond, target: u32) {
        let distance = i64::from(target) - i64::from(self.pos()) - 2;
        match i8::try_from(distance) {
            Ok(distance) => {
                self.sink.push(0x70 | condition_code(cond));
                self.sink.push_i8(distance);
            }
            Err(_) => {
                self.sink.push(0x0f);
                self.sink.push(0x80 | condition_code(cond));
                self.sink.push_i32((distance - 4) as i32);
            }
        }
    }

    /// Jumps to what `chain` awaits if `cond` holds, which is not of floats' equality.
    pub(crate) fn jcc(&mut self, cond: Cond, chain: &mut Chain) {
        self.sink.push(0x0f);
        self.sink.push(0x80 | condition_code(cond));
        self.sink.push_i32(0);
        self.sink.link(chain);
    }

    /// Jumps over what follows, up to [`Masm::land`], if `cond` holds. It must be less than
    /// 128 bytes.
    pub(crate) fn skip_if(&mut self, cond: Cond) -> Skip {
        self.sink.push(0x70 | condition_code(cond));
        self.sink.push_i8(0);
        Skip(self.pos())
    }

    /// Jumps over what follows, up to [`Masm::land`]. It must be less than 128 bytes.
    pub(crate) fn skip(&mut self) -> Skip {
        self.sink.push(0xeb);
        self.sink.push_i8(0);
        Skip(self.pos())
    }

    /// The end of what is jumped over.
    pub(crate) fn land(&mut self, skip: Skip) {
        self.sink.patch_short(skip.0);
    }

    /// Binds `chain` here.
    pub(crate) fn bind(&mut self, chain: Chain) {
        let here = self.pos();
        self.sink.bind(chain, here);
    }

    /// Calls a routine outside.
    pub(crate) fn call_stub(&mut self, stub: Stub) {
        emit!(self; call QWORD [BYTE r13 + stub.offset()]);
    }

    /// Jumps to a routine outside.
    pub(crate) fn jmp_stub(&mut self, stub: Stub) {
        emit!(self; jmp QWORD [BYTE r13 + stub.offset()]);
    }

    /// Calls what a word in memory names.
    pub(crate) fn call_mem(&mut self, mem: Mem) {
        emit_mem!(emit, self, mem; {call QWORD} {});
    }

    /// Jumps to what a word in memory names.
    pub(crate) fn jmp_mem(&mut self, mem: Mem) {
        emit_mem!(emit, self, mem; {jmp QWORD} {});
    }

    /// Calls a place before this one, or the one that a relocation will put there.
    pub(crate) fn call_back(&mut self, target: u32) {
        self.sink.push(0xe8);
        let end = self.pos().wrapping_add(4);
        self.sink.push_i32(target.wrapping_sub(end) as i32);
    }

    /// Jumps to a place by 32 bits, whatever the distance.
    pub(crate) fn jmp_far_back(&mut self, target: u32) {
        self.sink.push(0xe9);
        let end = self.pos().wrapping_add(4);
        self.sink.push_i32(target.wrapping_sub(end) as i32);
    }

    /// Jumps to the address in a register.
    pub(crate) fn jmp_reg(&mut self, reg: Reg) {
        emit!(self; jmp Rq(reg.code()));
    }

    pub(crate) fn ret(&mut self) {
        emit!(self; ret);
    }

    /// An instruction that traps, with a byte behind it that says why.
    pub(crate) fn ud2(&mut self, code: u8) {
        emit!(self; ud2);
        self.sink.push(code);
    }

    /// Moves the frame pointer up or down.
    pub(crate) fn move_frame(&mut self, bytes: i32) {
        match i8::try_from(bytes) {
            Ok(bytes) => emit!(self; add rbp, BYTE bytes),
            Err(_) => emit!(self; add rbp, DWORD bytes),
        }
    }

    /// Compares the end of a frame of `bytes` bytes with the stack's limit; changes `rax`.
    pub(crate) fn compare_stack(&mut self, bytes: i32) {
        const LIMIT: i8 = offset_of!(VMExec, stack_limit) as i8;
        match i8::try_from(bytes) {
            Ok(bytes) => emit!(self; lea rax, [BYTE rbp + bytes]),
            Err(_) => emit!(self; lea rax, [DWORD rbp + bytes]),
        }
        emit!(self; cmp rax, [BYTE r13 + LIMIT]);
    }

    /// Compares the interrupt word with zero.
    pub(crate) fn compare_interrupt(&mut self) {
        const INTERRUPT: i8 = offset_of!(VMExec, interrupt) as i8;
        let start = self.pos();
        emit!(self; imul rdi, [BYTE r13 + INTERRUPT], BYTE 0);
        self.sink.multiplication_to_other(start);
    }

    /// Adds `cost` to what has been spent. It may be changed: [`Masm::add_cost`]. Afterwards `Cond::G` holds if
    /// that is too much.
    pub(crate) fn spend(&mut self, cost: i32) {
        emit!(self; add r12, DWORD cost);
    }

    /// Adds to the cost of the [`Masm::spend`] that ends at `end`.
    pub(crate) fn add_cost(&mut self, end: u32, cost: u32) {
        let before = self.cost(end);
        self.sink.set_field(end, before.wrapping_add(cost));
    }

    /// The cost of the [`Masm::spend`] that ends at `end`.
    pub(crate) fn cost(&self, end: u32) -> u32 {
        self.sink.field(end)
    }

    /// `dst` = the address of data that `chain` awaits.
    pub(crate) fn lea_data(&mut self, dst: Reg, chain: &mut Chain) {
        emit!(self; lea Rq(dst.code()), [rip + 0]);
        self.sink.link(chain);
    }

    /// Zeroes slots `from..to` of the frame, of which there are more than a few. Changes `rax`,
    /// `rcx`, `rdi` if there are many, and `xmm15`.
    pub(crate) fn zero_slots(&mut self, from: u32, to: u32) {
        const UNROLLED: u32 = 32;
        if to - from > UNROLLED {
            emit!(self; lea rdi, [DWORD rbp + from as i32 * 8]);
            emit!(self; mov ecx, DWORD (to - from) as i32);
            emit!(self; xor eax, eax);
            emit!(self; rep stosq);
            return;
        }
        emit!(self; xorps xmm15, xmm15);
        let mut slot = from;
        while slot + 2 <= to {
            let mem = Mem::slot(slot);
            emit_mem!(emit, self, mem; {movups} {, xmm15});
            slot += 2;
        }
        if slot < to {
            let mem = Mem::slot(slot);
            emit_mem!(emit, self, mem; {movsd} {, xmm15});
        }
    }
}

/// The position after a short jump.
#[must_use]
pub(crate) struct Skip(u32);

fn condition_code(cond: Cond) -> u8 {
    match cond {
        Cond::O => 0,
        Cond::B => 2,
        Cond::Ae => 3,
        Cond::E => 4,
        Cond::Ne => 5,
        Cond::Be => 6,
        Cond::A => 7,
        Cond::S => 8,
        Cond::P => 10,
        Cond::Np => 11,
        Cond::L => 12,
        Cond::Ge => 13,
        Cond::Le => 14,
        Cond::G => 15,
        Cond::FloatEq | Cond::FloatNe => unreachable!("taken apart by the caller"),
    }
}
