//! Vector instructions.
//!
//! An instruction on vectors has the same opcode in its SSE form, which has two operands, and in its AVX form,
//! which has three; only what stands before the opcode differs. So a row of the table below stands for both,
//! and one encoder writes whichever the processor has. It writes bytes itself: dynasm's
//! macro would be expanded for each row, form and kind of memory operand.
//!
//! ```text
//! SSE   [66 | f2 | f3] [REX]        0f [38 | 3a]  opcode  ModR/M [SIB] [disp] [imm8]
//! AVX   c5 RvvvvLpp | c4 RXBmmmmm WvvvvLpp        opcode  ModR/M [SIB] [disp] [imm8]
//! ```

use dynasmrt::DynasmApi;

use super::{Masm, Mem};
use crate::cpu::CpuFeatures;
use crate::regs::Reg;
use crate::sink::Instruction;

/// An instruction on vectors, by what its forms have in common.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(crate) struct Op {
    /// 0x66, 0xf2, 0xf3 or none.
    prefix: u8,
    /// 0x0f, 0x38 or 0x3a.
    map: u8,
    opcode: u8,
    /// Whether a general register is one of 64 bits.
    wide: bool,
}

/// What a vector instruction reads as its last operand.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(crate) enum Source {
    Reg(Reg),
    /// Without AVX it must be aligned, if it is all 16 bytes.
    Mem(Mem),
    /// The constant vector with this number, whose chain the caller links the field at the instruction's end to.
    Data(u32),
}

macro_rules! instructions {
    ($($name:ident $prefix:literal $map:literal $opcode:literal $wide:literal;)*) => {
        impl Op {
            $(pub(crate) const $name: Self = Self { prefix: $prefix, map: $map, opcode: $opcode, wide: $wide == 1 };)*

            #[cfg(test)]
            const ALL: &[(&str, Self)] = &[$((stringify!($name), Self::$name),)*];
        }
    };
}

