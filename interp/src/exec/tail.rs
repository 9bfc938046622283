//! Dispatch by sibling calls: a handler ends in a jump to the next one, and the
//! state stays in machine registers.
//!
//! Stable Rust does not promise that a sibling call becomes a jump. It does on
//! the targets and optimisation levels that the build script admits, as long as a
//! handler has at most six integer and eight float arguments, all of them
//! unchanged in type, and nothing with a destructor or an address alive at the
//! call. [`self_test`] checks it when the process first runs code.

#![expect(unsafe_code, reason = "calls handlers through code words; see `Mode`")]

use std::arch::asm;
use std::sync::OnceLock;

use selvedge_vm::trap::TrapCode;

use super::name::named;
use super::{Mode, Op, Regs, branch, count, function};

macro_rules! handler_abi {
    ($mac:ident! { $($body:tt)* }) => {
        #[cfg(target_arch = "x86_64")]
        $mac! { "sysv64" $($body)* }
        #[cfg(not(target_arch = "x86_64"))]
        $mac! { "C" $($body)* }
    };
}

/// Defines what handlers jump to with their state, out of their way.
macro_rules! out_of_line {
    ($abi:literal; $(#[$doc:meta])* fn $name:ident $(<const $flag:ident: bool>)? ($r:pat) $body:block) => {
        $(#[$doc])*
        #[cold]
        #[inline(never)]
        unsafe extern $abi fn $name $(<const $flag: bool>)? (
            ip: *const u64,
            fp: *mut u64,
            mem: *mut u8,
            acc: u64,
            l0: u64,
            l1: u64,
            facc: f64,
            f0: f64,
            f1: f64,
            f2: f64,
            inst: f64,
        ) -> u64 {
            let $r = Regs { ip, fp, mem, acc, l0, l1, facc, f0, f1, f2, inst };
            $body
        }
    };
}

/// Defines a function that is a handler of any operation.
macro_rules! define_handler {
    ($abi:literal; $(#[$attribute:meta])* fn $name:ident) => {
        $(#[$attribute])*
        pub(crate) unsafe extern $abi fn $name<O: Op, const COPY: usize>(
            ip: *const u64,
            fp: *mut u64,
            mem: *mut u8,
            acc: u64,
            l0: u64,
            l1: u64,
            facc: f64,
            f0: f64,
            f1: f64,
            f2: f64,
            inst: f64,
        ) -> u64 {
            // SAFETY: no instruction; the rest is passed on to the caller.
            unsafe {
                #[cfg(feature = "profile")]
                crate::profile::count(*ip);
                asm!("/* {} */", const COPY, options(nomem, nostack, preserves_flags));
                O::exec::<Tail>(Regs { ip, fp, mem, acc, l0, l1, facc, f0, f1, f2, inst })
            }
        }
    };
}

macro_rules! declare {
    ($abi:literal) => {
        /// A handler. The order of arguments puts the accumulator into `rcx`, where
        /// shifts want it, and the memory base into `rdx`, on x86-64.
        ///
        /// # Safety
        ///
        /// As [`Op`].
        pub(crate) type Handler = unsafe extern $abi fn(
            ip: *const u64,
            fp: *mut u64,
            mem: *mut u8,
            acc: u64,
            l0: u64,
            l1: u64,
            facc: f64,
            f0: f64,
            f1: f64,
            f2: f64,
            inst: f64,
        ) -> u64;

        define_handler! { $abi;
            /// Copy `COPY` of the handler of operation `O`. The comment keeps the compiler from
            /// merging the copies.
            fn handler
        }

        define_handler! { $abi;
            /// As [`handler`], with the instructions for vectors that
            /// [`Native`](super::simd::Native) stands for.
            #[cfg_attr(target_arch = "x86_64", target_feature(enable = "ssse3,sse4.1,sse4.2"))]
            fn handler_native
        }

        define_handler! { $abi;
            /// As [`handler_native`], with fused multiplication and addition.
            #[cfg_attr(target_arch = "x86_64", target_feature(enable = "ssse3,sse4.1,sse4.2,fma"))]
            fn handler_fused
        }

        out_of_line! { $abi;
            /// Records the trap whose code is in the accumulator, and leaves.
            fn trap(r) {
                let code = TrapCode::from_u8(r.acc as u8).expect("handlers pass trap codes");
                // SAFETY: the state is that of running code.
                unsafe {
                    r.record_exit();
                    // Opaque, or the constant would make handlers call this instead of jumping here.
                    std::hint::black_box(u64::from(r.exec().set_trap(code)))
                }
            }
        }

        out_of_line! { $abi;
            /// Leaves with the status that is in the accumulator.
            fn stop(r) {
                // SAFETY: the state is that of running code.
                unsafe { r.record_exit() }
                r.acc
            }
        }

        out_of_line! { $abi;
            /// Leaves at a function's entry, or goes on there.
            fn refuse(mut r) {
                // SAFETY: the state is that of an entry.
                unsafe {
                    match function::refuse_entry(&mut r) {
                        Some(status) => u64::from(status),
                        None => Tail::dispatch(r),
                    }
                }
            }
        }

        out_of_line! { $abi;
            /// Leaves at an instruction that costs too much, or runs it again.
            fn out_of_fuel(mut r) {
                // SAFETY: the state is that of running code.
                unsafe {
                    match count::serve_out_of_fuel(&mut r) {
                        Some(status) => u64::from(status),
                        None => Tail::dispatch(r),
                    }
                }
            }
        }

        out_of_line! { $abi;
            /// Leaves at a branch back, or goes on: behind the branch if it is taken, else at it.
            fn poll<const TAKEN: bool>(mut r) {
                // SAFETY: the state is that of running code, at a branch.
                unsafe {
                    match branch::serve::<TAKEN>(&mut r) {
                        Some(status) => u64::from(status),
                        None => Tail::dispatch(r),
                    }
                }
            }
        }
    };
}
handler_abi!(declare! {});

/// Dispatch by sibling calls.
pub(crate) struct Tail;

impl Mode for Tail {
    type Exit = u64;

    #[inline(always)]
    unsafe fn dispatch(r: Regs) -> u64 {
        // SAFETY: the first word of an instruction is the address of its handler.
        unsafe {
            let handler = *r.ip.cast::<Handler>();
            handler(
                r.ip, r.fp, r.mem, r.acc, r.l0, r.l1, r.facc, r.f0, r.f1, r.f2, r.inst,
            )
        }
    }

    #[inline(always)]
    unsafe fn dispatch_apart(r: Regs) -> u64 {
        // SAFETY: as for `dispatch`. Volatile, or LLVM would join this load and jump to others.
        unsafe {
            let handler = r.ip.cast::<Handler>().read_volatile();
            handler(
                r.ip, r.fp, r.mem, r.acc, r.l0, r.l1, r.facc, r.f0, r.f1, r.f2, r.inst,
            )
        }
    }

    #[inline(always)]
    unsafe fn leave(_: Regs, status: u32) -> u64 {
        u64::from(status)
    }

    #[inline(always)]
    unsafe fn trap(r: Regs, code: TrapCode) -> u64 {
        let acc = code as u64;
        // SAFETY: passed on.
        unsafe {
            trap(
                r.ip, r.fp, r.mem, acc, r.l0, r.l1, r.facc, r.f0, r.f1, r.f2, r.inst,
            )
        }
    }

    #[inline(always)]
    unsafe fn stop(r: Regs, status: u32) -> u64 {
        let acc = u64::from(status);
        // SAFETY: passed on.
        unsafe {
            stop(
                r.ip, r.fp, r.mem, acc, r.l0, r.l1, r.facc, r.f0, r.f1, r.f2, r.inst,
            )
        }
    }

    #[inline(always)]
    unsafe fn poll<const TAKEN: bool>(r: Regs) -> u64 {
        // SAFETY: passed on.
        unsafe {
            poll::<TAKEN>(
                r.ip, r.fp, r.mem, r.acc, r.l0, r.l1, r.facc, r.f0, r.f1, r.f2, r.inst,
            )
        }
    }

    #[inline(always)]
    unsafe fn out_of_fuel(r: Regs) -> u64 {
        // SAFETY: passed on.
        unsafe {
            out_of_fuel(
                r.ip, r.fp, r.mem, r.acc, r.l0, r.l1, r.facc, r.f0, r.f1, r.f2, r.inst,
            )
        }
    }

    #[inline(always)]
    unsafe fn refuse(r: Regs) -> u64 {
        // SAFETY: passed on.
        unsafe {
            refuse(
                r.ip, r.fp, r.mem, r.acc, r.l0, r.l1, r.facc, r.f0, r.f1, r.f2, r.inst,
            )
        }
    }
}

/// Counts down in slot 0 and notes the lowest stack address in slot 1.
struct CountDown;
named!(CountDown);

impl Op for CountDown {
    const LEN: usize = 1;
    unsafe fn exec<M: Mode>(mut r: Regs) -> M::Exit {
        // SAFETY: `self_test` runs this operation on a frame of two slots.
        unsafe {
            r.set_slot(1, r.slot(1).min(stack_address() as u64));
            let left = r.slot(0);
            if left == 0 {
                return M::leave(r, 0);
            }
            r.set_slot(0, left - 1);
            r.acc = left;
            M::dispatch(r)
        }
    }
}

#[inline(never)]
fn stack_address() -> usize {
    let mark = 0u8;
    std::hint::black_box(&raw const mark).addr()
}

/// Whether sibling calls keep the stack constant in this build.
pub(crate) fn self_test() -> bool {
    static RESULT: OnceLock<bool> = OnceLock::new();
    *RESULT.get_or_init(|| {
        const STEPS: u64 = 1000;
        let code: [Handler; 1] = [handler::<CountDown, 0>];
        let mut frame = [STEPS, u64::MAX];
        let here = stack_address();
        let r = Regs {
            ip: code.as_ptr().cast(),
            fp: frame.as_mut_ptr(),
            mem: std::ptr::null_mut(),
            acc: 0,
            l0: 0,
            l1: 0,
            facc: 0.0,
            f0: 0.0,
            f1: 0.0,
            f2: 0.0,
            inst: 0.0,
        };
        // SAFETY: the operation uses nothing but the two slots, and ends by itself
        // after `STEPS` steps, which fit on any stack even if every call pushes a frame.
        unsafe { Tail::dispatch(r) };
        let depth = here.saturating_sub(frame[1] as usize) as u64;
        frame[0] == 0 && depth < STEPS * 8
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn sibling_calls_keep_the_stack_constant() {
        assert!(super::self_test());
    }
}
