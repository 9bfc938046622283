//! Leaving the interpreter for machine code and coming back, spending heat, and walking the
//! frames of both tiers. The machine code is made of Rust: the tests do what it would do.

#![expect(unsafe_code, reason = "tests run code as the runtime does")]

use std::ops::ControlFlow;
use std::ptr;
use std::sync::Arc;

use selvedge_interp::{
    Dispatch, Heat, InterpCode, classify_return, enter, enter_from, enter_from_native,
    exit_address, native_entry, resume, resume_loop, return_to_native,
};
use selvedge_vm::code::{CodeLocation, ModuleCode, NativeLocation, PrepareError, VMFuncCode};
use selvedge_vm::exec::*;
use selvedge_vm::index::*;
use selvedge_vm::instance::{Extern, InstanceId, instantiate};
use selvedge_vm::memory::MemoryPlan;
use selvedge_vm::module::{Features, Module, ParseOptions};
use selvedge_vm::offsets::{VMOffsets, VMShape};
use selvedge_vm::stack::ValueStack;
use selvedge_vm::store::VMStore;
use selvedge_vm::trap::TrapCode;
use selvedge_vm::types::TypeRegistry;
use selvedge_vm::vmcontext::{VMCallee, VMContext};
use selvedge_vm::walk::{Landmarks, NativeLandmarks, walk};

/// Register code, and return addresses of machine code that there is not: those from [`PC`] on,
/// by number of function.
#[derive(Debug)]
struct Code(InterpCode);

/// The return address in machine code of function 0.
const PC: usize = 0x1000;
/// How far frames that machine code calls are above its own.
const FRAME_BYTES: u32 = 32;

const LANDMARKS: Landmarks = Landmarks {
    interp: classify_return,
    native: NativeLandmarks {
        cross_return: 1,
        return_to_interp: 2,
        activation_end: 3,
    },
};

impl ModuleCode for Code {
    fn func_codes(&self) -> &[VMFuncCode] {
        self.0.func_codes()
    }

    fn prepare(&self, func: DefinedFuncIndex) -> Result<(), PrepareError> {
        self.0.prepare(func)
    }

    fn locate(&self, ip: *const u64, is_return: bool) -> Option<CodeLocation> {
        self.0.locate(ip, is_return)
    }

    fn locate_native(&self, pc: usize, is_return: bool) -> Option<NativeLocation> {
        let func = u32::try_from(pc.checked_sub(PC)?).ok()?;
        Some(NativeLocation {
            location: CodeLocation {
                func: DefinedFuncIndex::from_u32(func),
                wasm_offset: 7000 + func,
                header_slot: 1,
            },
            frame_bytes: if is_return { FRAME_BYTES } else { 0 },
        })
    }

    fn for_memory(self: Arc<Self>, _guarded: bool) -> Arc<dyn ModuleCode> {
        self
    }
}

/// A store that runs its functions with one dispatch.
struct Guest {
    store: *mut VMStore,
    exec: Arc<VMExec>,
    registry: Arc<TypeRegistry>,
    dispatch: Dispatch,
}

impl Drop for Guest {
    fn drop(&mut self) {
        // SAFETY: the store was leaked by `new`, and nothing of it is borrowed.
        drop(unsafe { Box::from_raw(self.store) });
    }
}

/// A module in a [`Guest`].
struct Unit {
    id: InstanceId,
    vmctx: *mut VMContext,
    code: Arc<Code>,
}

impl Unit {
    /// The `n`-th defined function.
    fn func(&self, n: usize) -> VMCallee {
        VMCallee {
            code: &raw const self.code.func_codes()[n],
            vmctx: self.vmctx,
        }
    }
}

/// Runs `test` in a guest for each dispatch of this build.
fn each_dispatch(test: impl Fn(&Guest)) {
    let dispatches = [Dispatch::Step, Dispatch::Tail].into_iter();
    for dispatch in dispatches.filter(|dispatch| dispatch.is_available()) {
        // SAFETY: it stays on this thread.
        let exec = Arc::new(unsafe { VMExec::new() });
        exec.set_stack(ValueStack::new(1 << 16).expect("a small stack"));
        let registry = Arc::new(TypeRegistry::new());
        test(&Guest {
            store: Box::into_raw(VMStore::new(exec.clone(), registry.clone())),
            exec,
            registry,
            dispatch,
        });
    }
}