// Name, prefix, map, opcode, and whether a general register is wide. Those that begin with V have no SSE form.
instructions! {
    PADDB 0x66 0x0f 0xfc 0; PADDW 0x66 0x0f 0xfd 0; PADDD 0x66 0x0f 0xfe 0; PADDQ 0x66 0x0f 0xd4 0;
    PSUBB 0x66 0x0f 0xf8 0; PSUBW 0x66 0x0f 0xf9 0; PSUBD 0x66 0x0f 0xfa 0; PSUBQ 0x66 0x0f 0xfb 0;
    PADDSB 0x66 0x0f 0xec 0; PADDSW 0x66 0x0f 0xed 0; PADDUSB 0x66 0x0f 0xdc 0; PADDUSW 0x66 0x0f 0xdd 0;
    PSUBSB 0x66 0x0f 0xe8 0; PSUBSW 0x66 0x0f 0xe9 0; PSUBUSB 0x66 0x0f 0xd8 0; PSUBUSW 0x66 0x0f 0xd9 0;
    PMINSB 0x66 0x38 0x38 0; PMINSW 0x66 0x0f 0xea 0; PMINSD 0x66 0x38 0x39 0;
    PMINUB 0x66 0x0f 0xda 0; PMINUW 0x66 0x38 0x3a 0; PMINUD 0x66 0x38 0x3b 0;
    PMAXSB 0x66 0x38 0x3c 0; PMAXSW 0x66 0x0f 0xee 0; PMAXSD 0x66 0x38 0x3d 0;
    PMAXUB 0x66 0x0f 0xde 0; PMAXUW 0x66 0x38 0x3e 0; PMAXUD 0x66 0x38 0x3f 0;
    PAVGB 0x66 0x0f 0xe0 0; PAVGW 0x66 0x0f 0xe3 0;
    PABSB 0x66 0x38 0x1c 0; PABSW 0x66 0x38 0x1d 0; PABSD 0x66 0x38 0x1e 0;
    PMULLW 0x66 0x0f 0xd5 0; PMULHW 0x66 0x0f 0xe5 0; PMULHUW 0x66 0x0f 0xe4 0; PMULLD 0x66 0x38 0x40 0;
    PMULDQ 0x66 0x38 0x28 0; PMULUDQ 0x66 0x0f 0xf4 0; PMULHRSW 0x66 0x38 0x0b 0;
    PMADDWD 0x66 0x0f 0xf5 0; PMADDUBSW 0x66 0x38 0x04 0; PHADDW 0x66 0x38 0x01 0;
    PCMPEQB 0x66 0x0f 0x74 0; PCMPEQW 0x66 0x0f 0x75 0; PCMPEQD 0x66 0x0f 0x76 0; PCMPEQQ 0x66 0x38 0x29 0;
    PCMPGTB 0x66 0x0f 0x64 0; PCMPGTW 0x66 0x0f 0x65 0; PCMPGTD 0x66 0x0f 0x66 0; PCMPGTQ 0x66 0x38 0x37 0;
    PAND 0x66 0x0f 0xdb 0; PANDN 0x66 0x0f 0xdf 0; POR 0x66 0x0f 0xeb 0; PXOR 0x66 0x0f 0xef 0;
    PTEST 0x66 0x38 0x17 0;
    PSLLW 0x66 0x0f 0xf1 0; PSLLD 0x66 0x0f 0xf2 0; PSLLQ 0x66 0x0f 0xf3 0;
    PSRLW 0x66 0x0f 0xd1 0; PSRLD 0x66 0x0f 0xd2 0; PSRLQ 0x66 0x0f 0xd3 0;
    PSRAW 0x66 0x0f 0xe1 0; PSRAD 0x66 0x0f 0xe2 0;
    PSHUFB 0x66 0x38 0x00 0; PSHUFD 0x66 0x0f 0x70 0; PSHUFLW 0xf2 0x0f 0x70 0; PSHUFHW 0xf3 0x0f 0x70 0;
    SHUFPS 0x00 0x0f 0xc6 0; PALIGNR 0x66 0x3a 0x0f 0; PBLENDW 0x66 0x3a 0x0e 0;
    PUNPCKLBW 0x66 0x0f 0x60 0; PUNPCKLWD 0x66 0x0f 0x61 0; PUNPCKLDQ 0x66 0x0f 0x62 0; PUNPCKLQDQ 0x66 0x0f 0x6c 0;
    PUNPCKHBW 0x66 0x0f 0x68 0; PUNPCKHWD 0x66 0x0f 0x69 0; PUNPCKHDQ 0x66 0x0f 0x6a 0; PUNPCKHQDQ 0x66 0x0f 0x6d 0;
    PACKSSWB 0x66 0x0f 0x63 0; PACKUSWB 0x66 0x0f 0x67 0; PACKSSDW 0x66 0x0f 0x6b 0; PACKUSDW 0x66 0x38 0x2b 0;
    PMOVSXBW 0x66 0x38 0x20 0; PMOVSXWD 0x66 0x38 0x23 0; PMOVSXDQ 0x66 0x38 0x25 0;
    PMOVZXBW 0x66 0x38 0x30 0; PMOVZXWD 0x66 0x38 0x33 0; PMOVZXDQ 0x66 0x38 0x35 0;
    PMOVMSKB 0x66 0x0f 0xd7 0; MOVMSKPS 0x00 0x0f 0x50 0; MOVMSKPD 0x66 0x0f 0x50 0;
    PINSRB 0x66 0x3a 0x20 0; PINSRW 0x66 0x0f 0xc4 0; PINSRD 0x66 0x3a 0x22 0; PINSRQ 0x66 0x3a 0x22 1;
    PEXTRB 0x66 0x3a 0x14 0; PEXTRW 0x66 0x3a 0x15 0; PEXTRD 0x66 0x3a 0x16 0; PEXTRQ 0x66 0x3a 0x16 1;
    INSERTPS 0x66 0x3a 0x21 0; BLENDPD 0x66 0x3a 0x0d 0; UNPCKLPS 0x00 0x0f 0x14 0; UNPCKLPD 0x66 0x0f 0x14 0;
    MOVD 0x66 0x0f 0x6e 0; MOVQ 0x66 0x0f 0x6e 1; MOVDDUP 0xf2 0x0f 0x12 0; MOVHPS 0x00 0x0f 0x17 0;
    ADDPS 0x00 0x0f 0x58 0; ADDPD 0x66 0x0f 0x58 0; SUBPS 0x00 0x0f 0x5c 0; SUBPD 0x66 0x0f 0x5c 0;
    MULPS 0x00 0x0f 0x59 0; MULPD 0x66 0x0f 0x59 0; DIVPS 0x00 0x0f 0x5e 0; DIVPD 0x66 0x0f 0x5e 0;
    MINPS 0x00 0x0f 0x5d 0; MINPD 0x66 0x0f 0x5d 0; MAXPS 0x00 0x0f 0x5f 0; MAXPD 0x66 0x0f 0x5f 0;
    SQRTPS 0x00 0x0f 0x51 0; SQRTPD 0x66 0x0f 0x51 0; ROUNDPS 0x66 0x3a 0x08 0; ROUNDPD 0x66 0x3a 0x09 0;
    CMPPS 0x00 0x0f 0xc2 0; CMPPD 0x66 0x0f 0xc2 0;
    CVTDQ2PS 0x00 0x0f 0x5b 0; CVTTPS2DQ 0xf3 0x0f 0x5b 0; CVTDQ2PD 0xf3 0x0f 0xe6 0; CVTTPD2DQ 0x66 0x0f 0xe6 0;
    CVTPS2PD 0x00 0x0f 0x5a 0; CVTPD2PS 0x66 0x0f 0x5a 0;
    VBROADCASTSS 0x66 0x38 0x18 0; VPBROADCASTB 0x66 0x38 0x78 0; VPBROADCASTW 0x66 0x38 0x79 0;
    VPBLENDVB 0x66 0x3a 0x4c 0; VBLENDVPS 0x66 0x3a 0x4a 0; VBLENDVPD 0x66 0x3a 0x4b 0;
    VFMADD213PS 0x66 0x38 0xa8 0; VFMADD213PD 0x66 0x38 0xa8 1; VFMADD231PS 0x66 0x38 0xb8 0; VFMADD231PD 0x66 0x38 0xb8 1;
    VFNMADD213PS 0x66 0x38 0xac 0; VFNMADD213PD 0x66 0x38 0xac 1;
    VFNMADD231PS 0x66 0x38 0xbc 0; VFNMADD231PD 0x66 0x38 0xbc 1;
}

