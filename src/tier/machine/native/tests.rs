//! Functions in hand-made machine code among others that are interpreted.

use std::ops::ControlFlow;
use std::sync::{Arc, OnceLock};
use std::thread;

use selvedge_interp::{Heat, InterpCode, native_entry};
use selvedge_vm::code::{CodeLocation, ModuleCode, NativeLocation, PrepareError, VMFuncCode};
use selvedge_vm::index::DefinedFuncIndex;
use selvedge_vm::instance as vm;
use selvedge_vm::memory::MemoryPlan;
use selvedge_vm::native::{CodeMemory, Compiled, PublishedCode, Site, SiteKind, enter_interp};
use selvedge_vm::vmcontext::VMContext;

use crate::tier;
use crate::{
    AsContext, AsContextMut, Caller, Engine, Extern, Func, Instance, Module, Store, Trap,
    WasmBacktrace,
};

/// Register code, and machine code for some functions.
#[derive(Debug)]
struct MixedCode {
    interp: InterpCode,
    native: OnceLock<Arc<PublishedCode>>,
}

impl MixedCode {
    /// The address of the code of the `n`-th defined function.
    fn address(&self, n: usize) -> u64 {
        (&raw const self.func_codes()[n]).expose_provenance() as u64
    }
}

impl ModuleCode for MixedCode {
    fn func_codes(&self) -> &[VMFuncCode] {
        self.interp.func_codes()
    }

    fn prepare(&self, func: DefinedFuncIndex) -> Result<(), PrepareError> {
        self.interp.prepare(func)
    }

    fn locate(&self, ip: *const u64, is_return: bool) -> Option<CodeLocation> {
        self.interp.locate(ip, is_return)
    }

    fn locate_native(&self, pc: usize, is_return: bool) -> Option<NativeLocation> {
        let found = self.native.get()?.locate(pc, is_return)?;
        Some(NativeLocation {
            location: CodeLocation {
                func: found.func,
                wasm_offset: found.wasm_offset,
                header_slot: found.header_slot,
            },
            frame_bytes: found.frame_bytes,
        })
    }

    fn compile(&self, func: DefinedFuncIndex, wasm_offset: u32) -> Option<usize> {
        assert_eq!(wasm_offset != 0, func.as_u32() == SUM);
        self.native.get()?.entry(func)
    }

    fn for_memory(self: Arc<Self>, _guarded: bool) -> Arc<dyn ModuleCode> {
        self
    }
}

/// A function in machine code: its number among the defined ones, its bytes, and its calls: where
/// they return to, and how far above the callee's frame is.
struct Function {
    number: u32,
    bytes: Vec<u8>,
    calls: Vec<(u32, u32)>,
}

/// An instance of `text`, some of whose functions are in the machine code that `functions`
/// makes, given the module's code.
fn instantiate(
    store: &mut Store<()>,
    text: &str,
    imports: &[Extern],
    functions: impl FnOnce(&MixedCode) -> Vec<Function>,
) -> (Instance, *mut VMContext) {
    let engine = store.engine().clone();
    let module = Module::new(&engine, text).unwrap();
    let (calls, loops) = (u32::MAX, 3);
    let interp = InterpCode::new(module.vm().clone(), *module.offsets(), engine.dispatch());
    let code = Arc::new(MixedCode {
        interp: interp
            .with_heat(Heat { calls, loops })
            .with_native_entry(std::ptr::with_exposed_provenance(enter_interp())),
        native: OnceLock::new(),
    });
    let (calls, loops) = (2, u32::MAX);
    let late = DefinedFuncIndex::from_u32(LATE);
    code.interp.set_heat(late, Heat { calls, loops });
    let mut bytes = Vec::new();
    let mut compiled = Vec::new();
    for function in functions(&code) {
        let start = bytes.len() as u32;
        bytes.extend(function.bytes);
        let site = |&(offset, frame_bytes): &(u32, u32)| Site {
            offset: start + offset,
            wasm_offset: 1,
            kind: SiteKind::Call { frame_bytes },
        };
        compiled.push(Compiled {
            func: DefinedFuncIndex::from_u32(function.number),
            start,
            end: bytes.len() as u32,
            header_slot: 1,
            sites: function.calls.iter().map(site).collect(),
            osr: Vec::new(),
            relocs: Vec::new(),
        });
    }
    let mut block = CodeMemory::new(1 << 20).lend(bytes.len()).unwrap();
    block.bytes().copy_from_slice(&bytes);
    // SAFETY: the code keeps to the rules, and asks for no other function.
    let native = unsafe { block.publish(&compiled, MemoryPlan::bounded(), |_| unreachable!()) };
    let native = native.unwrap();
    for Compiled { func, .. } in compiled {
        if [SUM, LATE].contains(&func.as_u32()) {
            continue;
        }
        let entry = native.entry(func).unwrap();
        let word = &code.func_codes()[func.as_u32() as usize];
        word.set_native(std::ptr::with_exposed_provenance(entry));
        word.set_ip(native_entry(engine.dispatch()));
    }
    code.native.set(native).unwrap();
    let any: Arc<dyn ModuleCode> = code;
    let mut store = store.as_context_mut();
    let opaque = store.opaque_mut();
    let items: Vec<_> = imports
        .iter()
        .map(|item| item.to_vm(opaque).unwrap())
        .collect();
    let plan = MemoryPlan::bounded();
    // SAFETY: the store is borrowed exclusively, the imports are of it and have the right types.
    let id = unsafe {
        vm::instantiate(
            opaque.vm_ptr(),
            module.vm(),
            &any,
            module.offsets(),
            &items,
            &plan,
        )
    };
    let id = id.unwrap();
    opaque.set_module(id, module);
    let vmctx = opaque.vm().vmctx(id).unwrap();
    (Instance::from_vm(opaque.id(), id), vmctx)
}

