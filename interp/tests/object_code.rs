//! Audits the machine code of the handlers, as this test's own executable holds it.
//!
//! Stable Rust does not promise that a sibling call becomes a jump, nor that a handler
//! keeps its state in registers: whether they do shows in the object code only. The
//! handlers are the instances of `tail::handler` and its variants, by the symbol table. What operation
//! a handler is of is not in its symbol; it is found where the interpreter keeps it:
//!
//! ```text
//! a `Code` of a row:  [tail handler][copies][step handler][name]…
//! copies:             [tail handler]…
//! ```
//!
//! Builds without tail dispatch have no handlers to audit, which the tests make sure of.
//!
//! `cargo test --release -p selvedge-interp --test object_code -- --nocapture` prints
//! the figures.

#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;
use std::hint::black_box;
use std::sync::{Arc, LazyLock};
use std::{env, fs};

use iced_x86::{Decoder, DecoderOptions, Instruction, Mnemonic, OpKind, Register};
use object::elf::R_X86_64_RELATIVE;
use object::read::elf::ElfFile64;
use object::{Object, ObjectSection, ObjectSymbol, RelocationFlags, SectionKind, SymbolKind};
use selvedge_interp::{Dispatch, InterpCode, enter, host_code, operation_name};
use selvedge_vm::code::ModuleCode;
use selvedge_vm::module::{Module, ParseOptions};
use selvedge_vm::offsets::{VMOffsets, VMShape};
use selvedge_vm::types::TypeRegistry;

/// What the symbols of handlers contain: those of `tail::handler`, and with the instructions of machines that
/// have more.
const HANDLERS: [&str; 3] = [
    "4tail7handler",
    "4tail14handler_native",
    "4tail13handler_fused",
];

/// Fewer handlers would mean that the audit does not find them.
const MIN_HANDLERS: usize = 10_000;

/// As [`MIN_HANDLERS`], of handlers of vectors.
const MIN_VECTOR_HANDLERS: usize = 500;

/// The bytes of all handlers but those for vectors, the padding between them included.
const MAX_TEXT_BYTES: u64 = 1_500_000;

/// The bytes of all handlers for vectors, likewise.
const MAX_VECTOR_TEXT_BYTES: u64 = 400_000;

/// Functions start at multiples of this.
const ALIGNMENT_BYTES: u64 = 16;

/// Of a thousand handlers, how many may have a frame: a `push`, or room made on the stack.
const MAX_FRAMES_PER_THOUSAND: usize = 10;

/// Of a thousand handlers, how many must dispatch by a jump.
const MIN_DISPATCHING_PER_THOUSAND: usize = 900;

/// The bytes of a name in a `Code`.
const NAME_BYTES: u64 = 16;

/// The copies of a hot handler, beside the first one.
const COPIES: u64 = 3;

/// Operations that choose between two next instructions.
const CONDITIONAL_BRANCHES: &[&str] = &["AddBr", "BrCmp", "BrFCmp", "BrTest", "LoadBr"];

/// Operations on vectors: `ToV` makes one of another operation.
const VECTOR_OPERATIONS: &[&str] = &[
    "ToV",
    "VMoveWide",
    "VGlobalSet",
    "VReturn",
    "VTest",
    "VTestPair",
    "VExtract",
    "VStore",
    "VStoreLane",
];

/// Other operations named like a branch.
const OTHER_BRANCHES: &[&str] = &["Br", "BrTable"];

/// Operations that may call through a register or memory if they dispatch by a jump:
/// `CallImport`, and `HostCall`, which stands in the block `HOST`, call the shim of the host
/// function.
const MAY_CALL_INDIRECTLY: &[&str] = &["CallImport", "HOST"];

#[test]
fn handlers_are_found_and_small() {
    let Some(audit) = audit() else { return };
    println!("{}", audit.summary());
    let count = audit.handlers.len();
    assert!(count > MIN_HANDLERS, "only {count} handlers are found");
    let nameless = audit.list(|handler| handler.names.is_empty().then_some("in no row"));
    assert!(nameless.len() < 10, "{}", report("nameless", &nameless));
    for (what, max_bytes, is_counted) in [
        ("vectors", MAX_VECTOR_TEXT_BYTES, true),
        ("all else", MAX_TEXT_BYTES, false),
    ] {
        let bytes = audit.padded_bytes(|handler| handler.is_for_vectors() == is_counted);
        println!("{bytes} bytes of handlers for {what}");
        assert!(
            bytes <= max_bytes,
            "{bytes} bytes of handlers for {what} are more than {max_bytes}"
        );
    }
}