impl Masm<'_> {
    fn has_avx(&self) -> bool {
        self.cpu.contains(CpuFeatures::AVX)
    }

    /// `dst = a <op> b`. Without AVX, `b` may be in `dst` only if `a` is too.
    pub(crate) fn vector(&mut self, op: Op, dst: Reg, a: Reg, b: Source) {
        self.vector_any(op, dst, a, b, None);
    }

    /// `dst = a <op> b` with an immediate, likewise. `b` is no constant.
    pub(crate) fn vector_imm(&mut self, op: Op, dst: Reg, a: Reg, b: Source, imm: u8) {
        self.vector_any(op, dst, a, b, Some(imm));
    }

    fn vector_any(&mut self, op: Op, dst: Reg, a: Reg, b: Source, imm: Option<u8>) {
        if self.has_avx() {
            return self.vex(op, dst, a.code(), b, imm);
        }
        if dst != a {
            debug_assert!(b != Source::Reg(dst), "{op:?} would overwrite its operand");
            self.mov_float(dst, a);
        }
        self.sse(op, dst, b, imm);
    }

    /// `dst = <op> src`. One of the two may be a general register.
    pub(crate) fn vector_unary(&mut self, op: Op, dst: Reg, src: Source) {
        self.vector_unary_any(op, dst, src, None);
    }

    /// `dst = <op> src` with an immediate. `src` is no constant.
    pub(crate) fn vector_unary_imm(&mut self, op: Op, dst: Reg, src: Source, imm: u8) {
        self.vector_unary_any(op, dst, src, Some(imm));
    }

    fn vector_unary_any(&mut self, op: Op, dst: Reg, src: Source, imm: Option<u8>) {
        match self.has_avx() {
            true => self.vex(op, dst, 0, src, imm),
            false => self.sse(op, dst, src, imm),
        }
    }

    /// `dst = lane`, which is memory or a general register, from `src`.
    pub(crate) fn vector_extract(&mut self, op: Op, dst: Source, src: Reg, lane: u8) {
        self.vector_unary_any(op, src, dst, Some(lane));
    }

    /// Stores the upper half.
    pub(crate) fn store_upper_half(&mut self, mem: Mem, src: Reg) {
        self.vector_unary_any(Op::MOVHPS, src, Source::Mem(mem), None);
    }

    /// `dst = a <op> count` for the shift `op`, where `count` is less than the width of the lanes.
    pub(crate) fn vector_shift_imm(&mut self, op: Op, dst: Reg, a: Reg, count: u8) {
        // 0x71 to 0x73 by the width, with the direction in the place of a register.
        let by_imm = Op {
            opcode: 0x70 | op.opcode & 0x0f,
            ..op
        };
        let direction = ((op.opcode >> 4) - 0x0c) * 2;
        if self.has_avx() {
            return self.vex_coded(by_imm, direction, dst.code(), Source::Reg(a), Some(count));
        }
        if dst != a {
            self.mov_float(dst, a);
        }
        self.sse_coded(by_imm, direction, Source::Reg(dst), Some(count));
    }

    /// `dst = mask ? b : a` by the topmost bits of the mask's lanes, with AVX.
    pub(crate) fn vector_blend(&mut self, op: Op, dst: Reg, a: Reg, b: Source, mask: Reg) {
        self.vex(op, dst, a.code(), b, Some(mask.code() << 4));
    }

    /// Multiplies and adds with one rounding: `dst = ±(b * dst) + c` or `dst = ±(b * c) + dst`, as `op` says.
    pub(crate) fn vector_fused(&mut self, op: Op, dst: Reg, b: Reg, c: Source) {
        self.vex(op, dst, b.code(), c, None);
    }

    /// All bits of `dst` are zero.
    pub(crate) fn zero_vector(&mut self, dst: Reg) {
        self.vector(Op::PXOR, dst, dst, Source::Reg(dst));
    }

    /// All bits of `dst` are one.
    pub(crate) fn ones_vector(&mut self, dst: Reg) {
        self.vector(Op::PCMPEQD, dst, dst, Source::Reg(dst));
    }

    /// `dst` = the constant whose chain the caller links the field at the instruction's end to.
    pub(crate) fn load_vector_data(&mut self, dst: Reg) {
        // `movaps`
        let op = Op {
            prefix: 0,
            map: 0x0f,
            opcode: 0x28,
            wide: false,
        };
        self.vector_unary(op, dst, Source::Data(0));
    }

    fn sse(&mut self, op: Op, reg: Reg, rm: Source, imm: Option<u8>) {
        self.sse_coded(op, reg.code(), rm, imm);
    }

    fn vex(&mut self, op: Op, reg: Reg, second: u8, rm: Source, imm: Option<u8>) {
        self.vex_coded(op, reg.code(), second, rm, imm);
    }

    fn sse_coded(&mut self, op: Op, reg: u8, rm: Source, imm: Option<u8>) {
        let rm = Encoded::of(rm);
        let mut to = self.sink.begin(Instruction::NO_PREFIX);
        if op.prefix != 0 {
            to.push(op.prefix);
        }
        let rex = u8::from(op.wide) << 3 | reg >> 3 << 2 | rm.index_bit() << 1 | rm.base_bit();
        if rex != 0 {
            to.push(0x40 | rex);
        }
        to.push(0x0f);
        if op.map != 0x0f {
            to.push(op.map);
        }
        to.push(op.opcode);
        rm.write(&mut to, reg);
        imm.into_iter().for_each(|imm| to.push(imm));
        let len = to.len();
        self.sink.end(len);
    }

    fn vex_coded(&mut self, op: Op, reg: u8, second: u8, rm: Source, imm: Option<u8>) {
        let rm = Encoded::of(rm);
        let mut to = self.sink.begin(Instruction::NO_PREFIX);
        // These are stored inverted.
        let (r, x, b) = (1 ^ reg >> 3, 1 ^ rm.index_bit(), 1 ^ rm.base_bit());
        let prefix = match op.prefix {
            0 => 0,
            0x66 => 1,
            0xf3 => 2,
            _ => 3,
        };
        let map = match op.map {
            0x0f => 1,
            0x38 => 2,
            _ => 3,
        };
        let last = (second ^ 15) << 3 | prefix;
        if (map, x, b, op.wide) == (1, 1, 1, false) {
            to.push(0xc5);
            to.push(r << 7 | last);
        } else {
            to.push(0xc4);
            to.push(r << 7 | x << 6 | b << 5 | map);
            to.push(u8::from(op.wide) << 7 | last);
        }
        to.push(op.opcode);
        rm.write(&mut to, reg);
        imm.into_iter().for_each(|imm| to.push(imm));
        let len = to.len();
        self.sink.end(len);
    }
}