const MODULE: &str = r#"(module
  (import "" "bottom" (func $bottom))
  (func $native (export "native") (param i32) (result i32) (unreachable))
  (func $interp (export "interp") (param i32) (result i32)
    (if (result i32) (local.get 0)
      (then (i32.add (i32.const 1) (call $native (i32.sub (local.get 0) (i32.const 1)))))
      (else (call $bottom) (i32.const 0))))
  (func $native_tail (export "native_tail") (param i32) (result i32) (unreachable))
  (func $interp_tail (export "interp_tail") (param i32) (result i32)
    (if (i32.eqz (local.get 0)) (then (return (i32.const 7))))
    (return_call $native_tail (i32.sub (local.get 0) (i32.const 1))))
  (func $sum (export "sum") (param $n i32) (result i32) (local $s i32)
    (loop $next
      (local.set $s (i32.add (local.get $s) (local.get $n)))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $s))
  (func $twice (export "twice") (param i32) (result i32)
    (i32.add (call $sum (local.get 0)) (call $sum (local.get 0))))
  (func $native_sum (export "native_sum") (param i32) (result i32) (unreachable))
  (func $late (export "late") (param i32) (result i32) (i32.const 1))
  (func (export "lates") (param i32) (result i32)
    (call $late (i32.const 0))
    (call $late (i32.const 0)) (i32.mul (i32.const 10)) (i32.add)
    (call $late (i32.const 0)) (i32.mul (i32.const 100)) (i32.add)
    (call $late (i32.const 0)) (i32.mul (i32.const 1000)) (i32.add)))"#;

const NATIVE: u32 = 0;
const INTERP: usize = 1;
const NATIVE_TAIL: u32 = 2;
const INTERP_TAIL: usize = 3;
/// Its machine code is that of its loop.
const SUM: u32 = 4;
const NATIVE_SUM: u32 = 6;
/// Its machine code is there when the heat of its calls is spent.
const LATE: u32 = 7;

/// What `mov r64, imm64` begins with, and the number.
fn mov(opcode: [u8; 2], number: u64) -> Vec<u8> {
    [&opcode[..], &number.to_le_bytes()].concat()
}

const MOV_RAX: [u8; 2] = [0x48, 0xb8];

/// Where an execution has the address of the routine for frames that do not fit.
const REFUSE: u8 = (std::mem::offset_of!(selvedge_vm::exec::VMExec, stubs)
    + 8 * selvedge_vm::native::stub::REFUSE) as u8;

