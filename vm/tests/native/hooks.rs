//! Hooks that are asked about the signals of machine code: to go on, to end, or neither.

#![expect(unsafe_code, reason = "hooks change the access of pages, and contexts")]

use std::cell::{Cell, RefCell};
use std::env;
use std::ffi::c_void;
use std::os::unix::process::ExitStatusExt;
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use selvedge_vm::exec::{INTERRUPT_KILL, STATUS_RETURNED, STATUS_TRAP};
use selvedge_vm::index::{DefinedFuncIndex, MemoryIndex};
use selvedge_vm::instance::Instance;
use selvedge_vm::memory::MemoryPlan;
use selvedge_vm::native::*;
use selvedge_vm::pool::{Pool, PoolConfig};
use selvedge_vm::signal::{SignalBehavior, SignalDetails, SignalEnd, SignalEndKind, SignalHook};
use selvedge_vm::trap::TrapCode;
use selvedge_vm::vmcontext::VMContext;

use crate::machine::*;
use crate::signals::{CASE, set, status_of};

const PAGE: usize = 4096;
/// `mov eax, [rcx]`
const LOAD: [u8; 2] = [0x8b, 0x01];
/// Where nothing is mapped.
const BAD_ADDRESS: usize = 0x10_0040;

/// What is known of a signal, and what the host said of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Seen {
    trap: Option<TrapCode>,
    signum: i32,
    address: usize,
}

/// A hook that answers by a function, and keeps what it is asked.
struct Hooked<F> {
    answer: F,
    seen: RefCell<Vec<Seen>>,
}

impl<F: Fn(&SignalDetails) -> SignalBehavior> Hooked<F> {
    fn new(answer: F) -> Self {
        let seen = RefCell::new(Vec::with_capacity(16));
        Self { answer, seen }
    }

    /// The hook, for as long as this lives.
    fn hook(&self) -> Option<SignalHook> {
        unsafe fn call<F: Fn(&SignalDetails) -> SignalBehavior>(
            data: *mut (),
            details: &SignalDetails,
        ) -> SignalBehavior {
            // SAFETY: the test keeps the value until the guest has ended; the kernel's details are valid.
            let (hooked, info) = unsafe {
                let info = &*details.info.cast::<libc::siginfo_t>();
                (&*data.cast::<Hooked<F>>(), info)
            };
            hooked.seen.borrow_mut().push(Seen {
                trap: details.trap,
                signum: details.signum,
                // SAFETY: the signals of hardware traps have an address.
                address: unsafe { info.si_addr() }.addr(),
            });
            assert_eq!(info.si_signo, details.signum);
            (hooked.answer)(details)
        }
        let data = ptr::from_ref(self).cast_mut().cast();
        Some(SignalHook {
            data,
            call: call::<F>,
        })
    }

    fn seen(&self) -> Vec<Seen> {
        self.seen.borrow().clone()
    }
}

/// A page of the test's, inaccessible, with a number in it.
struct Page(*mut u32);

impl Page {
    fn new(number: u32) -> Self {
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
        let access = libc::PROT_READ | libc::PROT_WRITE;
        // SAFETY: a new mapping.
        let page = unsafe { libc::mmap(ptr::null_mut(), PAGE, access, flags, -1, 0) };
        assert_ne!(page, libc::MAP_FAILED);
        let page = Self(page.cast());
        // SAFETY: it was mapped just now.
        unsafe { page.0.write(number) };
        protect(page.0.addr(), libc::PROT_NONE);
        page
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        // SAFETY: ours, and no longer used.
        unsafe { libc::munmap(self.0.cast(), PAGE) };
    }
}

fn protect(address: usize, access: i32) {
    let page = ptr::with_exposed_provenance_mut::<c_void>(address & !(PAGE - 1));
    // SAFETY: a page of the test's own, or of the guard of its memory.
    assert_eq!(unsafe { libc::mprotect(page, PAGE, access) }, 0);
}

fn publish(machine: &Machine, write: impl FnOnce(&mut Asm)) -> Arc<PublishedCode> {
    let mut asm = Asm::default();
    write(asm.func(0));
    asm.store(0).ret();
    asm.publish(&machine.memory)
}

/// Runs function 0 with that hook.
fn call<F: Fn(&SignalDetails) -> SignalBehavior>(
    machine: &Machine,
    code: &PublishedCode,
    vmctx: *mut VMContext,
    hooked: &Hooked<F>,
) -> (u32, u64) {
    let entry = code
        .entry(DefinedFuncIndex::from_u32(0))
        .expect("it is there");
    // SAFETY: the hook is taken back before it goes.
    unsafe { machine.exec().set_signal_hook(hooked.hook()) };
    let result = machine.call(entry, vmctx, &[]);
    // SAFETY: nobody.
    unsafe { machine.exec().set_signal_hook(None) };
    result
}

/// The end of memory 0.
fn end_of_memory(vmctx: *mut VMContext) -> usize {
    // SAFETY: a live instance.
    unsafe {
        let memory = Instance::from_vmctx(vmctx).memory_definition(MemoryIndex::from_u32(0));
        (*memory).base.addr() + 0x1_0000
    }
}

