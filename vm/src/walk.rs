//! Walking the frames of an execution, newest first, whichever tier each is of.
//!
//! A frame of the interpreter has the way to its caller in its header. A frame of machine
//! code has its return address on the return stack. Where one calls the other, each side
//! has an address of its own that says so, a *landmark*:
//!
//! ```text
//! interpreter calls machine code:   return stack │ RETURN_TO_INTERP │ ip │ context │
//! machine code calls interpreter:   header [RETURN_TO_NATIVE][context]
//! machine code calls another
//! instance's machine code:          return stack │ CROSS_RETURN │ context │ return address │
//! the host calls machine code:      return stack │ ACTIVATION_END │
//! the host calls the interpreter:   header [EXIT][context]
//! ```

#![expect(unsafe_code, reason = "reads frames by raw pointer")]

use std::ops::ControlFlow;
use std::ptr;

use crate::code::CodeLocation;
use crate::exec::{ExitKind, LastExit, VMExec};
use crate::instance::Instance;
use crate::vmcontext::VMContext;

/// A frame found by [`walk`].
#[derive(Copy, Clone, Debug)]
pub struct WalkedFrame {
    /// The instance whose function it is.
    pub vmctx: *mut VMContext,
    /// Slot 0.
    pub fp: *mut u64,
    /// The function, and the operator it is at.
    pub location: CodeLocation,
    /// Whether it is a frame of machine code.
    pub is_native: bool,
}

/// What a return address of the interpreter is.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum InterpReturn {
    /// In the code of the caller, after a word that ends in the distance to its frame.
    Caller,
    /// Where the interpreter returns to machine code.
    Native,
    /// Where an activation ends.
    End,
}

/// Return addresses of machine code that are in no module's code; 0 for those that there are not.
#[derive(Copy, Clone, Debug, Default)]
pub struct NativeLandmarks {
    /// Returns to another instance; the word above is its context.
    pub cross_return: usize,
    /// Returns to the interpreter; the words above are its return address and context.
    pub return_to_interp: usize,
    /// Ends an activation.
    pub activation_end: usize,
}

/// How return addresses are told apart.
#[derive(Copy, Clone, Debug)]
pub struct Landmarks {
    /// What a return address of the interpreter is.
    pub interp: fn(*const u64) -> InterpReturn,
    /// Those of machine code.
    pub native: NativeLandmarks,
}

/// Something that [`Walker`] comes by.
enum Found {
    Frame(WalkedFrame),
    /// The context that the code at hand runs in, or goes on in when what it has called returns.
    Context(*mut VMContext),
}

/// Calls `f` with each frame of the execution, newest first, from its last exit
/// through all activations. Call it while the host runs: in a host function, or after a trap
/// before the activation is popped. Stops when `f` breaks.
///
/// # Safety
///
/// `exec` is the execution of a live store, its frames and instances are intact,
/// its last exit is up to date, and `landmarks` are those of the tiers that run it.
pub unsafe fn walk(
    exec: &VMExec,
    landmarks: &Landmarks,
    f: &mut dyn FnMut(WalkedFrame) -> ControlFlow<()>,
) {
    let mut visit = |found: Found| match found {
        Found::Frame(frame) => f(frame),
        Found::Context(_) => ControlFlow::Continue(()),
    };
    // SAFETY: passed on.
    unsafe { visit_all(exec, landmarks, &mut visit) }
}

/// Calls `f` with each context that code of the execution goes on in, and with some of them more than once. That is
/// those of all frames and more: a function that was called from another instance, or from the host, and
/// has made a tail call has no frame any more, but what it has called returns through its context.
///
/// # Safety
///
/// As for [`walk`].
pub unsafe fn walk_contexts(
    exec: &VMExec,
    landmarks: &Landmarks,
    f: &mut dyn FnMut(*mut VMContext) -> ControlFlow<()>,
) {
    let mut visit = |found: Found| match found {
        Found::Frame(_) => ControlFlow::Continue(()),
        Found::Context(vmctx) => f(vmctx),
    };
    // SAFETY: passed on.
    unsafe { visit_all(exec, landmarks, &mut visit) }
}

/// Calls `f` with all that there is, newest first, until it breaks.
///
/// # Safety
///
/// As for [`walk`].
unsafe fn visit_all(
    exec: &VMExec,
    landmarks: &Landmarks,
    f: &mut dyn FnMut(Found) -> ControlFlow<()>,
) {
    let mut exit = exec.last_exit.get();
    let mut native_sp = exec.native_sp.get();
    let mut activation = exec.activation.get();
    while !activation.is_null() {
        // SAFETY: activations are linked while they are on the host's stack.
        unsafe {
            let walker = Walker {
                landmarks,
                fp: exit.fp,
                vmctx: exit.vmctx,
                sp: native_sp,
            };
            if walker.walk(exit, f).is_break() {
                return;
            }
            exit = (*activation).previous_exit;
            native_sp = (*activation).native_sp;
            activation = (*activation).previous;
        }
    }
}

/// A place in guest code.
enum Place {
    /// Of the interpreter: an operation or return address.
    Interp { ip: *const u64, is_return: bool },
    /// Of machine code: an instruction or return address.
    Native { pc: usize, is_return: bool },
}