#[test]
fn handlers_dispatch_by_jumps() {
    let Some(audit) = audit() else { return };
    let calls =
        |handler: &Handler| handler.shape.indirect_calls > 0 && !handler.is_for_old_machines();
    let callers = audit.list(|handler| {
        let may_call = handler.is(MAY_CALL_INDIRECTLY) && handler.shape.dispatches > 0;
        (calls(handler) && !may_call).then_some("calls through a register or memory")
    });
    assert!(callers.is_empty(), "{}", report("calling", &callers));
    for name in MAY_CALL_INDIRECTLY {
        let count = audit.count(|handler| calls(handler) && handler.is(&[name]));
        assert!(count > 0, "`{name}` does not call: take it off its list");
    }

    let dispatching = audit.count(|handler| handler.shape.dispatches > 0);
    let count = audit.handlers.len();
    assert!(
        dispatching * 1000 >= count * MIN_DISPATCHING_PER_THOUSAND,
        "only {dispatching} of {count} handlers dispatch by a jump"
    );
    let staying = audit.list(|handler| {
        (handler.is_for_vectors() && handler.shape.dispatches == 0).then_some("never goes on")
    });
    assert!(staying.is_empty(), "{}", report("staying", &staying));
}

#[test]
fn handlers_keep_their_state_in_registers() {
    let Some(audit) = audit() else { return };
    let framed = audit.list(|handler| {
        (handler.shape.has_frame && !handler.is_for_old_machines()).then_some("uses the stack")
    });
    assert!(
        framed.len() * 1000 <= audit.handlers.len() * MAX_FRAMES_PER_THOUSAND,
        "more than {MAX_FRAMES_PER_THOUSAND} in a thousand\n{}",
        report("with a frame", &framed)
    );
}

/// The best handlers of vectors compute without calls, and their vectors are never in memory but in slots.
#[test]
fn native_vectors_are_in_registers() {
    let Some(audit) = audit() else { return };
    let is_native = |handler: &Handler| {
        let mut names = handler.names.iter();
        names.any(|name| name.starts_with("ToV Native"))
    };
    let count = audit.count(is_native);
    assert!(
        count > MIN_VECTOR_HANDLERS,
        "only {count} handlers are found"
    );
    let faulty = audit.list(|handler| match &handler.shape {
        _ if !is_native(handler) => None,
        shape if shape.direct_calls + shape.indirect_calls > 0 => Some("calls"),
        shape if shape.has_frame => Some("uses the stack"),
        shape if shape.dispatches == 0 => Some("does not dispatch by a jump"),
        _ => None,
    });
    assert!(faulty.is_empty(), "{}", report("faulty", &faulty));
}

#[test]
fn handlers_do_not_run_off_their_end() {
    let Some(audit) = audit() else { return };
    let faulty = audit.list(|handler| handler.shape.fault.as_deref());
    assert!(faulty.is_empty(), "{}", report("faulty", &faulty));
}

/// As one dispatch of a selected address, a branch would wait for its operands instead
/// of being predicted.
#[test]
fn conditional_branches_dispatch_on_each_path() {
    let Some(audit) = audit() else { return };
    for branch in CONDITIONAL_BRANCHES {
        let count = audit.count(|handler| handler.is(&[branch]));
        assert!(count > 0, "no handler of `{branch}` is found");
    }
    let unlisted = audit.list(|handler| {
        let is_listed = handler.is(CONDITIONAL_BRANCHES) || handler.is(OTHER_BRANCHES);
        let is_branch = handler.operations().any(|name| name.contains("Br"));
        (is_branch && !is_listed).then_some("named like a branch")
    });
    assert!(unlisted.is_empty(), "{}", report("unlisted", &unlisted));

    let branches = |fault: fn(&Shape) -> Option<&str>| {
        audit.list(|handler| {
            (handler.is(CONDITIONAL_BRANCHES))
                .then(|| fault(&handler.shape))
                .flatten()
        })
    };
    let moving = branches(|shape| shape.has_cmov.then_some("chooses by `cmov`"));
    assert!(moving.is_empty(), "{}", report("selecting", &moving));
    let shared = branches(|shape| (shape.dispatches < 2).then_some("dispatches once"));
    assert!(
        shared.is_empty(),
        "{}",
        report("sharing a dispatch", &shared)
    );
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

/// The audit of this executable; `None` for builds without tail dispatch.
fn audit() -> Option<&'static Audit> {
    static AUDIT: LazyLock<Option<Audit>> = LazyLock::new(|| {
        link_handlers();
        let data = fs::read(env::current_exe().unwrap()).unwrap();
        let audit = Audit::of(&Image::read(&data));
        if Dispatch::Tail.is_available() {
            return Some(audit);
        }
        let found = audit.handlers.len();
        assert_eq!(found, 0, "these handlers do not keep the stack constant");
        if !cfg!(debug_assertions) {
            panic!("this build is optimised, but has no tail dispatch");
        }
        None
    });
    AUDIT.as_ref()
}