impl Guest {
    fn unit(&self, text: &str, imports: &[Extern], heat: Option<Heat>) -> Unit {
        let options = ParseOptions {
            features: Features::IMPLEMENTED,
            ..ParseOptions::new(&self.registry)
        };
        let wasm = wat::parse_str(text).expect("a test module in the text format");
        let module = Arc::new(Module::parse(wasm.into(), &options).expect("a valid module"));
        let offsets = VMOffsets::new(&VMShape::of(&module)).expect("a small module");
        let mut code = InterpCode::new(module.clone(), offsets, self.dispatch);
        if let Some(heat) = heat {
            code = code.with_heat(heat);
        }
        let code = Arc::new(Code(code));
        let any: Arc<dyn ModuleCode> = code.clone();
        let plan = MemoryPlan::bounded();
        // SAFETY: the store is live and not borrowed; imports are of this store, of the right types.
        let id = unsafe { instantiate(self.store, &module, &any, &offsets, imports, &plan) };
        let id = id.expect("an instance of a test module");
        // SAFETY: the store is live.
        let vmctx = unsafe { (*self.store).vmctx(id) }.expect("a live instance");
        // SAFETY: the instance is live.
        unsafe { VMContext::header(vmctx).exec.set(&raw const *self.exec) };
        Unit { id, vmctx, code }
    }

    fn export(&self, unit: &Unit, name: &str) -> Extern {
        // SAFETY: the store is live.
        let store = unsafe { &*self.store };
        let instance = store.instance(unit.id).expect("a live instance");
        instance.export(name).expect("an export")
    }

    /// The first free slots, with `args` in them.
    fn frame(&self, args: &[u64]) -> *mut u64 {
        let fp = self.exec.sp.get();
        for (n, &arg) in args.iter().enumerate() {
            // SAFETY: the stack is larger than that.
            unsafe { fp.add(n).write(arg) };
        }
        fp
    }

    fn call(&self, callee: VMCallee, args: &[u64]) -> u32 {
        let fp = self.frame(args);
        // SAFETY: the callee is live, its arguments are in place.
        unsafe { enter(self.dispatch, &self.exec, callee, fp) }
    }

    /// What the interpreter left with.
    fn left(&self) -> Left {
        let transfer = &self.exec.transfer;
        Left {
            callee: VMCallee {
                code: transfer.code.get(),
                vmctx: transfer.vmctx.get(),
            },
            fp: transfer.fp.get(),
            ip: transfer.ip.get(),
            back: transfer.back.get(),
            wasm_offset: transfer.wasm_offset.get(),
        }
    }

    /// Returns from machine code to the interpreter.
    fn resume(&self, left: Left) -> u32 {
        // SAFETY: that is what the interpreter left with.
        unsafe { resume(self.dispatch, &self.exec, left.ip, left.back, left.fp) }
    }

    /// Goes on in the interpreter after the heat is spent.
    fn go_on(&self, left: Left) -> u32 {
        let (dispatch, exec) = (self.dispatch, &*self.exec);
        // SAFETY: that is what the interpreter left with.
        unsafe {
            if left.wasm_offset == 0 {
                enter_from(dispatch, exec, left.callee, left.fp, left.ip, left.back)
            } else {
                resume_loop(dispatch, exec, left.ip, left.fp, left.callee.vmctx)
            }
        }
    }
}

#[derive(Copy, Clone, Debug)]
struct Left {
    callee: VMCallee,
    fp: *mut u64,
    ip: *const u64,
    back: *mut VMContext,
    wasm_offset: u32,
}

impl Left {
    /// Slot `n` of the frame.
    fn slot(&self, n: usize) -> u64 {
        // SAFETY: tests ask for slots of the frame.
        unsafe { *self.fp.add(n) }
    }

    fn set_slot(&self, n: usize, value: u64) {
        // SAFETY: as above.
        unsafe { *self.fp.add(n) = value };
    }
}

/// Gives `callee` machine code as far as the interpreter can tell.
fn make_native(guest: &Guest, callee: VMCallee) {
    // SAFETY: the code is that of a live module.
    unsafe { (*callee.code).set_ip(native_entry(guest.dispatch)) };
}

const CALLS: &str = r#"(module
  (func $leaf (export "leaf") (param i64) (result i64) (i64.mul (local.get 0) (i64.const 2)))
  (func $sum (param $n i64) (result i64) (local $s i64)
    (loop $next
      (local.set $s (i64.add (local.get $s) (call $leaf (local.get $n))))
      (local.set $n (i64.sub (local.get $n) (i64.const 1)))
      (br_if $next (i64.ne (local.get $n) (i64.const 0))))
    (local.get $s))
  (func $tail (param i64) (result i64) (return_call $leaf (i64.add (local.get 0) (i64.const 1)))))"#;