/// The machine code for [`MODULE`].
fn functions(code: &MixedCode) -> Vec<Function> {
    let mut native: Vec<u8> = vec![
        0x48, 0x8d, 0x45, 0x30, // again: lea rax, [rbp + 0x30]
        0x49, 0x3b, 0x45, 0x08, // cmp rax, [r13 + stack_limit]
        0x76, 0x06, // jbe enter
        0x41, 0xff, 0x55, REFUSE, // call [r13 + REFUSE]
        0xeb, 0xf0, // jmp again
        0x8b, 0x45, 0x00, // enter: mov eax, [rbp]
        0x85, 0xc0, // test eax, eax
        0x74, 0x23, // je done
        0xff, 0xc8, // dec eax
        0x48, 0x89, 0x45, 0x18, // mov [rbp + 0x18], rax
        0x48, 0x83, 0xc5, 0x18, // add rbp, 0x18
    ];
    native.extend(mov(MOV_RAX, code.address(INTERP)));
    native.extend([0xff, 0x10]); // call [rax]
    let ret = native.len() as u32;
    native.extend([
        0x48, 0x83, 0xed, 0x18, // sub rbp, 0x18
        0x8b, 0x45, 0x18, // mov eax, [rbp + 0x18]
        0xff, 0xc0, // inc eax
        0x48, 0x89, 0x45, 0x00, // mov [rbp], rax
        0xc3, // done: ret
    ]);
    let mut tail = vec![
        0x8b, 0x45, 0x00, // mov eax, [rbp]
        0x85, 0xc0, // test eax, eax
        0x74, 0x12, // je done
        0xff, 0xc8, // dec eax
        0x48, 0x89, 0x45, 0x00, // mov [rbp], rax
    ];
    tail.extend(mov(MOV_RAX, code.address(INTERP_TAIL)));
    tail.extend([
        0xff, 0x20, // jmp [rax]
        0xb8, 0x07, 0x00, 0x00, 0x00, // done: mov eax, 7
        0x48, 0x89, 0x45, 0x00, // mov [rbp], rax
        0xc3, // ret
    ]);
    let sum = vec![
        0x8b, 0x45, 0x08, // next: mov eax, [rbp + 8]
        0x03, 0x45, 0x00, // add eax, [rbp]
        0x48, 0x89, 0x45, 0x08, // mov [rbp + 8], rax
        0x8b, 0x45, 0x00, // mov eax, [rbp]
        0xff, 0xc8, // dec eax
        0x48, 0x89, 0x45, 0x00, // mov [rbp], rax
        0x75, 0xeb, // jne next
        0x8b, 0x45, 0x08, // mov eax, [rbp + 8]
        0x05, 0xe8, 0x03, 0x00, 0x00, // add eax, 1000
        0x48, 0x89, 0x45, 0x00, // mov [rbp], rax
        0xc3, // ret
    ];
    let mut native_sum = mov(MOV_RAX, code.address(SUM as usize));
    native_sum.extend([0xff, 0x20]); // jmp [rax]
    let late = vec![
        0xb8, 0x02, 0x00, 0x00, 0x00, // mov eax, 2
        0x48, 0x89, 0x45, 0x00, // mov [rbp], rax
        0xc3, // ret
    ];
    let function = |number, bytes, calls| Function {
        number,
        bytes,
        calls,
    };
    vec![
        function(NATIVE, native, vec![(ret, 24)]),
        function(NATIVE_TAIL, tail, Vec::new()),
        function(SUM, sum, Vec::new()),
        function(NATIVE_SUM, native_sum, Vec::new()),
        function(LATE, late, Vec::new()),
    ]
}

