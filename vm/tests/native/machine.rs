//! A tiny assembler, and a store in which its code runs.

#![expect(unsafe_code, reason = "runs machine code as a driver does")]

use std::sync::Arc;

use selvedge_vm::exec::{ExitKind, STATUS_TRAP, VMExec};
use selvedge_vm::index::DefinedFuncIndex;
use selvedge_vm::instance::instantiate;
use selvedge_vm::memory::MemoryPlan;
use selvedge_vm::native::*;
use selvedge_vm::stack::ValueStack;
use selvedge_vm::trap::TrapCode;
use selvedge_vm::vmcontext::{MAGIC_HOST, VMCallee, VMContext, VMHostCall, VMHostContext};

use crate::support::TestStore;

/// Where an execution has the addresses of the routines.
const STUBS: u8 = std::mem::offset_of!(VMExec, stubs) as u8;

/// Bytes of machine code, and what is known of them.
#[derive(Default)]
pub struct Asm {
    pub bytes: Vec<u8>,
    pub compiled: Vec<Compiled>,
}

impl Asm {
    pub fn at(&self) -> u32 {
        self.bytes.len() as u32
    }

    /// Begins function `func`, whose header is in slot `10 + func`.
    pub fn func(&mut self, func: u32) -> &mut Self {
        while !self.bytes.len().is_multiple_of(16) {
            self.bytes.push(0xcc);
        }
        self.compiled.push(Compiled {
            func: DefinedFuncIndex::from_u32(func),
            start: self.at(),
            end: self.at(),
            header_slot: 10 + func,
            sites: Vec::new(),
            osr: Vec::new(),
            relocs: Vec::new(),
        });
        self
    }

    /// Adds an instruction.
    pub fn op(&mut self, bytes: &[u8]) -> &mut Self {
        self.bytes.extend_from_slice(bytes);
        let end = self.at();
        if let Some(compiled) = self.compiled.last_mut() {
            compiled.end = end;
        }
        self
    }

    fn op32(&mut self, bytes: &[u8], imm: i32) -> &mut Self {
        self.op(&[bytes, &imm.to_le_bytes()].concat())
    }

    /// Says that here is a site, for the operator at `wasm_offset`.
    pub fn site(&mut self, wasm_offset: u32, kind: SiteKind) -> &mut Self {
        let offset = self.at();
        self.compiled.last_mut().unwrap().sites.push(Site {
            offset,
            wasm_offset,
            kind,
        });
        self
    }

    /// Says that here is a return address.
    pub fn returns(&mut self, wasm_offset: u32, frame_bytes: u32) -> &mut Self {
        self.site(wasm_offset, SiteKind::Call { frame_bytes })
    }

    pub fn mov_eax(&mut self, value: u32) -> &mut Self {
        self.op32(&[0xb8], value as i32)
    }

    pub fn mov_ecx(&mut self, value: u32) -> &mut Self {
        self.op32(&[0xb9], value as i32)
    }

    pub fn mov_r11d(&mut self, value: u32) -> &mut Self {
        self.op32(&[0x41, 0xbb], value as i32)
    }

    pub fn mov_rcx(&mut self, value: usize) -> &mut Self {
        self.op(&[&[0x48, 0xb9][..], &value.to_le_bytes()].concat())
    }

    pub fn mov_rsi(&mut self, value: u64) -> &mut Self {
        self.op(&[&[0x48, 0xbe][..], &value.to_le_bytes()].concat())
    }

    pub fn mov_rdx(&mut self, value: u64) -> &mut Self {
        self.op(&[&[0x48, 0xba][..], &value.to_le_bytes()].concat())
    }

    /// `mov r8, imm; mov rcx, imm`
    pub fn mov_rcx_r8(&mut self, rcx: u64, r8: u64) -> &mut Self {
        self.mov_rcx(rcx as usize);
        self.op(&[&[0x49, 0xb8][..], &r8.to_le_bytes()].concat())
    }

    /// `mov rdi, r15`
    pub fn mov_rdi_vmctx(&mut self) -> &mut Self {
        self.op(&[0x4c, 0x89, 0xff])
    }