/// The last operand, as ModR/M and SIB have it.
#[derive(Copy, Clone)]
enum Encoded {
    Reg(u8),
    /// Base, index and displacement.
    Mem(u8, Option<u8>, i32),
    Data,
}

impl Encoded {
    fn of(source: Source) -> Self {
        const RBP: u8 = 5;
        let (r14, r15) = (Reg::R14.code(), Reg::R15.code());
        match source {
            Source::Reg(reg) => Self::Reg(reg.code()),
            Source::Data(_) => Self::Data,
            Source::Mem(mem) => match mem {
                Mem::Frame(disp) => Self::Mem(RBP, None, disp),
                Mem::Heap(index, disp) => Self::Mem(r14, index.map(Reg::code), disp),
                Mem::Context(disp) => Self::Mem(r15, None, disp),
                Mem::At(base, disp) => Self::Mem(base.code(), None, disp),
                Mem::Sum(base, index, disp) => Self::Mem(base.code(), Some(index.code()), disp),
            },
        }
    }

    fn base_bit(self) -> u8 {
        match self {
            Self::Reg(reg) | Self::Mem(reg, ..) => reg >> 3,
            Self::Data => 0,
        }
    }

    fn index_bit(self) -> u8 {
        match self {
            Self::Mem(_, Some(index), _) => index >> 3,
            _ => 0,
        }
    }