#[test]
fn a_guest_goes_on_where_the_hook_has_seen_to_the_cause() {
    let machine = Machine::new();
    let vmctx = machine.instance("(module (memory 1))");
    let page = Page::new(42);
    let guard = end_of_memory(vmctx);
    for (address, is_site, trap, result) in [
        (page.0.expose_provenance(), false, None, 42),
        (guard, true, Some(TrapCode::MemoryOutOfBounds), 0),
    ] {
        let code = publish(&machine, |asm| {
            asm.mov_rcx(address);
            if is_site {
                asm.site(7, SiteKind::Memory);
            }
            asm.op(&LOAD);
        });
        let hooked = Hooked::new(|_: &SignalDetails| {
            protect(address, libc::PROT_READ | libc::PROT_WRITE);
            SignalBehavior::Continue
        });
        let signum = libc::SIGSEGV;
        let seen = Seen {
            trap,
            signum,
            address,
        };
        assert_eq!(
            call(&machine, &code, vmctx, &hooked),
            (STATUS_RETURNED, result)
        );
        assert_eq!(hooked.seen(), [seen]);
        assert_eq!(machine.exec().take_signal_end(), None);
        // Now the page is accessible.
        assert_eq!(
            call(&machine, &code, vmctx, &hooked),
            (STATUS_RETURNED, result)
        );
        assert_eq!(hooked.seen().len(), 1);
        protect(address, libc::PROT_NONE);
    }
}

#[test]
fn a_guest_goes_on_as_the_context_says() {
    let machine = Machine::new();
    let vmctx = machine.instance("(module)");
    let code = publish(&machine, |asm| {
        asm.mov_eax(5)
            .site(7, SiteKind::Trap(TrapCode::UnreachableCodeReached))
            .ud2();
    });
    let hooked = Hooked::new(|details: &SignalDetails| {
        let context = details.context.cast::<libc::ucontext_t>();
        // SAFETY: the context of the thread; the next instruction is behind the two bytes of this one.
        unsafe { (*context).uc_mcontext.gregs[libc::REG_RIP as usize] += 2 };
        SignalBehavior::Continue
    });
    assert_eq!(call(&machine, &code, vmctx, &hooked), (STATUS_RETURNED, 5));
    let [seen] = hooked.seen()[..] else { panic!() };
    assert_eq!(seen.trap, Some(TrapCode::UnreachableCodeReached));
    assert_eq!(seen.signum, libc::SIGILL);
}

/// Code that raises each signal: with a trap, and without one.
fn faults(
    machine: &Machine,
    vmctx: *mut VMContext,
) -> [(Arc<PublishedCode>, Option<TrapCode>, i32); 5] {
    let guard = end_of_memory(vmctx);
    let load = |address: usize, is_site: bool| {
        publish(machine, |asm| {
            asm.mov_rcx(address);
            if is_site {
                asm.site(7, SiteKind::Memory);
            }
            asm.op(&LOAD);
        })
    };
    let division = publish(machine, |asm| {
        asm.mov_eax(1).mov_r11d(0).site(7, SiteKind::Divide);
        asm.op(&[0x41, 0xf7, 0xfb]);
    });
    let undefined = publish(machine, |asm| {
        asm.site(7, SiteKind::Trap(TrapCode::BadSignature)).ud2();
    });
    [
        (
            load(guard, true),
            Some(TrapCode::MemoryOutOfBounds),
            libc::SIGSEGV,
        ),
        (
            division,
            Some(TrapCode::IntegerDivisionByZero),
            libc::SIGFPE,
        ),
        (undefined, Some(TrapCode::BadSignature), libc::SIGILL),
        (
            load(BAD_ADDRESS, true),
            Some(TrapCode::MemoryOutOfBounds),
            libc::SIGSEGV,
        ),
        (load(BAD_ADDRESS, false), None, libc::SIGSEGV),
    ]
}

#[test]
fn signals_end_guests_as_the_hook_says() {
    let machine = Machine::new();
    let vmctx = machine.instance("(module (memory 1))");
    let good = publish(&machine, |asm| {
        asm.mov_eax(9);
    });
    for behavior in [SignalBehavior::Default, SignalBehavior::Terminate] {
        for (i, (code, trap, signum)) in faults(&machine, vmctx).into_iter().enumerate() {
            let hooked = Hooked::new(|_: &SignalDetails| behavior);
            // A request to stop is not lost by it.
            machine.exec().request(INTERRUPT_KILL);
            assert_eq!(call(&machine, &code, vmctx, &hooked).0, STATUS_TRAP);
            let requests = machine.exec().interrupt.swap(0, Ordering::Relaxed);
            assert_eq!(requests, INTERRUPT_KILL);
            let [seen] = hooked.seen()[..] else { panic!() };
            assert_eq!((seen.trap, seen.signum), (trap, signum));
            let expected = match behavior {
                SignalBehavior::Terminate => SignalEndKind::Terminated,
                _ if i >= 3 => SignalEndKind::Fatal,
                _ => SignalEndKind::Trap,
            };
            let exit = machine.exec().last_exit.get();
            assert_eq!((exit.vmctx, exit.fp), (vmctx, machine.exec().sp.get()));
            let end = SignalEnd {
                kind: expected,
                trap,
                signum,
                pc: exit.ip.addr(),
                address: seen.address,
            };
            assert_eq!(machine.exec().take_signal_end(), Some(end));
            assert_eq!(machine.exec().take_signal_end(), None);
            let code = trap.unwrap_or(TrapCode::Interrupt);
            assert_eq!(machine.exec().take_trap(), Some(code));
            assert_eq!(call(&machine, &good, vmctx, &hooked), (STATUS_RETURNED, 9));
            assert_eq!(hooked.seen().len(), 1);
        }
    }
}

