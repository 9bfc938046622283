//! Traps and exits: the ends of guest code that are not returns.

/// Why guest code trapped. Names are wasmtime's.
///
/// ```
/// use selvedge::{Engine, Instance, Module, Store, Trap};
///
/// let engine = Engine::default();
/// let module = Module::new(&engine, r#"(module
///     (func (export "divide") (param i32 i32) (result i32)
///         (i32.div_s (local.get 0) (local.get 1))))"#)?;
/// let mut store = Store::new(&engine, ());
/// let instance = Instance::new(&mut store, &module, &[])?;
/// let divide = instance.get_typed_func::<(i32, i32), i32>(&mut store, "divide")?;
/// let error = divide.call(&mut store, (1, 0)).unwrap_err();
/// assert_eq!(error.as_trap_code(), Some(Trap::IntegerDivisionByZero));
/// assert_eq!(Trap::IntegerDivisionByZero.to_string(), "integer divide by zero");
/// # Ok::<(), selvedge::Error>(())
/// ```
pub use selvedge_vm::trap::TrapCode as Trap;

/// The guest asked to exit with this status (WASI's `proc_exit`).
///
/// ```
/// use selvedge::{Engine, I32Exit, Linker, Module, Store};
///
/// let engine = Engine::default();
/// let mut linker = Linker::new(&engine);
/// linker.func_wrap("host", "exit", |status: i32| -> selvedge::Result<()> {
///     Err(I32Exit(status).into())
/// })?;
/// let module = Module::new(&engine, r#"(module
///     (import "host" "exit" (func $exit (param i32)))
///     (func (export "run") (call $exit (i32.const 3))))"#)?;
/// let mut store = Store::new(&engine, ());
/// let instance = linker.instantiate(&mut store, &module)?;
/// let error = instance.get_typed_func::<(), ()>(&mut store, "run")?.call(&mut store, ()).unwrap_err();
/// assert_eq!(error.i32_exit_status(), Some(3));
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Copy, Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("exited with i32 exit status {0}")]
pub struct I32Exit(pub i32);
