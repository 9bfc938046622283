//! `objdump --machine-code`: instructions beside the offsets of the operators that they belong to.
//!
//! ```text
//! func 3 NAME: 57 bytes
//!     0  lea rax, [rbp+0x30]
//!    1e  mov esi, [r14+rbx+4]          ; wasm 0x1f3: may fault
//!    27  call qword ptr [r13+0x40]     ; wasm 0x1fa
//! ```
//!
//! Places are from the function's start, so that the text does not depend on where the code is.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use iced_x86::{
    Code, Decoder, DecoderOptions, Formatter, Instruction, IntelFormatter, Mnemonic, OpKind,
    Register,
};
use selvedge::{CodeSiteKind, CompiledFunction};

use crate::demangle::printable;

/// The instructions of `function`; `all` are the functions that it may call.
pub(crate) fn listing(function: &CompiledFunction, all: &[CompiledFunction]) -> String {
    let mut listing = Listing {
        text: header(function),
        code: function.bytes(),
        base: function.address(),
        names: all.iter().map(|one| (one.address(), one)).collect(),
        notes: notes(function),
        at: 0,
        data: function.bytes().len(),
        table: None,
        table_len: 0,
    };
    while listing.at < listing.data {
        listing.step();
    }
    listing.constants();
    listing.text
}

fn header(function: &CompiledFunction) -> String {
    let mut text = format!("func {}", function.func_index());
    if let Some(name) = function.func_name() {
        let _ = write!(text, " {}", name.escape_debug());
    }
    let _ = writeln!(text, ": {} bytes", function.bytes().len());
    text
}

/// What is known about places. What is known about a return address is told with the call before it.
fn notes(function: &CompiledFunction) -> BTreeMap<usize, String> {
    let mut notes: BTreeMap<usize, String> = BTreeMap::new();
    for site in function.sites() {
        let wasm = site.wasm_offset;
        let (at, note) = match site.kind {
            CodeSiteKind::Trap(trap) => (site.offset, format!("wasm {wasm:#x}: {trap}")),
            CodeSiteKind::Memory => (site.offset, format!("wasm {wasm:#x}: may fault")),
            CodeSiteKind::Divide => (site.offset, format!("wasm {wasm:#x}: may not divide")),
            _ => (site.offset.saturating_sub(1), format!("wasm {wasm:#x}")),
        };
        let known = notes.entry(at).or_default();
        if !known.is_empty() {
            known.push_str(", ");
        }
        known.push_str(&note);
    }
    notes
}

struct Listing<'a> {
    text: String,
    code: &'a [u8],
    base: usize,
    /// Functions by address.
    names: BTreeMap<usize, &'a CompiledFunction>,
    notes: BTreeMap<usize, String>,
    at: usize,
    /// Where constants begin, as far as is known.
    data: usize,
    /// Where the next table of distances is, and how many it has.
    table: Option<usize>,
    table_len: usize,
}

impl Listing<'_> {
    /// Lists what is next: an instruction, padding or a table.
    fn step(&mut self) {
        if self.table == Some(self.at) {
            return self.jump_table();
        }
        let rest = &self.code[self.at..];
        let mut decoder = Decoder::with_ip(64, rest, self.at as u64, DecoderOptions::NONE);
        let instruction = decoder.decode();
        if instruction.code() == Code::INVALID || instruction.mnemonic() == Mnemonic::Int3 {
            self.at += 1;
            return;
        }
        let end = self.at + instruction.len();
        let callee = self.callee(&instruction);
        let sites = self.notes.range(self.at..end);
        let notes: Vec<_> = callee
            .into_iter()
            .chain(sites.map(|(_, note)| note.clone()))
            .collect();
        self.observe(&instruction);
        let mut line = format!("{:6x}  {}", self.at, self.instruction(&instruction));
        if !notes.is_empty() {
            line = format!("{line:<48}; {}", notes.join(", "));
        }
        self.text.push_str(&line);
        self.text.push('\n');
        self.at = end;
        if instruction.mnemonic() == Mnemonic::Ud2 {
            // A byte that is no instruction says which trap it is.
            self.at += 1;
        }
    }

    /// An instruction. Where it leads is left out if that is another function, whose name is told beside it.
    fn instruction(&self, instruction: &Instruction) -> String {
        let is_near = instruction.op0_kind() == OpKind::NearBranch64;
        if is_near && instruction.near_branch_target() >= self.code.len() as u64 {
            return format!("{:?}", instruction.mnemonic()).to_lowercase();
        }
        format(instruction)
    }

    /// Learns where data is.
    fn observe(&mut self, instruction: &Instruction) {
        if instruction.is_ip_rel_memory_operand() {
            let target = instruction.ip_rel_memory_address() as usize;
            if instruction.mnemonic() == Mnemonic::Lea {
                self.table = Some(target);
            } else {
                self.data = self.data.min(target);
            }
        }
        let is_limit = instruction.mnemonic() == Mnemonic::Cmp
            && (Register::EAX..=Register::R15D).contains(&instruction.op0_register())
            && matches!(
                instruction.op1_kind(),
                OpKind::Immediate8to32 | OpKind::Immediate32
            );
        if is_limit {
            self.table_len = instruction.immediate(1) as u32 as usize;
        }
    }

    /// The function that a direct call or jump leads to.
    fn callee(&self, instruction: &Instruction) -> Option<String> {
        let leaves = matches!(instruction.mnemonic(), Mnemonic::Call | Mnemonic::Jmp);
        if !leaves || instruction.op0_kind() != OpKind::NearBranch64 {
            return None;
        }
        let target = instruction.near_branch_target();
        let is_within = target < self.code.len() as u64;
        if is_within && instruction.mnemonic() == Mnemonic::Jmp {
            return None;
        }
        let address = self.base.wrapping_add(target as usize);
        let function = self.names.get(&address)?;
        let mut text = format!("func {}", function.func_index());
        if let Some(name) = function.func_name() {
            let _ = write!(text, " {}", printable(name));
        }
        Some(text)
    }

    /// Lists the distances behind an indirect jump, as places.
    fn jump_table(&mut self) {
        let start = self.at;
        let fields = self.code[self.at..].chunks_exact(4).take(self.table_len);
        for field in fields {
            let distance = i32::from_le_bytes(field.try_into().expect("four bytes"));
            let target = start.wrapping_add_signed(distance as isize);
            let _ = writeln!(self.text, "{:6x}  -> {target:x}", self.at);
            self.at += 4;
        }
        self.table = None;
    }

    /// Lists the constants behind the code.
    fn constants(&mut self) {
        let data = self.code.get(self.data..).unwrap_or_default();
        for (number, word) in data.chunks_exact(8).enumerate() {
            let value = u64::from_le_bytes(word.try_into().expect("eight bytes"));
            let _ = writeln!(self.text, "{:6x}  {value:#018x}", self.data + 8 * number);
        }
    }
}

fn format(instruction: &Instruction) -> String {
    let mut formatter = IntelFormatter::new();
    let options = formatter.options_mut();
    options.set_hex_prefix("0x");
    options.set_hex_suffix("");
    options.set_uppercase_hex(false);
    options.set_branch_leading_zeros(false);
    options.set_signed_immediate_operands(true);
    options.set_space_after_operand_separator(true);
    options.set_show_branch_size(false);
    let mut text = String::new();
    formatter.format(instruction, &mut text);
    text
}