#[test]
fn calls_go_to_machine_code_and_come_back() {
    each_dispatch(|guest| {
        let unit = guest.unit(CALLS, &[], None);
        make_native(guest, unit.func(0));
        let mut status = guest.call(unit.func(1), &[5]);
        for n in (1..=5).rev() {
            assert_eq!(status, STATUS_CALL_NATIVE);
            let left = guest.left();
            assert_eq!(left.callee.code, unit.func(0).code);
            assert_eq!((left.callee.vmctx, left.back), (unit.vmctx, unit.vmctx));
            assert_eq!(left.slot(0), n);
            assert_ne!(left.ip, exit_address(guest.dispatch));
            left.set_slot(0, 10 * n);
            status = guest.resume(left);
        }
        assert_eq!(status, STATUS_RETURNED);
        // SAFETY: the result is there.
        assert_eq!(unsafe { *guest.exec.sp.get() }, 150);
    });
}

#[test]
fn a_tail_call_leaves_with_the_return_address_of_its_caller() {
    each_dispatch(|guest| {
        let unit = guest.unit(CALLS, &[], None);
        make_native(guest, unit.func(0));
        assert_eq!(guest.call(unit.func(2), &[5]), STATUS_CALL_NATIVE);
        let left = guest.left();
        assert_eq!((left.fp, left.slot(0)), (guest.exec.sp.get(), 6));
        assert_eq!(left.ip, exit_address(guest.dispatch));
        assert_eq!(guest.resume(left), STATUS_RETURNED);
    });
}

#[test]
fn calls_go_to_machine_code_of_another_instance() {
    each_dispatch(|guest| {
        let other = guest.unit(CALLS, &[], None);
        make_native(guest, other.func(0));
        let text = r#"(module (import "o" "leaf" (func $leaf (param i64) (result i64)))
            (global $g (mut i64) (i64.const 3))
            (func (param i64) (result i64)
              (i64.add (call $leaf (local.get 0)) (global.get $g))))"#;
        let unit = guest.unit(text, &[guest.export(&other, "leaf")], None);
        // SAFETY: the instance is live.
        unsafe { VMContext::header(other.vmctx).exec.set(ptr::null()) };
        assert_eq!(guest.call(unit.func(0), &[5]), STATUS_CALL_NATIVE);
        let left = guest.left();
        assert_eq!((left.callee.vmctx, left.back), (other.vmctx, unit.vmctx));
        assert_eq!(left.callee.code, other.func(0).code);
        // SAFETY: the instance is live.
        let exec = unsafe { VMContext::header(other.vmctx).exec.get() };
        assert!(ptr::eq(exec, &*guest.exec), "it runs here now");
        left.set_slot(0, 20);
        assert_eq!(guest.resume(left), STATUS_RETURNED);
        assert_eq!(left.slot(0), 20);
        // SAFETY: the result is there.
        assert_eq!(unsafe { *guest.exec.sp.get() }, 23);
    });
}

#[test]
fn machine_code_calls_the_interpreter_which_returns_to_it() {
    each_dispatch(|guest| {
        let unit = guest.unit(CALLS, &[], None);
        let fp = guest.frame(&[4]);
        let (dispatch, exec) = (guest.dispatch, &*guest.exec);
        // SAFETY: the callee is live, its arguments are in place.
        let status = unsafe { enter_from_native(dispatch, exec, unit.func(1), fp) };
        assert_eq!(status, STATUS_RETURN_NATIVE);
        let left = guest.left();
        assert_eq!(
            (left.fp, left.callee.vmctx, left.slot(0)),
            (fp, unit.vmctx, 20)
        );
        // By way of a tail call to machine code, the way back is still the same.
        make_native(guest, unit.func(0));
        let fp = guest.frame(&[4]);
        // SAFETY: as above.
        let status = unsafe { enter_from_native(dispatch, exec, unit.func(2), fp) };
        assert_eq!(status, STATUS_CALL_NATIVE);
        assert_eq!(guest.left().ip, return_to_native(dispatch));
    });
}