/// Uses what refers to the handlers, so that the linker keeps them.
fn link_handlers() {
    let wasm = wat::parse_str("(module (func (result i32) (i32.const 7)))").unwrap();
    let registry = TypeRegistry::new();
    let module = Module::parse(wasm.into(), &ParseOptions::new(&registry)).unwrap();
    let offsets = VMOffsets::new(&VMShape::of(&module)).unwrap();
    let dispatch = Dispatch::best().expect("a dispatch");
    let code = InterpCode::new(Arc::new(module), offsets, dispatch);
    code.prepare_all().unwrap();
    assert_eq!(code.func_codes().len(), 1);
    black_box(host_code(dispatch));
    black_box(enter as *const ());
}

/// The handlers of an executable.
struct Audit {
    handlers: Vec<Handler>,
}

impl Audit {
    fn of(image: &Image) -> Self {
        let mut names = image.operations();
        let handlers = image.handlers.iter();
        let handlers = handlers.map(|(&address, &len_bytes)| Handler {
            address,
            len_bytes,
            names: names.remove(&address).unwrap_or_default(),
            shape: Shape::read(image.bytes(address, len_bytes), address, image),
        });
        Self {
            handlers: handlers.collect(),
        }
    }

    fn count(&self, has: impl Fn(&Handler) -> bool) -> usize {
        self.handlers.iter().filter(|handler| has(handler)).count()
    }

    /// The handlers in which `fault` finds something, by name, and what it is.
    fn list<'a>(&'a self, fault: impl Fn(&'a Handler) -> Option<&'a str>) -> Vec<String> {
        let handlers = self.handlers.iter();
        let faults = handlers.filter_map(|handler| Some((handler, fault(handler)?)));
        let mut lines: Vec<_> = faults
            .map(|(handler, fault)| format!("{}: {fault}", handler.name()))
            .collect();
        lines.sort();
        lines
    }

    fn padded_bytes(&self, is_counted: impl Fn(&Handler) -> bool) -> u64 {
        let counted = self.handlers.iter().filter(|handler| is_counted(handler));
        let lengths = counted.map(|handler| handler.len_bytes);
        lengths
            .map(|len| len.next_multiple_of(ALIGNMENT_BYTES))
            .sum()
    }

    /// The figures, and the operations that take the most bytes.
    fn summary(&self) -> String {
        let count = self.handlers.len();
        let bytes: u64 = self.handlers.iter().map(|handler| handler.len_bytes).sum();
        let names: usize = (self.handlers.iter())
            .map(|handler| handler.names.len().max(1))
            .sum();
        let branches = |dispatches: fn(usize) -> bool| {
            self.count(|handler| {
                handler.is(CONDITIONAL_BRANCHES) && dispatches(handler.shape.dispatches)
            })
        };
        let mut text = String::new();
        for (what, figure) in [
            ("handlers", count),
            ("operations (some share a handler)", names),
            ("bytes of code", bytes as usize),
            ("bytes with padding", self.padded_bytes(|_| true) as usize),
            ("mean bytes", bytes as usize / count.max(1)),
            ("dispatch by a jump", self.count(|h| h.shape.dispatches > 0)),
            (
                "call through register or memory",
                self.count(|h| h.shape.indirect_calls > 0),
            ),
            ("use the stack", self.count(|h| h.shape.has_frame)),
            ("choose by cmov", self.count(|h| h.shape.has_cmov)),
            ("conditional branches", branches(|_| true)),
            (
                "… that dispatch once",
                branches(|dispatches| dispatches < 2),
            ),
        ] {
            writeln!(text, "{what:<34} {figure:>8}").unwrap();
        }

        let mut families = BTreeMap::<_, (usize, u64)>::new();
        for handler in &self.handlers {
            let family = handler.operations().next().unwrap_or("?");
            let (count, bytes) = families.entry(family).or_default();
            *count += 1;
            *bytes += handler.len_bytes;
        }
        let mut families: Vec<_> = families.into_iter().collect();
        families.sort_by_key(|&(_, (_, bytes))| std::cmp::Reverse(bytes));
        writeln!(text, "{:<25} {:>8} {:>8}", "largest", "handlers", "bytes").unwrap();
        for (family, (count, bytes)) in families.iter().take(12) {
            writeln!(text, "  {family:<23} {count:>8} {bytes:>8}").unwrap();
        }
        text
    }
}

