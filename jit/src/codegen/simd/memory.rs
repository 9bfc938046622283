//! Loads and stores of vectors and of their lanes.

use selvedge_vm::native::SiteKind;
use selvedge_vm::ops::simd::{LoadKind, LoadLaneKind, StoreLaneKind};
use wasmparser::MemArg;

use super::super::Codegen;
use super::super::memory::Address;
use super::lanes::extract_op;
use crate::cpu::CpuFeatures;
use crate::masm::{Mem, Op, Size, Source};
use crate::regs::Reg;

impl Codegen<'_> {
    /// Notes that the access at `at` may fault, if it may.
    fn note_access(&mut self, at: u32, address: &Address) {
        if address.faults {
            self.site(at, SiteKind::Memory);
        }
    }

    pub(super) fn compile_vector_load(&mut self, kind: LoadKind, memarg: MemArg) {
        let index = self.pop();
        let address = self.address(index, &memarg, kind.bytes());
        if kind == LoadKind::V128Load && self.fold_vector_load(&address, index) {
            return;
        }
        let dst = self.vector_apart(&[]);
        let at = self.masm.pos();
        self.emit_load(kind, dst, address.mem);
        self.note_access(at, &address);
        self.push_vector_reg(dst);
    }

    /// Loads; what the first instruction reads is the memory.
    fn emit_load(&mut self, kind: LoadKind, dst: Reg, mem: Mem) {
        use LoadKind as K;
        let source = Source::Mem(mem);
        let has_avx2 = self.has(CpuFeatures::AVX | CpuFeatures::AVX2);
        match kind {
            K::V128Load => self.masm.load_vector(dst, mem),
            K::V128Load8x8S => self.vec2(Op::PMOVSXBW, dst, source),
            K::V128Load8x8U => self.vec2(Op::PMOVZXBW, dst, source),
            K::V128Load16x4S => self.vec2(Op::PMOVSXWD, dst, source),
            K::V128Load16x4U => self.vec2(Op::PMOVZXWD, dst, source),
            K::V128Load32x2S => self.vec2(Op::PMOVSXDQ, dst, source),
            K::V128Load32x2U => self.vec2(Op::PMOVZXDQ, dst, source),
            K::V128Load8Splat if has_avx2 => self.vec2(Op::VPBROADCASTB, dst, source),
            K::V128Load8Splat => {
                self.masm.vector_imm(Op::PINSRB, dst, dst, source, 0);
                self.splat_byte(dst);
            }
            K::V128Load16Splat if has_avx2 => self.vec2(Op::VPBROADCASTW, dst, source),
            K::V128Load16Splat => {
                self.masm.vector_imm(Op::PINSRW, dst, dst, source, 0);
                self.splat_word(dst);
            }
            K::V128Load32Splat => self.splat_single(dst, source),
            K::V128Load64Splat => self.vec2(Op::MOVDDUP, dst, source),
            K::V128Load32Zero => self.masm.load_float(Size::S32, dst, mem),
            K::V128Load64Zero => self.masm.load_float(Size::S64, dst, mem),
        }
    }

    pub(super) fn compile_vector_store(&mut self, memarg: MemArg) {
        let (value, index) = (self.pop(), self.pop());
        let src = self.use_reg(value);
        let address = self.address(index, &memarg, 16);
        let at = self.masm.pos();
        self.masm.store_vector(address.mem, src);
        self.note_access(at, &address);
    }

    pub(super) fn compile_load_lane(&mut self, kind: LoadLaneKind, memarg: MemArg, lane: u8) {
        let (a, index) = (self.pop(), self.pop());
        let op = match kind {
            LoadLaneKind::V128Load8Lane => Op::PINSRB,
            LoadLaneKind::V128Load16Lane => Op::PINSRW,
            LoadLaneKind::V128Load32Lane => Op::PINSRD,
            LoadLaneKind::V128Load64Lane => Op::PINSRQ,
        };
        let address = self.address(index, &memarg, kind.bytes());
        let source = Source::Mem(address.mem);
        let (dst, left) = self.result_of_left(a, source);
        let at = self.masm.pos();
        self.masm.vector_imm(op, dst, left, source, lane);
        self.note_access(at, &address);
        self.push_vector_reg(dst);
    }

    pub(super) fn compile_store_lane(&mut self, kind: StoreLaneKind, memarg: MemArg, lane: u8) {
        let (a, index) = (self.pop(), self.pop());
        let src = self.use_reg(a);
        let bytes = kind.bytes();
        let address = self.address(index, &memarg, bytes);
        let at = self.masm.pos();
        match (kind, lane) {
            (StoreLaneKind::V128Store32Lane, 0) => {
                self.masm.store_float(Size::S32, address.mem, src);
            }
            (StoreLaneKind::V128Store64Lane, 0) => {
                self.masm.store_float(Size::S64, address.mem, src);
            }
            (StoreLaneKind::V128Store64Lane, _) => self.masm.store_upper_half(address.mem, src),
            _ => {
                let op = extract_op(bytes as i32);
                let mem = Source::Mem(address.mem);
                self.masm.vector_extract(op, mem, src, lane);
            }
        }
        self.note_access(at, &address);
    }
}
