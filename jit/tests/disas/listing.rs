//! Machine code of a function as text: an instruction a line, with what is known about its place.
//!
//! ```text
//! offset  instruction          ; @ operator's offset in the body: what is there
//! ```

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::mem::offset_of;

use iced_x86::{
    Code, Decoder, DecoderOptions, Formatter, Instruction, IntelFormatter, Mnemonic, OpKind,
    Register,
};
use selvedge_vm::exec::VMExec;
use selvedge_vm::module::Module;
use selvedge_vm::native::{Compiled, Libcall, SiteKind, stub};

/// Appends the code of one function, which begins at the start of `bytes`.
pub fn list(text: &mut String, module: &Module, compiled: &Compiled, bytes: &[u8]) {
    let code = &bytes[compiled.start as usize..compiled.end as usize];
    let mut listing = Listing {
        text,
        code,
        notes: notes(module, compiled),
        at: 0,
        data: code.len(),
        table: None,
        table_len: 0,
        eax: None,
    };
    while listing.at < listing.data.min(code.len()) {
        listing.step();
    }
    listing.constants();
}

/// What is known about places, by offset. What is known about a return address is told with the
/// call before it.
fn notes(module: &Module, compiled: &Compiled) -> BTreeMap<usize, String> {
    let body = module.bodies[compiled.func].range.start;
    let mut notes = BTreeMap::new();
    let mut add = |at: u32, note: String| {
        let known: &mut String = notes.entry((at - compiled.start) as usize).or_default();
        write!(known, "{}{note}", if known.is_empty() { "" } else { ", " }).unwrap();
    };
    for site in &compiled.sites {
        let operator = site.wasm_offset as usize - body;
        match site.kind {
            SiteKind::Trap(code) => add(site.offset, format!("@{operator:#x}: {code:?}")),
            SiteKind::Memory => add(site.offset, format!("@{operator:#x}: may fault")),
            SiteKind::Divide => add(site.offset, format!("@{operator:#x}: may divide by zero")),
            SiteKind::Call { frame_bytes: 0 } => {
                add(site.offset - 1, format!("@{operator:#x}"));
            }
            SiteKind::Call { frame_bytes } => {
                add(
                    site.offset - 1,
                    format!("@{operator:#x}: frame+{frame_bytes}"),
                );
            }
        }
    }
    for &(operator, at) in &compiled.osr {
        add(
            at,
            format!(
                "@{:#x}: entry from the interpreter",
                operator as usize - body
            ),
        );
    }
    for &(at, func) in &compiled.relocs {
        add(at, format!("func {}", module.func_index(func).as_u32()));
    }
    notes
}

struct Listing<'a> {
    text: &'a mut String,
    code: &'a [u8],
    notes: BTreeMap<usize, String>,
    at: usize,
    /// Where constants begin, as far as is known.
    data: usize,
    /// Where the next table of distances is.
    table: Option<usize>,
    /// How many distances it has.
    table_len: usize,
    /// The constant in `eax`.
    eax: Option<u64>,
}