/// The frames of one activation, from the newest down.
struct Walker<'a> {
    landmarks: &'a Landmarks,
    /// Slot 0 of the frame at hand; at a return address, of what was called.
    fp: *mut u64,
    /// The instance of the code at hand.
    vmctx: *mut VMContext,
    /// The top of what is left of the return stack.
    sp: *const usize,
}

impl Walker<'_> {
    /// Visits the frames of an activation that was left at `exit`.
    ///
    /// # Safety
    ///
    /// As for [`walk`].
    unsafe fn walk(
        mut self,
        exit: LastExit,
        f: &mut dyn FnMut(Found) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        if exit.vmctx.is_null() {
            return ControlFlow::Continue(());
        }
        f(Found::Context(self.vmctx))?;
        // SAFETY: passed on to the caller.
        unsafe {
            let mut next = Some(match exit.kind {
                ExitKind::Operation | ExitKind::Return => Place::Interp {
                    ip: exit.ip,
                    is_return: exit.kind == ExitKind::Return,
                },
                ExitKind::NativeReturn => self.native_return(),
                ExitKind::NativeInstruction => Place::Native {
                    pc: exit.ip.addr(),
                    is_return: false,
                },
            });
            while let Some(place) = next {
                next = match place {
                    Place::Interp { ip, is_return } => self.interp_frame(ip, is_return, f)?,
                    Place::Native { pc, is_return } => self.native_frame(pc, is_return, f)?,
                };
            }
        }
        ControlFlow::Continue(())
    }

    /// Visits the frame of the interpreter at `ip`, and goes to its caller.
    unsafe fn interp_frame(
        &mut self,
        ip: *const u64,
        is_return: bool,
        f: &mut dyn FnMut(Found) -> ControlFlow<()>,
    ) -> ControlFlow<(), Option<Place>> {
        // SAFETY: `ip` is in the code of the instance at `vmctx`; a return address is
        // preceded by the distance to the caller's frame, and a frame has its header.
        unsafe {
            if is_return {
                match (self.landmarks.interp)(ip) {
                    InterpReturn::Caller => {
                        let distance = *ip.cast::<u32>().sub(1);
                        self.fp = self.fp.byte_sub(distance as usize);
                    }
                    InterpReturn::Native => {
                        return ControlFlow::Continue(Some(self.native_return()));
                    }
                    InterpReturn::End => return ControlFlow::Continue(None),
                }
            }
            let code = Instance::code(Instance::from_vmctx(self.vmctx));
            let Some(location) = code.locate(ip, is_return) else {
                return ControlFlow::Continue(None);
            };
            f(Found::Frame(self.frame(location, false)))?;
            let header = self.fp.add(location.header_slot as usize);
            self.vmctx = ptr::with_exposed_provenance_mut(*header.add(1) as usize);
            f(Found::Context(self.vmctx))?;
            ControlFlow::Continue(Some(Place::Interp {
                ip: ptr::with_exposed_provenance(*header as usize),
                is_return: true,
            }))
        }
    }

    /// Visits the frame of machine code at `pc`, and goes to its caller.
    unsafe fn native_frame(
        &mut self,
        pc: usize,
        is_return: bool,
        f: &mut dyn FnMut(Found) -> ControlFlow<()>,
    ) -> ControlFlow<(), Option<Place>> {
        let landmarks = &self.landmarks.native;
        // SAFETY: the words above a landmark are as at the top of this file; any other address is in
        // the code of the instance at `vmctx`.
        unsafe {
            if is_return && pc == landmarks.activation_end {
                return ControlFlow::Continue(None);
            }
            if is_return && pc == landmarks.return_to_interp {
                let ip = ptr::with_exposed_provenance(self.pop());
                self.vmctx = ptr::with_exposed_provenance_mut(self.pop());
                f(Found::Context(self.vmctx))?;
                let is_return = true;
                return ControlFlow::Continue(Some(Place::Interp { ip, is_return }));
            }
            if is_return && pc == landmarks.cross_return {
                self.vmctx = ptr::with_exposed_provenance_mut(self.pop());
                f(Found::Context(self.vmctx))?;
                return ControlFlow::Continue(Some(self.native_return()));
            }
            let code = Instance::code(Instance::from_vmctx(self.vmctx));
            let Some(found) = code.locate_native(pc, is_return) else {
                return ControlFlow::Continue(None);
            };
            if is_return {
                self.fp = self.fp.byte_sub(found.frame_bytes as usize);
            }
            f(Found::Frame(self.frame(found.location, true)))?;
            ControlFlow::Continue(Some(self.native_return()))
        }
    }

    fn frame(&self, location: CodeLocation, is_native: bool) -> WalkedFrame {
        WalkedFrame {
            vmctx: self.vmctx,
            fp: self.fp,
            location,
            is_native,
        }
    }

    /// The place that the return address on top of the return stack names.
    unsafe fn native_return(&mut self) -> Place {
        // SAFETY: passed on to the caller.
        let pc = unsafe { self.pop() };
        let is_return = true;
        Place::Native { pc, is_return }
    }

    /// Takes a word off the return stack.
    unsafe fn pop(&mut self) -> usize {
        // SAFETY: machine code of this activation has pushed it.
        unsafe {
            let word = *self.sp;
            self.sp = self.sp.add(1);
            word
        }
    }
}
