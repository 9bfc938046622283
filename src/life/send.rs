//! Instances in regions on their way to another thread.
//!
//! A handle is not [`Send`]: frames of host functions that its guest waits in may hold what is bound to a thread. Without
//! such frames, or if none of them holds such a thing, it may go.

#![expect(unsafe_code, reason = "says that an instance may go to another thread")]

use super::handle::InstanceHandle;

/// An [`InstanceHandle`] on its way to another thread.
///
/// ```
/// # if cfg!(not(target_os = "linux")) { return Ok(()) }
/// use selvedge::region::{InstanceRegion, Limits, MmapRegion};
/// use selvedge::{Engine, Linker, Module};
///
/// let engine = Engine::default();
/// let module = Module::new(&engine, r#"(module (func (export "seven") (result i32) (i32.const 7)))"#)?;
/// let pre = Linker::new(&engine).instantiate_pre(&module)?;
/// let region = MmapRegion::create(1, &Limits::default())?;
/// let instance = region.new_instance(&pre)?.try_into_send().expect("it does not wait");
/// let seven = std::thread::spawn(move || {
///     let mut instance = instance.into_handle();
///     instance.run("seven", &[])?.returned().map(|value| value.as_u32())
/// });
/// assert_eq!(seven.join().unwrap()?, 7);
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Debug)]
pub struct SendInstance(InstanceHandle);

// SAFETY: a store of `Send` data is `Send`; that no frame of a host function is bound to a thread was checked, or promised,
// when it was made.
unsafe impl Send for SendInstance {}

impl SendInstance {
    /// The handle, on the thread that it is to stay on.
    pub fn into_handle(self) -> InstanceHandle {
        self.0
    }
}

/// Moving to another thread.
impl InstanceHandle {
    /// The instance as something that can be sent to another thread.
    ///
    /// # Errors
    ///
    /// The handle itself, if its guest waits in the middle of a host function.
    pub fn try_into_send(self) -> Result<SendInstance, Self> {
        match self.is_yielded() {
            true => Err(self),
            false => Ok(SendInstance(self)),
        }
    }

    /// The same, whatever the guest waits for.
    ///
    /// # Safety
    ///
    /// No frame of a host function that waits holds what must not go to another thread, such as an [`Rc`](std::rc::Rc).
    pub unsafe fn into_send(self) -> SendInstance {
        SendInstance(self)
    }
}
