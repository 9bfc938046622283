//! The stacks that traps are handled on: the thread's, ours in its place, and those that are lent.

#![expect(unsafe_code, reason = "changes the stacks of its threads")]

use std::alloc::{Layout, alloc, dealloc};
use std::mem::zeroed;
use std::ptr::{self, NonNull};
use std::sync::Arc;
use std::thread;

use selvedge_vm::native::*;
use selvedge_vm::region::{CompactRegion, Limits, MmapRegion, Region, SlotRequest};
use selvedge_vm::signal::{LentStack, SignalStackError, minimum_stack_bytes};

use crate::machine::*;

const PATTERN: u8 = 0xa5;

/// Memory for a stack, filled with a pattern.
struct Area {
    bottom: NonNull<u8>,
    layout: Layout,
}

impl Area {
    fn new(len: usize) -> Self {
        let layout = Layout::from_size_align(len, 4096).expect("a layout");
        // SAFETY: the length is not zero; what was allocated is filled.
        unsafe {
            let bottom = NonNull::new(alloc(layout)).expect("memory");
            bottom.write_bytes(PATTERN, len);
            Self { bottom, layout }
        }
    }

    fn len(&self) -> usize {
        self.layout.size()
    }

    /// How many of its bytes have been used.
    fn used(&self) -> usize {
        let untouched = (0..self.len())
            // SAFETY: within the area, which is initialised.
            .take_while(|&i| unsafe { self.bottom.add(i).read_volatile() } == PATTERN);
        self.len() - untouched.count()
    }

    /// Makes it this thread's.
    fn install(&self) {
        install(self.bottom.as_ptr(), self.len(), 0);
    }

    fn lend(&self) -> Result<LentStack, SignalStackError> {
        // SAFETY: ours, and kept for longer.
        unsafe { LentStack::new(self.bottom, self.len()) }
    }
}

impl Drop for Area {
    fn drop(&mut self) {
        // SAFETY: allocated by `new` with this layout.
        unsafe { dealloc(self.bottom.as_ptr(), self.layout) };
    }
}

fn install(bottom: *mut u8, len: usize, flags: i32) {
    let stack = libc::stack_t {
        ss_sp: bottom.cast(),
        ss_flags: flags,
        ss_size: len,
    };
    // SAFETY: as long as it is installed, the test keeps it.
    assert_eq!(unsafe { libc::sigaltstack(&stack, ptr::null_mut()) }, 0);
}

/// Address, length and flags of what this thread has.
fn present() -> (usize, usize, i32) {
    // SAFETY: asks, and changes nothing.
    unsafe {
        let mut present: libc::stack_t = zeroed();
        assert_eq!(libc::sigaltstack(ptr::null(), &mut present), 0);
        (present.ss_sp.addr(), present.ss_size, present.ss_flags)
    }
}

/// Traps in machine code.
fn trap() {
    let machine = Machine::new();
    machine.trap_beyond_memory("(module (memory 1) (memory 1) (memory 1))");
}

fn on_a_thread(test: impl FnOnce() + Send + 'static) {
    thread::spawn(test).join().expect("no panic");
}

#[test]
fn a_thread_without_a_stack_gets_one() {
    on_a_thread(|| {
        install(ptr::null_mut(), 0, libc::SS_DISABLE);
        trap();
        assert!(present().1 >= 64 << 10);
    });
}

#[test]
fn a_small_stack_of_a_thread_is_not_used() {
    on_a_thread(|| {
        let small = Area::new(8 << 10);
        small.install();
        trap();
        assert_eq!(small.used(), 0);
        assert!(present().1 >= 64 << 10);
    });
}

#[test]
fn a_large_stack_of_a_thread_is_kept() {
    on_a_thread(|| {
        let large = Area::new(128 << 10);
        large.install();
        let before = present();
        trap();
        assert!(large.used() > 0);
        assert_eq!(present(), before);
        install(ptr::null_mut(), 0, libc::SS_DISABLE);
    });
}

/// What a slot of a region has is enough for a trap, with a good part left.
#[test]
fn a_lent_stack_is_used_and_what_was_there_comes_back() {
    on_a_thread(|| {
        let area = Area::new(Limits::default().signal_stack_size);
        let inner = Area::new(area.len());
        prepare_thread().expect("a stack");
        let before = present();
        for _ in 0..3 {
            let lent = area.lend().expect("it is large enough");
            assert_eq!(present(), (area.bottom.addr().get(), area.len(), 0));
            trap();
            let nested = inner.lend().expect("it is large enough");
            trap();
            drop(nested);
            assert_eq!(present().0, area.bottom.addr().get());
            drop(lent);
            assert_eq!(present(), before);
        }
        for area in [&area, &inner] {
            let used = area.used();
            assert!(used > 0 && used <= area.len() * 3 / 4, "{used}");
        }
    });
}

/// The first thing that a thread does is to be lent a stack.
#[test]
fn the_threads_own_stack_is_made_before_another_is_lent() {
    on_a_thread(|| {
        install(ptr::null_mut(), 0, libc::SS_DISABLE);
        let area = Area::new(Limits::default().signal_stack_size);
        let lent = area.lend().expect("it is large enough");
        trap();
        assert_eq!(present().0, area.bottom.addr().get());
        drop(lent);
        assert!(present().1 >= 64 << 10);
        let used = area.used();
        trap();
        assert_eq!(area.used(), used);
    });
}

#[test]
fn a_stack_that_is_too_small_is_refused() {
    on_a_thread(|| {
        prepare_thread().expect("a stack");
        let before = present();
        let area = Area::new(minimum_stack_bytes() - 1);
        let error = area.lend().expect_err("it is too small");
        let SignalStackError::TooSmall { bytes, minimum } = error else {
            panic!("{error}");
        };
        assert_eq!((bytes, minimum), (area.len(), minimum_stack_bytes()));
        assert_eq!(present(), before);
        assert!(minimum >= libc::MINSIGSTKSZ);
        let area = Area::new(minimum);
        let lent = area.lend().expect("the host takes it");
        drop(lent);
        assert_eq!(present(), before);
    });
}

#[test]
fn the_signal_stack_of_a_slot_is_lent_and_nothing_of_it_stays() {
    on_a_thread(|| {
        let limits = Limits::default().with_heap_address_space_size(4 << 20);
        let regions: [Arc<dyn Region>; 2] = [
            MmapRegion::create(1, &limits).expect("a small region"),
            CompactRegion::create(1, &limits).expect("a small region"),
        ];
        for region in regions {
            for _ in 0..3 {
                let mut slot = region.take_slot(&SlotRequest::default()).expect("a slot");
                let area = slot.sigstack().expect("it has one");
                let len = area.top.addr().get() - area.bottom.addr().get();
                assert_eq!(len, limits.signal_stack_size);
                // SAFETY: the slot's own, which is used by nobody else while it is lent.
                unsafe {
                    let bytes = || std::slice::from_raw_parts(area.bottom.as_ptr(), len);
                    assert!(bytes().iter().all(|&byte| byte == 0));
                    let lent = LentStack::new(area.bottom, len).expect("it is large enough");
                    trap();
                    drop(lent);
                    assert!(bytes().iter().any(|&byte| byte != 0));
                }
            }
        }
    });
}