/// A pinned local of each class, and operands below the loop.
const LOOPS: &str = r#"(module
  (func $f (param $n i32) (param $x f64) (result i64) (local $s i64)
    (i64.const 1000000)
    (loop $next
      (local.set $s (i64.add (local.get $s) (i64.extend_i32_u (local.get $n))))
      (local.set $x (f64.add (local.get $x) (local.get $x)))
      (local.set $x (f64.add (local.get $x) (f64.const 1)))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (i64.add (i64.add (local.get $s) (i64.trunc_f64_u (local.get $x)))))
  (func $while (param $n i32) (result i32) (local $s i32)
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $n)))
        (local.set $s (i32.add (local.get $s) (i32.mul (local.get $n) (local.get $n))))
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (br $next)))
    (local.get $s))
  (func $one (call $two))
  (func $two (unreachable)))"#;

#[test]
fn a_loop_leaves_at_the_chosen_pass_and_goes_on() {
    each_dispatch(|guest| {
        for (func, args, slots) in [(0, [9, 0], 3), (1, [9, 0], 2)] {
            let cold = guest.unit(LOOPS, &[], None);
            assert_eq!(guest.call(cold.func(func), &args), STATUS_RETURNED);
            // SAFETY: the result is there.
            let expected = unsafe { *guest.exec.sp.get() };
            let mut states = Vec::new();
            for loops in 0..12 {
                let calls = u32::MAX;
                let unit = guest.unit(LOOPS, &[], Some(Heat { calls, loops }));
                let mut status = guest.call(unit.func(func), &args);
                if loops < 9 {
                    assert_eq!(status, STATUS_TIER_UP, "function {func}, pass {loops}");
                    let left = guest.left();
                    assert_eq!(left.callee.code, unit.func(func).code);
                    let location = unit.code.locate(left.ip, false).expect("it is in code");
                    assert_eq!(location.func, DefinedFuncIndex::from_u32(func as u32));
                    assert_ne!(left.wasm_offset, 0);
                    assert_eq!(left.slot(0), 9 - u64::from(loops), "the counter is current");
                    // What the header has.
                    let header = location.header_slot as usize;
                    assert_eq!(
                        left.slot(header) as usize,
                        exit_address(guest.dispatch).addr()
                    );
                    if func == 0 {
                        assert_eq!(left.slot(header + 2), 1_000_000, "operands are at home");
                    }
                    states.push((0..slots).map(|n| left.slot(n)).collect::<Vec<_>>());
                    status = guest.go_on(left);
                }
                assert_eq!(status, STATUS_RETURNED, "function {func}, pass {loops}");
                // SAFETY: the result is there.
                assert_eq!(unsafe { *guest.exec.sp.get() }, expected);
            }
            states.dedup();
            assert_eq!(states.len(), 9, "each pass has another state");
        }
    });
}

#[test]
fn calls_leave_once_their_heat_is_spent() {
    each_dispatch(|guest| {
        for calls in 0..4 {
            let loops = u32::MAX;
            let unit = guest.unit(CALLS, &[], Some(Heat { calls, loops }));
            // The caller spends its own.
            unit.code
                .0
                .set_heat(DefinedFuncIndex::from_u32(1), Heat::ENDLESS);
            assert_eq!(guest.call(unit.func(1), &[6]), STATUS_TIER_UP);
            let left = guest.left();
            assert_eq!((left.wasm_offset, left.callee.code), (0, unit.func(0).code));
            assert_eq!(left.slot(0), 6 - u64::from(calls));
            assert_eq!(guest.go_on(left), STATUS_RETURNED);
            // SAFETY: the result is there.
            assert_eq!(unsafe { *guest.exec.sp.get() }, 42);
            assert_eq!(guest.call(unit.func(1), &[6]), STATUS_RETURNED);
        }
    });
}

#[test]
fn a_function_that_another_instance_calls_spends_heat_too() {
    each_dispatch(|guest| {
        let heat = Heat { calls: 1, loops: 0 };
        let other = guest.unit(CALLS, &[], Some(heat));
        let text = r#"(module (import "o" "leaf" (func $leaf (param i64) (result i64)))
            (func (param i64) (result i64) (call $leaf (call $leaf (local.get 0)))))"#;
        let unit = guest.unit(text, &[guest.export(&other, "leaf")], None);
        assert_eq!(guest.call(unit.func(0), &[5]), STATUS_TIER_UP);
        let left = guest.left();
        assert_eq!((left.callee.vmctx, left.back), (other.vmctx, unit.vmctx));
        assert_eq!((left.callee.code, left.slot(0)), (other.func(0).code, 10));
        assert_eq!(guest.go_on(left), STATUS_RETURNED);
        // SAFETY: the result is there.
        assert_eq!(unsafe { *guest.exec.sp.get() }, 20);
    });
}