impl Listing<'_> {
    /// Lists the instruction, or the padding or table, that is next.
    fn step(&mut self) {
        if self.table == Some(self.at) {
            return self.jump_table();
        }
        let options = DecoderOptions::NONE;
        let rest = &self.code[self.at..];
        let mut decoder = Decoder::with_ip(64, rest, self.at as u64, options);
        let instruction = decoder.decode();
        assert_ne!(instruction.code(), Code::INVALID, "at {:#x}", self.at);
        if instruction.mnemonic() == Mnemonic::Int3 {
            self.at += 1;
            return;
        }
        let end = self.at + instruction.len();
        let mut note: Vec<String> = Vec::new();
        note.extend(self.routine(&instruction));
        let sites = self.notes.range(self.at..end);
        note.extend(sites.map(|(_, note)| note.clone()));
        self.observe(&instruction);
        let mut line = format!("{:4x}  {}", self.at, format(&instruction));
        if !note.is_empty() {
            line = format!("{line:<44}; {}", note.join(" "));
        }
        writeln!(self.text, "{line}").unwrap();
        self.at = end;
        if instruction.mnemonic() == Mnemonic::Ud2 {
            // The byte behind it is the trap code.
            self.at += 1;
        }
    }

    /// Learns what data there is, and what `eax` and tables are.
    fn observe(&mut self, instruction: &Instruction) {
        let is_lea = instruction.mnemonic() == Mnemonic::Lea;
        if instruction.is_ip_rel_memory_operand() {
            let target = instruction.ip_rel_memory_address() as usize;
            match is_lea {
                true => self.table = Some(target),
                false => self.data = self.data.min(target),
            }
        }
        let first = instruction.op0_register();
        if instruction.mnemonic() == Mnemonic::Cmp
            && (Register::EAX..=Register::R15D).contains(&first)
        {
            self.table_len = immediate(instruction).unwrap_or(0) as usize;
        }
        if matches!(first, Register::EAX | Register::RAX) {
            self.eax = match instruction.mnemonic() {
                Mnemonic::Mov => immediate(instruction),
                Mnemonic::Xor if instruction.op1_register() == first => Some(0),
                _ => None,
            };
        }
    }

    /// The name of the routine outside that is called, or jumped to.
    fn routine(&self, instruction: &Instruction) -> Option<String> {
        let leaves = matches!(instruction.mnemonic(), Mnemonic::Call | Mnemonic::Jmp);
        if !leaves || instruction.memory_base() != Register::R13 {
            return None;
        }
        let number = (instruction.memory_displacement64() as usize - offset_of!(VMExec, stubs)) / 8;
        Some(match number {
            stub::TRAP => "trap".to_owned(),
            stub::REFUSE => "refuse".to_owned(),
            stub::CROSS => "cross".to_owned(),
            stub::TAIL_CROSS => "tail-cross".to_owned(),
            stub::POLL => "poll".to_owned(),
            stub::LIBCALL => {
                let number = self.eax.expect("a libcall has its number in eax");
                libcall_name(number)
            }
            number => format!("routine {number}"),
        })
    }

    /// Lists the distances behind an indirect jump, as places.
    fn jump_table(&mut self) {
        let start = self.at;
        for _ in 0..self.table_len {
            let field = &self.code[self.at..self.at + 4];
            let distance = i32::from_le_bytes(field.try_into().unwrap());
            let target = start.wrapping_add_signed(distance as isize);
            writeln!(self.text, "{:4x}  -> {target:x}", self.at).unwrap();
            self.at += 4;
        }
        self.table = None;
    }

    /// Lists the constants behind the code.
    fn constants(&mut self) {
        for word in self.code[self.data..].chunks(8) {
            let value = u64::from_le_bytes(word.try_into().unwrap());
            writeln!(self.text, "{:4x}  {value:#018x}", self.data).unwrap();
            self.data += 8;
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
    options.set_small_hex_numbers_in_decimal(true);
    options.set_space_after_operand_separator(true);
    options.set_rip_relative_addresses(false);
    options.set_show_branch_size(false);
    let mut text = String::new();
    formatter.format(instruction, &mut text);
    text
}

fn immediate(instruction: &Instruction) -> Option<u64> {
    let is_immediate = matches!(
        instruction.op1_kind(),
        OpKind::Immediate8
            | OpKind::Immediate32
            | OpKind::Immediate64
            | OpKind::Immediate8to32
            | OpKind::Immediate8to64
            | OpKind::Immediate32to64
    );
    is_immediate.then(|| instruction.immediate(1))
}

fn libcall_name(number: u64) -> String {
    const ALL: &[Libcall] = &[
        Libcall::MemoryGrow,
        Libcall::MemoryFill,
        Libcall::MemoryCopy,
        Libcall::MemoryInit,
        Libcall::DataDrop,
        Libcall::TableGet,
        Libcall::TableSet,
        Libcall::TableSize,
        Libcall::TableGrow,
        Libcall::TableFill,
        Libcall::TableCopy,
        Libcall::TableInit,
        Libcall::ElemDrop,
        Libcall::RefFunc,
        Libcall::F32Ceil,
        Libcall::F32Floor,
        Libcall::F32Trunc,
        Libcall::F32Nearest,
        Libcall::F64Ceil,
        Libcall::F64Floor,
        Libcall::F64Trunc,
        Libcall::F64Nearest,
    ];
    let libcall = ALL.iter().find(|&&libcall| libcall as u64 == number);
    format!("{:?}", libcall.expect("there is such a libcall"))
}
