//! Calls within and between instances, to the host, and to the interpreter.

#![expect(unsafe_code, reason = "stands in for the host and the driver")]

use selvedge_vm::exec::*;
use selvedge_vm::index::DefinedFuncIndex;
use selvedge_vm::native::*;
use selvedge_vm::trap::TrapCode;
use selvedge_vm::vmcontext::{VMContext, VMHostContext};

use crate::machine::*;

const F0: DefinedFuncIndex = DefinedFuncIndex::from_u32(0);
const F1: DefinedFuncIndex = DefinedFuncIndex::from_u32(1);

#[test]
fn a_function_returns_42() {
    let machine = Machine::new();
    let vmctx = machine.instance("(module)");
    let mut asm = Asm::default();
    asm.func(0).check_frame(16).mov_eax(42).store(0).ret();
    let code = asm.publish(&machine.memory);
    let top = machine.exec().native_sp.get();
    let entry = code.entry(F0).expect("it is there");
    assert_eq!(
        machine.call_keeping(entry, vmctx, &[]),
        (STATUS_RETURNED, 42)
    );
    assert_eq!(machine.exec().native_sp.get(), top);
    assert_eq!(code.entry(F1), None);
}

#[test]
fn functions_call_each_other_within_and_beyond_their_block() {
    let machine = Machine::new();
    let vmctx = machine.instance("(module)");
    let mut leaf = Asm::default();
    leaf.func(1).load(0).add_eax(1).store(0).ret();
    let leaf = leaf.publish(&machine.memory);
    let mut asm = Asm::default();
    for (func, next) in [(0, 2), (2, 1)] {
        asm.func(func).load(0).add_eax(10).store(3);
        asm.move_frame(24).call(next).returns(7, 24).move_frame(-24);
        asm.store(0).ret();
    }
    let code = asm.publish_with(&machine.memory, |func| leaf.entry(func).expect("the leaf"));
    let entry = code.entry(F0).expect("it is there");
    assert_eq!(machine.call(entry, vmctx, &[100]), (STATUS_RETURNED, 121));
}