#[test]
fn traps_without_a_signal_ask_nobody_and_forget_the_signal_before() {
    let machine = Machine::new();
    let vmctx = machine.instance("(module)");
    let undefined = publish(&machine, |asm| {
        asm.site(7, SiteKind::Trap(TrapCode::BadSignature)).ud2();
    });
    let explicit = publish(&machine, |asm| {
        asm.mov_eax(TrapCode::CastFailure as u32);
        asm.call_stub(stub::TRAP).returns(7, 0);
    });
    let asked = Cell::new(0);
    let hooked = Hooked::new(|_: &SignalDetails| {
        asked.set(asked.get() + 1);
        SignalBehavior::Default
    });
    assert_eq!(call(&machine, &undefined, vmctx, &hooked).0, STATUS_TRAP);
    assert_eq!(call(&machine, &explicit, vmctx, &hooked).0, STATUS_TRAP);
    assert_eq!(asked.get(), 1);
    assert_eq!(machine.exec().take_signal_end(), None);
    assert_eq!(machine.exec().take_trap(), Some(TrapCode::CastFailure));
}

#[test]
fn requests_to_stop_ask_nobody_and_are_served() {
    let machine = Machine::new();
    let vmctx = machine.instance("(module)");
    let hooked = Hooked::new(|_: &SignalDetails| SignalBehavior::Continue);
    for trap in [TrapCode::Interrupt, TrapCode::OutOfFuel] {
        let code = publish(&machine, |asm| {
            asm.site(7, SiteKind::Trap(trap)).ud2();
        });
        machine.exec().request(INTERRUPT_KILL);
        assert_eq!(call(&machine, &code, vmctx, &hooked).0, STATUS_TRAP);
        assert_eq!(hooked.seen(), []);
        assert_eq!(machine.exec().take_trap(), Some(trap));
        assert_eq!(machine.exec().take_signal_end(), None);
        let requests = machine.exec().interrupt.swap(0, Ordering::Relaxed);
        assert_eq!(requests == 0, trap == TrapCode::Interrupt);
    }
}

/// Machine code that reads its context for ever, whose pages are taken away meanwhile. Returns how it has ended.
fn lose_context(hooked: Option<SignalHook>) -> (Option<SignalEnd>, usize) {
    let machine = Machine::new();
    let config = PoolConfig {
        total_core_instances: 1,
        total_memories: 1,
        max_memory_size: 1 << 16,
        ..PoolConfig::default()
    };
    let pool = Pool::new(&config, &MemoryPlan::bounded()).expect("a small pool");
    // SAFETY: the store is the test's alone.
    unsafe { (*machine.store.store).set_pool(Some(Arc::new(pool))) };
    let vmctx = machine.instance("(module)");
    let address = vmctx.expose_provenance();
    let code = publish(&machine, |asm| {
        // mov rax, [r15]; jmp back
        asm.op(&[0x49, 0x8b, 0x07]).op(&[0xeb, 0xfb]);
    });
    let entry = code
        .entry(DefinedFuncIndex::from_u32(0))
        .expect("it is there");
    // SAFETY: the hook is the caller's.
    unsafe { machine.exec().set_signal_hook(hooked) };
    let status = thread::scope(|scope| {
        scope.spawn(move || {
            thread::sleep(Duration::from_millis(20));
            protect(address, libc::PROT_NONE);
        });
        machine.call(entry, vmctx, &[]).0
    });
    protect(address, libc::PROT_READ | libc::PROT_WRITE);
    assert_eq!(status, STATUS_TRAP);
    (machine.exec().take_signal_end(), address)
}

#[test]
fn a_guest_that_loses_its_context_ends_fatally() {
    let hooked = Hooked::new(|_: &SignalDetails| SignalBehavior::Default);
    let (end, address) = lose_context(hooked.hook());
    let end = end.expect("a signal has ended it");
    assert_eq!(end.kind, SignalEndKind::Fatal);
    assert_eq!((end.trap, end.address), (None, address));
    assert_eq!(hooked.seen().len(), 1);
}

#[test]
fn child() {
    if env::var(CASE).is_ok_and(|case| case == "context") {
        set(libc::SIGSEGV, libc::SIG_DFL, 0);
        lose_context(None);
    }
}

#[test]
fn without_a_hook_that_ends_the_process() {
    let status = status_of("hooks::child", "context");
    assert_eq!(status.signal(), Some(libc::SIGSEGV));
}