    /// `mov [rbp + 8·slot], rax`
    pub fn store(&mut self, slot: i32) -> &mut Self {
        self.op32(&[0x48, 0x89, 0x85], 8 * slot)
    }

    /// `mov rax, [rbp + 8·slot]`
    pub fn load(&mut self, slot: i32) -> &mut Self {
        self.op32(&[0x48, 0x8b, 0x85], 8 * slot)
    }

    /// `add eax, imm`
    pub fn add_eax(&mut self, value: i32) -> &mut Self {
        self.op32(&[0x05], value)
    }

    /// `add rbp, imm`
    pub fn move_frame(&mut self, bytes: i32) -> &mut Self {
        self.op32(&[0x48, 0x81, 0xc5], bytes)
    }

    /// `call rel32`, with a reloc
    pub fn call(&mut self, func: u32) -> &mut Self {
        let reloc = (self.at() + 1, DefinedFuncIndex::from_u32(func));
        self.compiled.last_mut().unwrap().relocs.push(reloc);
        self.op32(&[0xe8], 0)
    }

    /// `call [r13 + stub]`
    pub fn call_stub(&mut self, stub: usize) -> &mut Self {
        self.op(&[0x41, 0xff, 0x55, STUBS + 8 * stub as u8])
    }

    /// `jmp [r13 + stub]`
    pub fn jump_stub(&mut self, stub: usize) -> &mut Self {
        self.op(&[0x41, 0xff, 0x65, STUBS + 8 * stub as u8])
    }

    /// The check of a function's entry.
    pub fn check_frame(&mut self, bytes: i32) -> &mut Self {
        self.op32(&[0x48, 0x8d, 0x85], bytes) // 7: lea rax, [rbp + bytes]
            .op(&[0x49, 0x3b, 0x45, 0x08]) // 4: cmp rax, [r13 + 8]
            .op(&[0x76, 0x06]) // 2: jbe out
            .call_stub(stub::REFUSE) // 4
            .op(&[0xeb, 0xed]) // 2: jmp back (19)
    }

    /// `cmp qword [r13], 0; je over; call POLL`
    pub fn poll(&mut self, wasm_offset: u32) -> &mut Self {
        self.op(&[0x49, 0x83, 0x7d, 0x00, 0x00]).op(&[0x74, 0x04]);
        self.call_stub(stub::POLL).returns(wasm_offset, 0)
    }

    pub fn libcall(&mut self, libcall: Libcall, wasm_offset: u32) -> &mut Self {
        self.mov_rdi_vmctx().mov_eax(libcall as u32);
        self.call_stub(stub::LIBCALL).returns(wasm_offset, 0)
    }

    pub fn ud2(&mut self) -> &mut Self {
        self.op(&[0x0f, 0x0b])
    }

    pub fn ret(&mut self) -> &mut Self {
        self.op(&[0xc3])
    }

    /// Makes it executable.
    pub fn publish(&self, memory: &CodeMemory) -> Arc<PublishedCode> {
        self.publish_with(memory, |func| panic!("{func:?} is not in the block"))
    }

    pub fn publish_with(
        &self,
        memory: &CodeMemory,
        resolve: impl FnMut(DefinedFuncIndex) -> usize,
    ) -> Arc<PublishedCode> {
        let mut block = memory.lend(self.bytes.len() + 100).expect("a block");
        block.bytes()[..self.bytes.len()].copy_from_slice(&self.bytes);
        block.shrink(self.bytes.len());
        // SAFETY: the tests write code that keeps to the rules, or breaks them on purpose.
        unsafe { block.publish(&self.compiled, MemoryPlan::default(), resolve) }.expect("published")
    }
}

/// `VMFuncCode`, leaked.
pub fn func_code(native: usize) -> usize {
    Box::leak(Box::new([native, 0]))
        .as_ptr()
        .expose_provenance()
}

/// `VMCallee`, leaked.
pub fn callee(native: usize, vmctx: *mut VMContext) -> usize {
    let code = std::ptr::with_exposed_provenance(func_code(native));
    let callee: &VMCallee = Box::leak(Box::new(VMCallee { code, vmctx }));
    std::ptr::from_ref(callee).expose_provenance()
}