#[test]
fn a_call_of_another_instance_changes_context_and_memory_and_back() {
    let machine = Machine::new();
    let a = machine.instance(r#"(module (memory 1) (data (i32.const 0) "A\00\00\00"))"#);
    let b = machine.instance(r#"(module (memory 1) (data (i32.const 0) "B\00\00\00"))"#);
    let mut asm = Asm::default();
    // The callee: slot 0 becomes the first word of its memory.
    asm.func(1).op(&[0x41, 0x8b, 0x06]).store(0).ret();
    let code = asm.publish(&machine.memory);
    let target = callee(code.entry(F1).expect("it is there"), b);
    let mut asm = Asm::default();
    asm.func(0).move_frame(16).mov_rcx(target);
    asm.call_stub(stub::CROSS).returns(5, 16).move_frame(-16);
    // rax = rax << 8 | first word of the caller's memory
    asm.op(&[0x48, 0xc1, 0xe0, 0x08])
        .op(&[0x41, 0x0b, 0x06])
        .store(0)
        .ret();
    let caller = asm.publish(&machine.memory);
    let expected = u64::from(b'B') << 8 | u64::from(b'A');
    let entry = caller.entry(F0).expect("it is there");
    assert_eq!(machine.call(entry, a, &[]), (STATUS_RETURNED, expected));
    // SAFETY: the instance is alive.
    let exec = unsafe { VMContext::header(b).exec.get() };
    assert!(std::ptr::eq(exec, machine.exec()));
}

#[test]
fn a_million_tail_calls_between_instances_take_constant_stack() {
    let machine = Machine::new();
    let instances = [0, 1].map(|_| machine.instance("(module)"));
    // `callees[i]` are filled in below, so the code reads them.
    let callees = instances.map(|vmctx| callee(0, vmctx));
    let mut asm = Asm::default();
    for i in [0, 1] {
        asm.func(i as u32);
        asm.op(&[0xff, 0x4d, 0x00]); // dec dword [rbp]
        asm.op(&[0x74, 10 + 4]); // jz over
        asm.mov_rcx(callees[1 - i]).jump_stub(stub::TAIL_CROSS);
        asm.mov_eax(7).store(0).ret();
    }
    let code = asm.publish(&machine.memory);
    for (i, &callee) in callees.iter().enumerate() {
        let entry = code
            .entry(DefinedFuncIndex::from_u32(i as u32))
            .expect("it is there");
        let callee = std::ptr::with_exposed_provenance::<selvedge_vm::vmcontext::VMCallee>(callee);
        // SAFETY: leaked by `callee`; nobody reads it now.
        unsafe { (*callee).code.cast::<usize>().cast_mut().write(entry) };
    }
    let top = machine.exec().native_sp.get();
    let entry = code.entry(F0).expect("it is there");
    let result = machine.call_keeping(entry, instances[0], &[1_000_001]);
    assert_eq!(result, (STATUS_RETURNED, 7));
    assert_eq!(machine.exec().native_sp.get(), top);
}

/// Adds its two arguments and 1000, and checks what it is called with.
unsafe extern "C" fn add(_: *const VMHostContext, caller: *mut VMContext, slots: *mut u64) -> u32 {
    // SAFETY: called with the caller's context, and two arguments.
    unsafe {
        let exec = &*VMContext::header(caller).exec.get();
        assert_eq!(exec.sp.get(), slots.add(2));
        let exit = exec.last_exit.get();
        assert_eq!(exit.kind, ExitKind::NativeReturn);
        assert_eq!((exit.fp, exit.vmctx), (slots, caller));
        slots.write(slots.read() + slots.add(1).read() + 1000);
    }
    0
}

unsafe extern "C" fn fail(_: *const VMHostContext, caller: *mut VMContext, _: *mut u64) -> u32 {
    // SAFETY: called with the caller's context.
    let exec = unsafe { &*VMContext::header(caller).exec.get() };
    exec.set_pending(Pending::Error("no".into()))
}

#[test]
fn host_functions_are_called_on_the_hosts_stack() {
    let machine = Machine::new();
    let vmctx = machine.instance("(module)");
    let mut asm = Asm::default();
    asm.func(0).mov_eax(30).store(4).mov_eax(12).store(5);
    asm.move_frame(32).mov_rcx(host_callee(2, add));
    asm.call_stub(stub::CROSS)
        .returns(9, 32)
        .move_frame(-32)
        .store(0)
        .ret();
    // A tail call of the same.
    asm.func(1)
        .mov_rcx(host_callee(2, add))
        .jump_stub(stub::TAIL_CROSS);
    asm.func(2).move_frame(32).mov_rcx(host_callee(0, fail));
    asm.call_stub(stub::CROSS).returns(77, 32).ud2();
    let code = asm.publish(&machine.memory);
    let entry = |func| {
        code.entry(DefinedFuncIndex::from_u32(func))
            .expect("it is there")
    };
    assert_eq!(machine.call(entry(0), vmctx, &[]), (STATUS_RETURNED, 1042));
    assert_eq!(
        machine.call(entry(1), vmctx, &[1, 2]),
        (STATUS_RETURNED, 1003)
    );
    let top = machine.exec().native_sp.get();
    assert_eq!(machine.call_keeping(entry(2), vmctx, &[]).0, STATUS_PENDING);
    assert!(machine.exec().take_pending().is_some());
    let (pc, is_return) = machine.exit_pc();
    let place = code.locate(pc, is_return).expect("a call");
    assert_eq!(
        (place.wasm_offset, place.frame_bytes, place.header_slot),
        (77, 32, 12)
    );
    machine.exec().native_sp.set(top);
}

#[test]
fn a_host_functions_frame_is_checked() {
    let machine = Machine::new();
    let vmctx = machine.instance("(module)");
    let mut asm = Asm::default();
    asm.func(0)
        .move_frame(16)
        .mov_rcx(host_callee(u32::MAX, add));
    asm.call_stub(stub::CROSS).returns(3, 16).ud2();
    // As admitted as the first call of `calls`, after a request that was served.
    asm.func(1)
        .mov_rcx(host_callee(2, add))
        .jump_stub(stub::TAIL_CROSS);
    let code = asm.publish(&machine.memory);
    let entry = |func| {
        code.entry(DefinedFuncIndex::from_u32(func))
            .expect("it is there")
    };
    let top = machine.exec().native_sp.get();
    assert_eq!(machine.call_keeping(entry(0), vmctx, &[]).0, STATUS_TRAP);
    assert_eq!(machine.exec().take_trap(), Some(TrapCode::StackOverflow));
    let (pc, is_return) = machine.exit_pc();
    assert_eq!(code.locate(pc, is_return).expect("a call").wasm_offset, 3);
    machine.exec().native_sp.set(top);

    machine.exec().request(INTERRUPT_KILL);
    assert_eq!(machine.call(entry(1), vmctx, &[1, 2]).0, STATUS_TRAP);
    assert_eq!(machine.exec().take_trap(), Some(TrapCode::Interrupt));
    assert_eq!(
        machine.call(entry(1), vmctx, &[1, 2]),
        (STATUS_RETURNED, 1003)
    );
}

/// Enters machine code again, at the address in its first argument, until the second is 0.
unsafe extern "C" fn reenter(
    _: *const VMHostContext,
    caller: *mut VMContext,
    slots: *mut u64,
) -> u32 {
    // SAFETY: called with the caller's context, and two arguments.
    unsafe {
        let exec = &*VMContext::header(caller).exec.get();
        let (entry, left, sp) = (slots.read(), slots.add(1).read(), exec.sp.get());
        if left > 0 {
            let (status, depth) = enter(exec, entry as usize, caller, &[entry, left - 1]);
            assert_eq!(status, STATUS_RETURNED);
            slots.write(depth + 1);
        } else {
            slots.write(0);
        }
        exec.sp.set(sp.sub(2));
    }
    0
}

#[test]
fn host_and_machine_code_call_each_other() {
    let machine = Machine::new();
    let vmctx = machine.instance("(module)");
    let mut asm = Asm::default();
    asm.func(0).load(0).store(4).load(1).store(5).move_frame(32);
    asm.mov_rcx(host_callee(2, reenter))
        .call_stub(stub::CROSS)
        .returns(1, 32);
    asm.move_frame(-32).store(0).ret();
    let code = asm.publish(&machine.memory);
    let entry = code.entry(F0).expect("it is there");
    let top = machine.exec().native_sp.get();
    let host_sp = machine.exec().host_sp.get();
    let result = machine.call_keeping(entry, vmctx, &[entry as u64, 50]);
    assert_eq!(result, (STATUS_RETURNED, 50));
    assert_eq!(machine.exec().native_sp.get(), top);
    assert_eq!(machine.exec().host_sp.get(), host_sp);
}

#[test]
fn machine_code_calls_the_interpreter_and_is_returned_to() {
    let machine = Machine::new();
    let [a, b] = [0, 1].map(|_| machine.instance("(module)"));
    let mut asm = Asm::default();
    asm.func(0)
        .move_frame(16)
        .mov_rcx(callee(enter_interp(), b));
    asm.call_stub(stub::CROSS)
        .returns(1, 16)
        .move_frame(-16)
        .add_eax(1)
        .store(0)
        .ret();
    let code = asm.publish(&machine.memory);
    let exec = machine.exec();
    let base = exec.sp.get();
    let top = exec.native_sp.get();
    let entry = code.entry(F0).expect("it is there");
    assert_eq!(machine.call_keeping(entry, a, &[]).0, STATUS_CALL_INTERP);
    assert_eq!(exec.transfer.vmctx.get(), b);
    assert_eq!(exec.transfer.fp.get(), base.wrapping_add(2));
    // SAFETY: the code that was called; the return stack has what the stub has pushed.
    unsafe {
        assert_eq!(*exec.transfer.code.get().cast::<usize>(), enter_interp());
        let sp = exec.native_sp.get();
        assert_eq!((*sp, *sp.add(1)), (cross_return(), a as usize));
        assert!(code.locate(*sp.add(2), true).is_some());
        // The interpreter returns 99.
        exec.transfer.fp.get().write(99);
        exec.native_sp.set(sp.add(1));
        let status = switch_to_native(exec, *sp, exec.transfer.fp.get(), b, 99);
        assert_eq!((status, *base), (STATUS_RETURNED, 100));
    }
    assert_eq!(exec.native_sp.get(), top);
}

#[test]
fn the_interpreter_is_returned_to() {
    let machine = Machine::new();
    let [a, b] = [0, 1].map(|_| machine.instance("(module)"));
    let mut asm = Asm::default();
    asm.func(0).mov_eax(5).store(0).ret();
    let code = asm.publish(&machine.memory);
    let exec = machine.exec();
    let (top, ip) = (exec.native_sp.get(), [0_u64]);
    // SAFETY: as a driver, which calls for the interpreter.
    unsafe {
        exec.native_sp.set(top.sub(3));
        top.sub(3).write(return_to_interp());
        top.sub(2).write(ip.as_ptr() as usize);
        top.sub(1).write(a as usize);
        let entry = code.entry(F0).expect("it is there");
        let fp = exec.sp.get().add(8);
        let status = switch_to_native(exec, entry, fp, b, 0);
        assert_eq!((status, *fp), (STATUS_RETURN_INTERP, 5));
        assert_eq!(exec.transfer.fp.get(), fp);
    }
    assert_eq!(exec.transfer.ip.get(), ip.as_ptr());
    assert_eq!(
        (exec.transfer.back.get(), exec.transfer.vmctx.get()),
        (a, a)
    );
    assert_eq!(exec.native_sp.get(), top);
}
