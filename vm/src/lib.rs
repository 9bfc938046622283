//! The virtual machine layer of Selvedge: everything that the tiers share and
//! nothing that knows a tier.
//!
//! A [`module::Module`] is built once from bytes; [`instance::Instance`] is a module with
//! its memories, tables and globals, reached by running code through a
//! [`vmcontext::VMContext`]; a [`store::VMStore`] owns instances and references; a
//! [`exec::VMExec`] is one execution of guest code on its own value stack.
//!
//! A module is parsed, validated and summarised without any tier:
//!
//! ```
//! use selvedge_vm::module::{EntityRef, Module, ParseOptions};
//! use selvedge_vm::types::TypeRegistry;
//!
//! let bytes = wat::parse_str(r#"(module
//!     (memory 2)
//!     (func $double (export "double") (param i32) (result i32)
//!         (i32.mul (local.get 0) (i32.const 2))))"#)?;
//! // Function types are interned once for each engine.
//! let registry = TypeRegistry::new();
//! let module = Module::parse(bytes.into(), &ParseOptions::new(&registry))?;
//! let (_, export) = module.export("double").expect("it is exported");
//! let EntityRef::Func(double) = export.entity else { panic!("it is a function") };
//! assert_eq!(module.func_name(double), Some("double"));
//! assert_eq!(module.func_type(double).params().len(), 1);
//! assert_eq!(module.memories.len(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod access;
pub mod arena;
pub mod bulk;
pub mod code;
pub mod count;
pub mod exec;
pub mod frame;
pub mod index;
pub mod init;
pub mod instance;
pub mod memory;
pub mod module;
#[cfg(all(
    feature = "native",
    target_arch = "x86_64",
    target_os = "linux",
    not(any(feature = "portable-sys", miri))
))]
pub mod native;
pub mod native_stack;
pub mod offsets;
pub mod ops;
pub mod pool;
pub mod region;
pub mod return_stack;
pub mod signal;
pub mod stack;
pub mod store;
mod sys;
pub mod table;
pub mod trap;
pub mod types;
pub mod vmcontext;
pub mod walk;

#[cfg(feature = "fault-injection")]
pub use sys::faults;

/// Whether this build can run machine code, that is, whether there is a module `native`.
pub const HAS_NATIVE: bool = cfg!(all(
    feature = "native",
    target_arch = "x86_64",
    target_os = "linux",
    not(any(feature = "portable-sys", miri))
));