    fn write(self, to: &mut Instruction<'_>, reg: u8) {
        const SIB: u8 = 4;
        let reg = (reg & 7) << 3;
        let (base, index, disp) = match self {
            Self::Reg(rm) => return to.push(0xc0 | reg | rm & 7),
            Self::Data => {
                to.push(reg | 5);
                return to.push_i32(0);
            }
            Self::Mem(base, index, disp) => (base & 7, index, disp),
        };
        let short = i8::try_from(disp);
        let mode = match short {
            // Without a displacement rbp and r13 would mean something else.
            Ok(0) if base != 5 => 0,
            Ok(_) => 0x40,
            Err(_) => 0x80,
        };
        match index {
            Some(index) => {
                to.push(mode | reg | SIB);
                to.push((index & 7) << 3 | base);
            }
            None if base == SIB => {
                to.push(mode | reg | SIB);
                to.push(SIB << 3 | base);
            }
            None => to.push(mode | reg | base),
        }
        match (mode, short) {
            (0, _) => {}
            (_, Ok(disp)) => to.push_i8(disp),
            (_, Err(_)) => to.push_i32(disp),
        }
    }
}

#[cfg(test)]
mod tests {
    use iced_x86::{Decoder, DecoderOptions, Instruction as Decoded, Register};

    use super::*;
    use crate::sink::Sink;