fn report(what: &str, lines: &[String]) -> String {
    format!("{} handlers {what}:\n{}", lines.len(), lines.join("\n"))
}

/// A handler: one function, whatever the number of its symbols.
struct Handler {
    address: u64,
    len_bytes: u64,
    /// The operations it runs: `To DA Bin I32Add S1 I`.
    names: BTreeSet<String>,
    shape: Shape,
}

impl Handler {
    fn name(&self) -> String {
        let first = self.names.first().map_or("?", |name| name);
        match self.names.len() {
            0 | 1 => format!("{first} at {:#x}", self.address),
            n => format!("{first} (and {} others) at {:#x}", n - 1, self.address),
        }
    }

    /// The outermost types of its operations: `Bin`.
    fn operations(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|name| {
            let mut parts = name.split(' ');
            let first = parts.next().unwrap_or_default();
            if first != "To" {
                return first;
            }
            // A pinned local is a place of two parts.
            let is_pinned = parts.next() == Some("DP");
            parts.nth(usize::from(is_pinned)).unwrap_or_default()
        })
    }

    /// Whether this is an operation on vectors.
    fn is_for_vectors(&self) -> bool {
        VECTOR_OPERATIONS
            .iter()
            .any(|operation| self.is(&[operation]))
    }

    /// Whether this is an operation on vectors as machines without SSE4.2 run it, which are few. It may have a
    /// frame and call, but must dispatch by a jump.
    fn is_for_old_machines(&self) -> bool {
        let mut names = self.names.iter();
        !self.names.is_empty() && names.all(|name| name.starts_with("ToV Portable"))
    }

    /// Whether one of its operations is one of `names`.
    fn is(&self, names: &[&str]) -> bool {
        self.operations()
            .any(|operation| names.contains(&operation))
    }
}

/// What a handler's instructions say of it.
struct Shape {
    /// Jumps to where a register or memory says.
    dispatches: usize,
    /// Calls of what a register or memory says.
    indirect_calls: usize,
    /// Other calls.
    direct_calls: usize,
    /// Whether it writes to the stack.
    has_frame: bool,
    has_cmov: bool,
    /// What is wrong with where control goes.
    fault: Option<String>,
}