/// An instance of [`MODULE`] whose recursion ends in `bottom`.
fn mixed(bottom: impl Fn(Caller<'_, ()>) + Send + Sync + 'static) -> (Store<()>, Instance) {
    let mut store = Store::new(&Engine::default(), ());
    let bottom = Func::wrap(&mut store, bottom);
    let (instance, _) = instantiate(&mut store, MODULE, &[bottom.into()], functions);
    (store, instance)
}

fn call(store: &mut Store<()>, instance: Instance, name: &str, n: i32) -> crate::Result<i32> {
    let func = instance.get_typed_func::<i32, i32>(&mut *store, name)?;
    func.call(store, n)
}

#[test]
fn recursion_through_both_tiers_needs_no_host_stack() {
    let thread = thread::Builder::new().stack_size(256 << 10);
    let test = || {
        let (mut store, instance) = mixed(|_| ());
        let native_sp = |store: &Store<()>| store.as_context().opaque().exec().native_sp.get();
        for name in ["native", "interp"] {
            for n in [0, 1, 2, 10_001] {
                assert_eq!(call(&mut store, instance, name, n).unwrap(), n);
            }
            let sp = native_sp(&store);
            let error = call(&mut store, instance, name, 10_000_000).unwrap_err();
            assert_eq!(error.as_trap_code(), Some(Trap::StackOverflow));
            let frames = error.backtrace().unwrap().frames();
            assert!(frames.len() >= 20, "the walk crosses tiers");
            assert_eq!(native_sp(&store), sp, "return addresses are gone");
        }
        assert_eq!(call(&mut store, instance, "interp", 9999).unwrap(), 9999);
    };
    thread.spawn(test).unwrap().join().unwrap();
}

#[test]
fn tail_calls_between_tiers_take_constant_stacks() {
    let (mut store, instance) = mixed(|_| ());
    for name in ["native_tail", "interp_tail"] {
        for n in [0, 1, 2, 300_000] {
            assert_eq!(call(&mut store, instance, name, n).unwrap(), 7);
        }
    }
}

#[test]
fn backtraces_go_through_both_tiers_and_activations() {
    let (mut store, instance) = mixed(move |mut caller| {
        let inner = caller.get_export("interp").unwrap().into_func().unwrap();
        let inner = inner.typed::<i32, i32>(&caller).unwrap();
        let frames = WasmBacktrace::force_capture(&caller);
        let frames: Vec<_> = frames.frames().iter().map(|f| f.func_index()).collect();
        if frames.len() < 8 {
            // `native` is function 1, `interp` is function 2.
            assert_eq!(frames, [2, 1, 2, 1]);
            assert_eq!(inner.call(&mut caller, 4).unwrap(), 4);
        } else {
            assert_eq!(frames, [2, 1, 2, 1, 2, 2, 1, 2, 1]);
            let mut tiers = Vec::new();
            let context = caller.as_context();
            // SAFETY: the execution is that of the store, whose guest waits for this function.
            unsafe {
                tier::walk(context.opaque().exec(), &mut |frame| {
                    tiers.push(frame.is_native);
                    ControlFlow::Continue(())
                });
            }
            let expected: Vec<_> = frames.iter().map(|&func| func == 1).collect();
            assert_eq!(tiers, expected);
        }
    });
    assert_eq!(call(&mut store, instance, "native", 3).unwrap(), 3);
}

#[test]
fn a_running_loop_goes_on_in_machine_code() {
    let (mut store, instance) = mixed(|_| ());
    // With three units of heat the fourth pass leaves.
    assert_eq!(call(&mut store, instance, "sum", 3).unwrap(), 6);
    let (mut store, instance) = mixed(|_| ());
    assert_eq!(call(&mut store, instance, "sum", 10).unwrap(), 1055);
    // Called by the interpreter; the second time its heat is endless.
    let (mut store, instance) = mixed(|_| ());
    assert_eq!(call(&mut store, instance, "twice", 10).unwrap(), 1110);
    // Called by machine code.
    let (mut store, instance) = mixed(|_| ());
    assert_eq!(call(&mut store, instance, "native_sum", 10).unwrap(), 1055);
}

#[test]
fn a_function_becomes_machine_code_when_its_heat_is_spent() {
    let (mut store, instance) = mixed(|_| ());
    assert_eq!(call(&mut store, instance, "lates", 0).unwrap(), 1211);
    let (mut store, instance) = mixed(|_| ());
    let results = [(); 4].map(|()| call(&mut store, instance, "late", 0).unwrap());
    assert_eq!(results, [1, 1, 2, 1]);
}

#[test]
fn a_tail_call_to_another_instance_comes_back_to_the_own_one() {
    let mut store = Store::new(&Engine::default(), ());
    let text = r#"(module (func (export "get") (result i64) (unreachable)))"#;
    let get = vec![
        0x4c, 0x89, 0xf8, // mov rax, r15
        0x48, 0x89, 0x45, 0x00, // mov [rbp], rax
        0xc3, // ret
    ];
    let (other, _) = instantiate(&mut store, text, &[], |_| {
        let (number, calls) = (0, Vec::new());
        vec![Function {
            number,
            bytes: get,
            calls,
        }]
    });
    let get = other.get_func(&mut store, "get").unwrap();
    let text = r#"(module
      (import "" "get" (func $get (result i64)))
      (func (export "outer") (result i64) (unreachable))
      (func $inner (result i64) (return_call $get)))"#;
    let (instance, vmctx) = instantiate(&mut store, text, &[get.into()], |code| {
        let mut bytes = vec![0x48, 0x83, 0xc5, 0x10]; // add rbp, 0x10
        bytes.extend(mov(MOV_RAX, code.address(1)));
        bytes.extend([0xff, 0x10]); // call [rax]
        let ret = bytes.len() as u32;
        bytes.extend([
            0x48, 0x83, 0xed, 0x10, // sub rbp, 0x10
            0x4c, 0x89, 0xf8, // mov rax, r15
            0x48, 0x89, 0x45, 0x00, // mov [rbp], rax
            0xc3, // ret
        ]);
        let (number, calls) = (0, vec![(ret, 16)]);
        vec![Function {
            number,
            bytes,
            calls,
        }]
    });
    let outer = instance
        .get_typed_func::<(), i64>(&mut store, "outer")
        .unwrap();
    let own = outer.call(&mut store, ()).unwrap();
    assert_eq!(own as usize, vmctx.addr());
}