    /// What `emit` has written, if it is one instruction.
    fn emitted(cpu: CpuFeatures, emit: impl FnOnce(&mut Masm<'_>)) -> Option<Decoded> {
        let mut bytes = [0; 64];
        let mut masm = Masm {
            sink: Sink::new(&mut bytes),
            cpu,
        };
        emit(&mut masm);
        let len = masm.pos() as usize;
        let mut decoder = Decoder::new(64, &bytes[..len], DecoderOptions::NONE);
        let decoded = decoder.decode();
        (!decoded.is_invalid() && decoder.position() == len).then_some(decoded)
    }

    fn imm(op: Op) -> Option<u8> {
        let with_imm = matches!(op.opcode, 0x70 | 0xc2 | 0xc4 | 0xc6);
        (op.map == 0x3a || op.map == 0x0f && with_imm).then_some(0)
    }

    fn mnemonic(decoded: &Decoded) -> String {
        format!("{:?}", decoded.mnemonic()).to_lowercase()
    }

    /// Whether some operand is the register with this number.
    fn has_register(decoded: &Decoded, number: u8) -> bool {
        let vector = Register::XMM0 as u32 + u32::from(number);
        let general = [Register::EAX, Register::RAX].map(|first| first as u32 + u32::from(number));
        (0..decoded.op_count()).any(|i| {
            let register = decoded.op_register(i) as u32;
            register == vector || general.contains(&register)
        })
    }

    #[test]
    fn rows_are_the_instructions_that_they_name() {
        let memory = Source::Mem(Mem::At(Reg::RCX, 24));
        for &(name, op) in Op::ALL {
            let name = name.to_lowercase();
            let mut found = 0;
            for (reg, source) in [(3, memory), (12, memory), (3, Source::Reg(Reg::XMM15))] {
                // The second register of two operands is none.
                let forms = [9, 0].map(|second| {
                    emitted(CpuFeatures::AVX, |masm| {
                        masm.vex_coded(op, reg, second, source, imm(op));
                    })
                });
                let Some(vex) = forms.into_iter().flatten().next() else {
                    continue; // It has no operand in memory, or none in a register.
                };
                found += 1;
                assert_eq!(
                    mnemonic(&vex).trim_start_matches('v'),
                    name.trim_start_matches('v')
                );
                assert!(
                    mnemonic(&vex).starts_with('v') && has_register(&vex, reg),
                    "{name}"
                );
                if name.starts_with('v') {
                    continue;
                }
                let sse = emitted(CpuFeatures::empty(), |masm| {
                    masm.sse_coded(op, reg, source, imm(op));
                });
                let sse = sse.expect("it has both forms");
                assert_eq!(mnemonic(&sse), name);
                assert!(has_register(&sse, reg), "{name}");
            }
            assert!(found > 0, "{name} is no instruction");
        }
    }

    #[test]
    fn memory_operands_are_what_they_say() {
        let r14 = Register::R14;
        let places = [
            (Mem::Frame(0), Register::RBP, Register::None, 0),
            (Mem::Frame(-128), Register::RBP, Register::None, -128),
            (Mem::Frame(128), Register::RBP, Register::None, 128),
            (Mem::Heap(Some(Reg::R12), 5), r14, Register::R12, 5),
            (Mem::Heap(Some(Reg::RDI), 0), r14, Register::RDI, 0),
            (Mem::Heap(None, 1 << 20), r14, Register::None, 1 << 20),
            (Mem::Context(8), Register::R15, Register::None, 8),
            (Mem::At(Reg::R12, 0), Register::R12, Register::None, 0),
            (Mem::At(Reg::R11, -16), Register::R11, Register::None, -16),
            (
                Mem::Sum(Reg::RAX, Reg::R11, -16),
                Register::RAX,
                Register::R11,
                -16,
            ),
        ];
        for (mem, base, index, disp) in places {
            for cpu in [CpuFeatures::AVX, CpuFeatures::empty()] {
                for op in [Op::PADDB, Op::PSHUFB] {
                    let emitted = emitted(cpu, |masm| {
                        masm.vector(op, Reg::XMM15, Reg::XMM15, Source::Mem(mem));
                    });
                    let decoded = emitted.expect("one instruction");
                    assert_eq!(decoded.memory_base(), base);
                    assert_eq!(decoded.memory_index(), index);
                    assert_eq!(decoded.memory_displacement64() as i64, disp);
                    assert_eq!(decoded.op0_register(), Register::XMM15);
                }
            }
        }
    }

    #[test]
    fn shifts_by_constants_are_those_by_registers() {
        let (a, dst) = (Reg::XMM0, Reg::XMM15);
        let shifts = [
            (Op::PSLLW, "psllw"),
            (Op::PSRAW, "psraw"),
            (Op::PSRLW, "psrlw"),
            (Op::PSLLD, "pslld"),
            (Op::PSRAD, "psrad"),
            (Op::PSRLD, "psrld"),
            (Op::PSLLQ, "psllq"),
            (Op::PSRLQ, "psrlq"),
        ];
        for (op, name) in shifts {
            let vex = emitted(CpuFeatures::AVX, |masm| {
                masm.vector_shift_imm(op, dst, a, 7)
            });
            let sse = emitted(CpuFeatures::empty(), |masm| {
                masm.vector_shift_imm(op, dst, dst, 7);
            });
            let (vex, sse) = (vex.expect("one instruction"), sse.expect("one instruction"));
            assert_eq!(
                (mnemonic(&vex), mnemonic(&sse)),
                (format!("v{name}"), name.to_owned())
            );
            assert_eq!(vex.op1_register(), Register::XMM0);
            assert_eq!(
                [vex.op0_register(), sse.op0_register()],
                [Register::XMM15; 2]
            );
            assert_eq!(vex.immediate8(), 7);
        }
    }
}
