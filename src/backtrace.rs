#![expect(unsafe_code, reason = "walks the frames of running guests")]
//! `WasmBacktrace`: where a guest was.
//!
//! Frames are found by walking the value stack when an error occurs; running
//! code does nothing for it.

use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;

use selvedge_vm::index::{EntityIndex, FuncIndex};
use selvedge_vm::instance::Instance;
use selvedge_vm::module::Module as VMModule;
use selvedge_vm::walk::WalkedFrame;

use crate::context::AsContext;
use crate::store::StoreOpaque;
use crate::tier;

/// The frames of a guest, newest first, across every entry of the host into the guest.
///
/// ```
/// use selvedge::{Caller, Engine, Linker, Module, Store, WasmBacktrace};
///
/// let engine = Engine::default();
/// let mut linker = Linker::new(&engine);
/// // A host function may ask who called it. An error that ends a guest has a backtrace of its own.
/// linker.func_wrap("host", "who", |mut caller: Caller<'_, Vec<String>>| {
///     let backtrace = WasmBacktrace::capture(&caller);
///     for frame in backtrace.frames() {
///         caller.data_mut().push(frame.func_name().unwrap_or("?").into());
///     }
/// })?;
/// let module = Module::new(&engine, r#"(module
///     (import "host" "who" (func $who))
///     (func $inner (call $who))
///     (func $outer (export "run") (call $inner)))"#)?;
/// let mut store = Store::new(&engine, Vec::new());
/// let instance = linker.instantiate(&mut store, &module)?;
/// instance.get_typed_func::<(), ()>(&mut store, "run")?.call(&mut store, ())?;
/// assert_eq!(*store.data(), ["inner", "outer"]);
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Clone)]
pub struct WasmBacktrace {
    frames: Vec<FrameInfo>,
    /// Whether there are more frames than the settings allow.
    truncated: bool,
}

/// One frame of a [`WasmBacktrace`].
///
/// ```
/// use selvedge::{Engine, Instance, Module, Store};
///
/// let engine = Engine::default();
/// let module = Module::new(&engine, r#"(module $shop (func $sell (export "sell") unreachable))"#)?;
/// let mut store = Store::new(&engine, ());
/// let instance = Instance::new(&mut store, &module, &[])?;
/// let sell = instance.get_typed_func::<(), ()>(&mut store, "sell")?;
/// let error = sell.call(&mut store, ()).unwrap_err();
/// let frame = &error.backtrace().expect("a trap has one").frames()[0];
/// assert_eq!(frame.module_name(), Some("shop"));
/// assert_eq!((frame.func_index(), frame.func_name()), (0, Some("sell")));
/// assert_eq!(frame.func_offset(), Some(1), "behind the number of its locals");
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Clone)]
pub struct FrameInfo {
    module: Arc<VMModule>,
    func: FuncIndex,
    offset: usize,
}

impl WasmBacktrace {
    /// The frames that are active in `store` now: those that led to the host
    /// function that asks. Empty when no guest is running, or when
    /// [`Config::wasm_backtrace`](crate::Config::wasm_backtrace) is off.
    pub fn capture(store: impl AsContext) -> Self {
        let store = store.as_context();
        let none = Self {
            frames: Vec::new(),
            truncated: false,
        };
        Self::of_store(store.opaque()).unwrap_or(none)
    }

    /// The same as [`WasmBacktrace::capture`], whatever the settings say.
    pub fn force_capture(store: impl AsContext) -> Self {
        let store = store.as_context();
        Self::walk(store.opaque(), usize::MAX)
    }

    pub(crate) fn of_store(store: &StoreOpaque) -> Option<Self> {
        let limit = store.engine().config().backtrace_limit()?;
        Some(Self::walk(store, limit))
    }

    fn walk(store: &StoreOpaque, limit: usize) -> Self {
        let (mut frames, mut truncated) = (Vec::new(), false);
        let mut visit = |frame: WalkedFrame| {
            if frames.len() == limit {
                truncated = true;
                return ControlFlow::Break(());
            }
            // SAFETY: frames are of live instances, for these cannot be removed while they have any.
            let module = unsafe { Instance::from_vmctx(frame.vmctx) }.module();
            frames.push(FrameInfo {
                func: module.func_index(frame.location.func),
                offset: frame.location.wasm_offset as usize,
                module: module.clone(),
            });
            ControlFlow::Continue(())
        };
        // SAFETY: the execution is that of this store, which runs on this thread or not at all.
        unsafe { tier::walk(store.exec(), &mut visit) };
        Self { frames, truncated }
    }

    /// The frames, newest first.
    pub fn frames(&self) -> &[FrameInfo] {
        &self.frames
    }

    /// Whether there were more frames than
    /// [`Config::wasm_backtrace_max_frames`](crate::Config::wasm_backtrace_max_frames) allows.
    pub fn is_truncated(&self) -> bool {
        self.truncated
    }
}

impl FrameInfo {
    /// The function, by its index in the module.
    pub fn func_index(&self) -> u32 {
        self.func.as_u32()
    }

    /// The function's name, from the name section or else from an export.
    pub fn func_name(&self) -> Option<&str> {
        self.module.func_name(self.func)
    }

    /// The module's name, from the name section.
    pub fn module_name(&self) -> Option<&str> {
        self.module.name.as_deref()
    }

    /// The module in the binary format, in which [`FrameInfo::module_offset`] is an index.
    /// Its custom sections may tell which source the instruction comes from.
    ///
    /// ```
    /// use selvedge::{Engine, Instance, Module, Store};
    ///
    /// let engine = Engine::default();
    /// let text = r#"(module (func (export "run") (drop (i32.const 7)) unreachable))"#;
    /// let module = Module::new(&engine, text)?;
    /// let mut store = Store::new(&engine, ());
    /// let instance = Instance::new(&mut store, &module, &[])?;
    /// let run = instance.get_typed_func::<(), ()>(&mut store, "run")?;
    /// let error = run.call(&mut store, ()).unwrap_err();
    /// let backtrace = error.backtrace().expect("it comes out of a guest");
    /// let frame = &backtrace.frames()[0];
    /// assert_eq!(frame.module_binary()[frame.module_offset().unwrap()], 0x00); // unreachable
    /// # Ok::<(), selvedge::Error>(())
    /// ```
    pub fn module_binary(&self) -> &[u8] {
        self.module.bytes()
    }

    /// Offset of the instruction from the start of the module.
    pub fn module_offset(&self) -> Option<usize> {
        Some(self.offset)
    }

    /// Offset of the instruction from the start of the function's body.
    pub fn func_offset(&self) -> Option<usize> {
        let defined = self.module.defined_func(self.func)?;
        let start = self.module.bodies.get(defined)?.range.start;
        self.offset.checked_sub(start)
    }
}

impl fmt::Display for WasmBacktrace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("wasm backtrace:")?;
        for (i, frame) in self.frames.iter().enumerate() {
            write!(f, "\n  {i:>3}: {:>#8x} - {frame}", frame.offset)?;
        }
        if self.truncated {
            f.write_str("\n       (more frames)")?;
        }
        Ok(())
    }
}

impl fmt::Debug for WasmBacktrace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for WasmBacktrace {}

impl fmt::Display for FrameInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}!", self.module_name().unwrap_or("<unknown>"))?;
        match self.func_name() {
            Some(name) => f.write_str(name),
            None => write!(f, "<wasm function {}>", self.func.index()),
        }
    }
}

impl fmt::Debug for FrameInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self} at {:#x}", self.offset)
    }
}