impl Shape {
    fn read(code: &[u8], address: u64, image: &Image) -> Self {
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

/// An executable as it is in memory.
#[derive(Default)]
struct Image<'data> {
    /// The address and content of each section, and whether it holds data.
    sections: Vec<(u64, &'data [u8], bool)>,
    /// The words that the loader sets to an address.
    relocated: HashMap<u64, u64>,
    /// The functions by address, demangled.
    functions: HashMap<u64, String>,
    /// The addresses and lengths of the handlers.
    handlers: BTreeMap<u64, u64>,
    /// The variables, by address.
    variables: BTreeMap<u64, String>,
}

impl<'data> Image<'data> {
    fn read(data: &'data [u8]) -> Self {
        let file: ElfFile64 = ElfFile64::parse(data).unwrap();
        assert!(
            file.symbols().next().is_some(),
            "the executable is stripped: its handlers cannot be told apart"
        );
        let mut image = Self::default();
        for section in file.sections() {
            let is_data = matches!(
                section.kind(),
                SectionKind::Data | SectionKind::ReadOnlyData | SectionKind::ReadOnlyDataWithRel
            );
            let bytes = section.data().unwrap();
            image.sections.push((section.address(), bytes, is_data));
        }
        for (at, relocation) in file.dynamic_relocations().into_iter().flatten() {
            let flags = relocation.flags();
            if matches!(flags, RelocationFlags::Elf { r_type } if r_type == R_X86_64_RELATIVE) {
                image.relocated.insert(at, relocation.addend() as u64);
            }
        }
        for symbol in file.symbols() {
            let name = symbol.name().unwrap();
            let demangled = format!("{:#}", rustc_demangle::demangle(name));
            match symbol.kind() {
                SymbolKind::Text => {
                    if HANDLERS.iter().any(|handler| name.contains(handler)) {
                        image.handlers.insert(symbol.address(), symbol.size());
                    }
                    image.functions.insert(symbol.address(), demangled);
                }
                SymbolKind::Data => drop(image.variables.insert(symbol.address(), demangled)),
                _ => {}
            }
        }
        image
    }

    /// The `len` bytes at `address`, or none.
    fn bytes(&self, address: u64, len: u64) -> &'data [u8] {
        // What is not in memory, like debugging information, has address 0.
        let mut loaded = self.sections.iter().filter(|(start, ..)| *start != 0);
        let bytes = loaded.find_map(|(start, bytes, _)| {
            let from = address.checked_sub(*start)?;
            bytes.get(from as usize..(from + len) as usize)
        });
        bytes.unwrap_or_default()
    }

    /// The word at `address`, or 0.
    fn word(&self, address: u64) -> u64 {
        let bytes = || self.bytes(address, 8).try_into();
        let relocated = self.relocated.get(&address).copied();
        relocated.unwrap_or_else(|| bytes().map_or(0, u64::from_le_bytes))
    }

    /// The operations of each handler that data refers to.
    fn operations(&self) -> HashMap<u64, BTreeSet<String>> {
        let data = self.sections.iter().filter(|(_, _, is_data)| *is_data);
        let words: Vec<_> = data
            .flat_map(|(start, bytes, _)| {
                (0..bytes.len() as u64 / 8).map(move |word| start.next_multiple_of(8) + word * 8)
            })
            .collect();
        let names_handler = |at: u64| self.handlers.contains_key(&self.word(at));
        let found: Vec<_> = words
            .iter()
            .copied()
            .filter(|&at| names_handler(at))
            .collect();
        // The layout of `Code` is the compiler's choice, the same in all of them.
        let nearby = |at: u64, distance: i64| at.wrapping_add_signed(distance);
        let most = |is_there: &dyn Fn(u64) -> bool| {
            let count = |&distance: &i64| {
                let found = found.iter();
                found.filter(|&&at| is_there(nearby(at, distance))).count()
            };
            (-8..=8).map(|words| words * 8).max_by_key(count).unwrap()
        };
        let name_at = |at: u64| operation_name(self.bytes(at, NAME_BYTES));
        let copies_at = |at: u64| {
            let copies = self.word(at);
            let copies = (0..COPIES).map(move |copy| copies + copy * 8);
            copies.clone().all(names_handler).then_some(copies)
        };
        let to_name = most(&|at| name_at(at).is_some());
        let to_copies = most(&|at| copies_at(at).is_some());

        let mut operations = HashMap::<_, BTreeSet<String>>::new();
        let mut listed = BTreeSet::new();
        for &at in &found {
            let Some(name) = name_at(nearby(at, to_name)) else {
                continue;
            };
            let copies = copies_at(nearby(at, to_copies)).into_iter().flatten();
            for place in copies.chain([at]) {
                let names = operations.entry(self.word(place)).or_default();
                names.insert(name.clone());
                listed.insert(place);
            }
        }
        // What is in no row is in a variable.
        for &at in found.iter().filter(|at| !listed.contains(at)) {
            let names = operations.entry(self.word(at)).or_default();
            names.extend(self.variable(at).as_deref().map(without_path));
        }
        operations
    }

    /// The variable that `address` is in, unless it is a constant without a name.
    fn variable(&self, address: u64) -> Option<String> {
        let (_, name) = self.variables.range(..=address).next_back()?;
        (!name.starts_with("anon.")).then(|| name.clone())
    }
}

/// `a::b::C` as `C`.
fn without_path(name: &str) -> String {
    name.rsplit("::").next().unwrap_or(name).to_owned()
}