/// The frames of the execution: whether of machine code, function, distance to the bottom in slots.
fn frames(guest: &Guest) -> Vec<(bool, u32, usize)> {
    let mut frames = Vec::new();
    let base = guest.exec.sp.get().addr();
    // SAFETY: the test's frames are intact.
    unsafe {
        walk(&guest.exec, &LANDMARKS, &mut |frame| {
            let slots = (frame.fp.addr() - base) / 8;
            let func = frame.location.func.as_u32();
            assert_eq!(frame.is_native, frame.location.wasm_offset >= 7000);
            frames.push((frame.is_native, func, slots));
            ControlFlow::Continue(())
        });
    }
    frames
}

#[test]
fn walks_go_over_frames_of_both_tiers() {
    each_dispatch(|guest| {
        let unit = guest.unit(LOOPS, &[], None);
        let other = guest.unit(CALLS, &[], None);
        let mut return_stack = [0; 16];
        let end = return_stack.as_mut_ptr_range().end;
        let activation = Activation {
            previous: ptr::null(),
            previous_exit: LastExit::NONE,
            base: guest.exec.sp.get(),
            native_sp: end,
        };
        guest.exec.activation.set(&raw const activation);
        // The interpreter is at the call in function 2 …
        make_native(guest, unit.func(3));
        assert_eq!(guest.call(unit.func(2), &[]), STATUS_CALL_NATIVE);
        let left = guest.left();
        let first = left.fp.addr() - guest.exec.sp.get().addr();
        // … of machine code that is at a call in function 1, of another instance's function 0, which
        // calls the interpreter, which traps.
        let words = [
            PC,
            LANDMARKS.native.cross_return,
            unit.vmctx.expose_provenance(),
            PC + 1,
            LANDMARKS.native.return_to_interp,
            left.ip.expose_provenance(),
            left.back.expose_provenance(),
        ];
        let sp = end.wrapping_sub(words.len());
        for (n, &word) in words.iter().enumerate() {
            // SAFETY: within the array.
            unsafe { sp.add(n).write(word) };
        }
        guest.exec.native_sp.set(sp);
        let step = FRAME_BYTES as usize / 8;
        let fp = left.fp.wrapping_add(2 * step);
        let trapping = guest.unit("(module (func (unreachable)))", &[], None);
        let callee = trapping.func(0);
        // SAFETY: the callee is live; it has no arguments.
        let status = unsafe { enter_from_native(guest.dispatch, &guest.exec, callee, fp) };
        assert_eq!(status, STATUS_TRAP);
        assert_eq!(
            guest.exec.take_trap(),
            Some(TrapCode::UnreachableCodeReached)
        );
        // The header has the context to return to, which is the other instance's here.
        // SAFETY: the frame has no locals, so its header is first.
        unsafe { *fp.add(1) = other.vmctx.expose_provenance() as u64 };
        let bottom = first / 8;
        let below = [(true, 0, bottom + step), (true, 1, bottom), (false, 2, 0)];
        let mut expected = vec![(false, 0, bottom + 2 * step)];
        expected.extend(below);
        assert_eq!(frames(guest), expected);

        // The same, left by machine code: by a call of the host …
        let exit = LastExit {
            ip: ptr::null(),
            fp,
            vmctx: other.vmctx,
            kind: ExitKind::NativeReturn,
        };
        guest.exec.last_exit.set(exit);
        assert_eq!(frames(guest), below);
        // … and by a trap of an instruction in function 2.
        guest.exec.last_exit.set(LastExit {
            ip: ptr::without_provenance(PC + 2),
            kind: ExitKind::NativeInstruction,
            ..exit
        });
        expected[0] = (true, 2, bottom + 2 * step);
        assert_eq!(frames(guest), expected);

        // An activation above, of machine code only.
        let above = Activation {
            previous: &raw const activation,
            previous_exit: exit,
            base: ptr::null_mut(),
            native_sp: sp,
        };
        let top = sp.wrapping_sub(2);
        // SAFETY: within the array.
        unsafe {
            top.write(PC + 1);
            top.add(1).write(LANDMARKS.native.activation_end);
        }
        guest.exec.native_sp.set(top);
        guest.exec.activation.set(&raw const above);
        guest.exec.last_exit.set(LastExit {
            fp: fp.wrapping_add(2 * step),
            ..exit
        });
        let mut expected = vec![(true, 1, bottom + 3 * step)];
        expected.extend(below);
        assert_eq!(frames(guest), expected);
        guest.exec.activation.set(ptr::null());
    });
}
