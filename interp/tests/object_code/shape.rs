//! What the instructions of a function say of it.

use iced_x86::{Decoder, DecoderOptions, Instruction, Mnemonic, OpKind, Register};

use crate::image::Image;

/// What a handler's instructions say of it.
pub struct Shape {
    /// Jumps to where a register or memory says.
    pub dispatches: usize,
    /// Calls of what a register or memory says.
    pub indirect_calls: usize,
    /// Other calls.
    pub direct_calls: usize,
    /// Whether it writes to the stack.
    pub has_frame: bool,
    pub has_cmov: bool,
    /// What is wrong with where control goes.
    pub fault: Option<String>,
}

impl Shape {
    pub fn read(code: &[u8], address: u64, image: &Image) -> Self {
        let mut decoder = Decoder::with_ip(64, code, address, DecoderOptions::NONE);
        let code: Vec<Instruction> = decoder.iter().collect();
        let mut shape = Self {
            dispatches: 0,
            indirect_calls: 0,
            direct_calls: 0,
            has_frame: false,
            has_cmov: false,
            fault: fault(&code, image),
        };
        for (at, instruction) in code.iter().enumerate() {
            let is_fixed = target(instruction, &code[..at], image).is_some();
            let mnemonic = instruction.mnemonic();
            shape.dispatches += usize::from(mnemonic == Mnemonic::Jmp && !is_fixed);
            shape.indirect_calls += usize::from(mnemonic == Mnemonic::Call && !is_fixed);
            shape.direct_calls += usize::from(mnemonic == Mnemonic::Call && is_fixed);
            shape.has_cmov |= format!("{mnemonic:?}").starts_with("Cmov");
            shape.has_frame |= mnemonic == Mnemonic::Push
                || instruction.op0_register() == Register::RSP
                || instruction.memory_base() == Register::RSP;
        }
        shape
    }
}

/// Where a jump or call goes that always goes to the same place: the place, or 0 if the
/// loader fills it in. Far functions are reached through a table that never changes.
fn target(instruction: &Instruction, before: &[Instruction], image: &Image) -> Option<u64> {
    let through_table = |instruction: &Instruction| {
        let is_fixed = instruction.is_ip_rel_memory_operand();
        is_fixed.then(|| image.word(instruction.ip_rel_memory_address()))
    };
    match instruction.op0_kind() {
        OpKind::NearBranch64 => Some(instruction.near_branch_target()),
        OpKind::Memory => through_table(instruction),
        OpKind::Register => {
            let register = instruction.op0_register();
            let mut before = before.iter().rev();
            let load = before.find(|load| load.op0_register() == register)?;
            (load.mnemonic() == Mnemonic::Mov)
                .then(|| through_table(load))
                .flatten()
        }
        _ => None,
    }
}

/// What is wrong with where control goes in a function: a jump into nowhere, or an end
/// that is none.
fn fault(code: &[Instruction], image: &Image) -> Option<String> {
    let Some(last) = code.last() else {
        return Some("is empty".to_string());
    };
    if code.iter().any(Instruction::is_invalid) {
        return Some("does not decode".to_string());
    }
    for instruction in code {
        let is_jump = instruction.op0_kind() == OpKind::NearBranch64;
        let to = instruction.near_branch_target();
        let is_inside = || code.iter().any(|instruction| instruction.ip() == to);
        if is_jump && !is_inside() && !image.functions.contains_key(&to) {
            return Some(format!("jumps into nowhere at {:#x}", instruction.ip()));
        }
    }
    let ends = match last.mnemonic() {
        Mnemonic::Jmp | Mnemonic::Ret | Mnemonic::Ud2 => true,
        Mnemonic::Call => {
            let callee = target(last, &[], image).and_then(|to| image.functions.get(&to));
            callee.is_some_and(|name| name.contains("core::panicking::"))
        }
        _ => false,
    };
    (!ends).then(|| format!("runs off its end after {:?}", last.mnemonic()))
}

#[test]
fn shapes_are_read_from_code() {
    let image = Image::default();
    let shape = |code: &[u8]| Shape::read(code, 0x1000, &image);
    let jump = shape(&[0x48, 0x8b, 0x07, 0xff, 0xe0]); // mov rax, [rdi]; jmp rax
    assert_eq!((jump.dispatches, jump.indirect_calls), (1, 0));
    assert!(!jump.has_frame && !jump.has_cmov && jump.fault.is_none());
    let jump = shape(&[0xff, 0x67, 0x10]); // jmp [rdi + 16]
    assert_eq!((jump.dispatches, jump.fault), (1, None));
    // mov rax, [rip + 0]; jmp rax
    let fixed = shape(&[0x48, 0x8b, 0x05, 0, 0, 0, 0, 0xff, 0xe0]);
    assert_eq!((fixed.dispatches, fixed.fault), (0, None));
    // push rax; call [rdi + 16]; pop rcx; ret
    let call = shape(&[0x50, 0xff, 0x57, 0x10, 0x59, 0xc3]);
    assert_eq!((call.dispatches, call.indirect_calls), (0, 1));
    assert!(call.has_frame && call.fault.is_none());
    let room = shape(&[0x48, 0x83, 0xec, 0x08, 0xff, 0xd0, 0xc3]); // sub rsp, 8; call rax; ret
    assert!(room.has_frame && room.indirect_calls == 1);
    let spill = shape(&[0x48, 0x89, 0x7c, 0x24, 0xf8, 0xff, 0xe0]); // mov [rsp - 8], rdi; jmp rax
    assert!(spill.has_frame && spill.dispatches == 1);
    let select = shape(&[0x48, 0x0f, 0x44, 0xc1, 0xff, 0xe0]); // cmove rax, rcx; jmp rax
    assert!(select.has_cmov && select.dispatches == 1);
    for (code, why) in [
        (&[0x90][..], "runs off"),       // nop
        (&[0xff, 0xd0], "runs off"),     // call rax
        (&[0xff], "does not decode"),    // half an instruction
        (&[0xeb, 0x10], "into nowhere"), // jmp to 16 bytes further
        (&[], "empty"),
    ] {
        let fault = shape(code).fault.unwrap();
        assert!(fault.contains(why), "{code:x?}: {fault}");
    }
}