/// A host function, leaked.
pub fn host_callee(slots: u32, call: VMHostCall) -> usize {
    let context = Box::leak(Box::new(VMHostContext {
        magic: MAGIC_HOST,
        slots,
        call,
        data: std::ptr::null(),
    }));
    callee(host_function(), std::ptr::from_mut(context).cast())
}

/// A store with an execution that can run machine code.
pub struct Machine {
    pub store: TestStore,
    pub memory: CodeMemory,
}

/// The size of the value stack.
pub const STACK_BYTES: usize = 64 << 10;

impl Machine {
    pub fn new() -> Self {
        install_handler().expect("a handler");
        Self::without_handler()
    }

    /// Where the test sees to the handler.
    pub fn without_handler() -> Self {
        let store = TestStore::new();
        let stack = ValueStack::new(STACK_BYTES).expect("a stack");
        store.exec.set_stack(stack);
        let stack = ReturnStack::new(STACK_BYTES).expect("a stack");
        store.exec.set_return_stack(stack, stubs());
        prepare_thread().expect("an alternate stack");
        Self {
            store,
            memory: CodeMemory::new(1 << 30),
        }
    }

    pub fn exec(&self) -> &VMExec {
        &self.store.exec
    }

    /// An instance with the memories of the default plan.
    pub fn instance(&self, wat: &str) -> *mut VMContext {
        let prepared = self.store.prepare(wat);
        // SAFETY: the store is live and not borrowed; nothing is imported.
        let id = unsafe {
            instantiate(
                self.store.store,
                &prepared.module,
                &prepared.code,
                &prepared.offsets,
                &[],
                &MemoryPlan::default(),
            )
        };
        self.store.vmctx(id.expect("an instance"))
    }

    /// Reads beyond memory 0 of an instance of `wat`, which has one page, in machine code: a trap.
    pub fn trap_beyond_memory(&self, wat: &str) {
        let vmctx = self.instance(wat);
        let mut asm = Asm::default();
        // mov eax, [r14 + 0x10000]
        asm.func(0).site(5, SiteKind::Memory);
        asm.op(&[0x41, 0x8b, 0x86, 0, 0, 1, 0]).ret();
        let code = asm.publish(&self.memory);
        let entry = code
            .entry(DefinedFuncIndex::from_u32(0))
            .expect("it is there");
        assert_eq!(self.call(entry, vmctx, &[]).0, STATUS_TRAP);
        let trap = self.exec().take_trap();
        assert_eq!(trap, Some(TrapCode::MemoryOutOfBounds));
    }

    /// Calls the function at `entry`; returns the status and slot 0. The return stack is as before.
    pub fn call(&self, entry: usize, vmctx: *mut VMContext, args: &[u64]) -> (u32, u64) {
        let top = self.exec().native_sp.get();
        let result = self.call_keeping(entry, vmctx, args);
        self.exec().native_sp.set(top);
        result
    }

    /// As [`Machine::call`], but leaves the return stack as it was left.
    pub fn call_keeping(&self, entry: usize, vmctx: *mut VMContext, args: &[u64]) -> (u32, u64) {
        enter(self.exec(), entry, vmctx, args)
    }

    /// The code address that the last exit from machine code was at, and whether that is a return address.
    pub fn exit_pc(&self) -> (usize, bool) {
        let exit = self.exec().last_exit.get();
        match exit.kind {
            // SAFETY: the top of the return stack is a return address.
            ExitKind::NativeReturn => (unsafe { *self.exec().native_sp.get() }, true),
            ExitKind::NativeInstruction => (exit.ip.addr(), false),
            kind => panic!("{kind:?} is no exit from machine code"),
        }
    }
}

/// Enters machine code from the host, at the first free slots.
pub fn enter(exec: &VMExec, entry: usize, vmctx: *mut VMContext, args: &[u64]) -> (u32, u64) {
    let fp = exec.sp.get();
    // SAFETY: the slots are free; the return stack has room for a word.
    unsafe {
        for (i, &arg) in args.iter().enumerate() {
            fp.add(i).write(arg);
        }
        exec.native_sp.set(exec.native_sp.get().sub(1));
        exec.native_sp.get().write(activation_end());
        let status = switch_to_native(exec, entry, fp, vmctx, func_code(entry) as u64);
        (status, fp.read())
    }
}
