//! What stands behind a function's code: traps, and the ways that are seldom taken.

use selvedge_vm::native::{Libcall, SiteKind};
use selvedge_vm::trap::TrapCode;
use selvedge_vm::types::ValType;

use super::Codegen;
use super::control::LabelId;
use super::function::result_reg;
use crate::masm::{Mem, Stub};
use crate::regs::{Reg, RegSet};
use crate::sink::Chain;

/// Loads and stores of pins on the way to a label.
#[derive(Copy, Clone, Debug)]
pub(super) struct Transfer {
    pub(super) store: RegSet,
    /// The map of what is stored.
    pub(super) from: u32,
    pub(super) load: RegSet,
    /// The map of what is loaded.
    pub(super) to: u32,
}

/// Code that is emitted behind the function's.
pub(super) enum Cold {
    /// A trap.
    Trap {
        chain: Chain,
        code: TrapCode,
        wasm_offset: u32,
    },
    /// The function's frame does not fit: asks, and checks again at `check`.
    Refuse { chain: Chain, check: u32 },
    /// The way to a label with other pins.
    Transfer {
        chain: Chain,
        transfer: Transfer,
        label: LabelId,
    },
    /// The way of a `br_table` to a label: copies of slots (from, to, count), or a single result
    /// from its slot.
    TableTarget {
        chain: Chain,
        transfer: Option<Transfer>,
        label: LabelId,
        copy: (u32, u32, u32),
        result: Option<ValType>,
    },
    /// Something was requested at a loop's header, where all but pins is in its slot: asks, and goes on at `back`.
    Poll {
        chain: Chain,
        back: u32,
        wasm_offset: u32,
        valid: RegSet,
        dirty: RegSet,
        map: u32,
    },
    /// The entry from the interpreter at a loop's header.
    Osr {
        wasm_offset: u32,
        valid: RegSet,
        map: u32,
        header: u32,
    },
    /// A call of another instance's function, or of the host; goes on at `back`.
    Cross {
        chain: Chain,
        back: u32,
        wasm_offset: u32,
        frame_bytes: u32,
    },
    /// A block costs more than may be spent: asks, and tries again.
    OutOfFuel {
        chain: Chain,
        charge: u32,
        again: u32,
        wasm_offset: u32,
    },
    /// A call of a routine of the runtime, whose other arguments are in their registers; goes on at `back`.
    Libcall {
        chain: Chain,
        back: u32,
        libcall: Libcall,
        first: u64,
        wasm_offset: u32,
    },
    /// A conversion to an integer that the instruction could not do.
    Convert(super::convert::Slow),
    /// A conversion of an integer that is too large for the instruction.
    Large(super::convert::Large),
}

impl Codegen<'_> {
    /// Emits all that was put off.
    pub(super) fn emit_cold(&mut self) {
        for cold in std::mem::take(&mut self.cold) {
            match cold {
                Cold::Trap {
                    chain,
                    code,
                    wasm_offset,
                } => {
                    self.masm.bind(chain);
                    self.emit_trap(code, wasm_offset);
                }
                Cold::Refuse { chain, check } => {
                    self.masm.bind(chain);
                    self.masm.call_stub(Stub::Refuse);
                    let at = self.masm.pos();
                    let offset = self.body_start();
                    self.site_of(at, offset, SiteKind::Call { frame_bytes: 0 });
                    self.masm.jmp_back(check);
                }
                Cold::Transfer {
                    chain,
                    transfer,
                    label,
                } => {
                    self.masm.bind(chain);
                    self.emit_transfer(&transfer);
                    self.jump_bound(label);
                }
                Cold::TableTarget {
                    chain,
                    transfer,
                    label,
                    copy: (from, to, count),
                    result,
                } => {
                    self.masm.bind(chain);
                    match result {
                        Some(ty) => self.load_reg(ty, result_reg(ty), Mem::slot(from)),
                        None => self.copy_slots(from, to, count),
                    }
                    if let Some(transfer) = transfer {
                        self.emit_transfer(&transfer);
                    }
                    self.jump_bound(label);
                }
                Cold::Poll {
                    chain,
                    back,
                    wasm_offset,
                    valid,
                    dirty,
                    map,
                } => {
                    self.masm.bind(chain);
                    self.store_pins(dirty, map);
                    self.masm.call_stub(Stub::Poll);
                    let at = self.masm.pos();
                    self.site_of(at, wasm_offset, SiteKind::Call { frame_bytes: 0 });
                    self.load_pins(valid, map);
                    self.masm.jmp_back(back);
                }
                Cold::Osr {
                    wasm_offset,
                    valid,
                    map,
                    header,
                } => {
                    self.osr.push((wasm_offset, self.masm.pos()));
                    self.load_pins(valid, map);
                    self.masm.jmp_back(header);
                }
                Cold::Cross {
                    chain,
                    back,
                    wasm_offset,
                    frame_bytes,
                } => {
                    self.masm.bind(chain);
                    self.masm.call_stub(Stub::Cross);
                    let at = self.masm.pos();
                    self.site_of(at, wasm_offset, SiteKind::Call { frame_bytes });
                    self.masm.jmp_back(back);
                }
                Cold::OutOfFuel {
                    chain,
                    charge,
                    again,
                    wasm_offset,
                } => self.emit_out_of_fuel(chain, charge, again, wasm_offset),
                Cold::Libcall {
                    chain,
                    back,
                    libcall,
                    first,
                    wasm_offset,
                } => {
                    self.masm.bind(chain);
                    self.emit_libcall(libcall, Some(first), wasm_offset);
                    self.masm.jmp_back(back);
                }
                Cold::Convert(slow) => self.emit_slow_conversion(slow),
                Cold::Large(large) => self.emit_large(large),
            }
        }
    }

    /// Jumps to a label whose place is known by now.
    fn jump_bound(&mut self, label: LabelId) {
        let at = self.labels[label as usize].at;
        self.masm
            .jmp_back(at.expect("all labels are bound when the function ends"));
    }

    /// Offset in the module of the function's body.
    fn body_start(&self) -> u32 {
        let range = &self.module.bodies[self.func].range;
        range.start as u32
    }

    /// Emits a trap of the operator at `wasm_offset`.
    pub(super) fn emit_trap(&mut self, code: TrapCode, wasm_offset: u32) {
        if self.options.signals {
            let at = self.masm.pos();
            self.masm.ud2(code as u8);
            self.site_of(at, wasm_offset, SiteKind::Trap(code));
        } else {
            self.masm.mov_imm(Reg::RAX, code as u64);
            self.masm.call_stub(Stub::Trap);
            let at = self.masm.pos();
            self.site_of(at, wasm_offset, SiteKind::Call { frame_bytes: 0 });
        }
    }

    /// Lets `chain` lead to a trap of this operator.
    pub(super) fn cold_trap(&mut self, chain: Chain, code: TrapCode) {
        self.cold.push(Cold::Trap {
            chain,
            code,
            wasm_offset: self.wasm_offset,
        });
    }
}
