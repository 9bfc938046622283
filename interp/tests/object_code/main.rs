//! Audits the machine code of the handlers, as this test's own executable holds it.
//!
//! Stable Rust does not promise that a sibling call becomes a jump, nor that a handler
//! keeps its state in registers: whether they do shows in the object code only. `audit` knows the
//! handlers, `shape` what their instructions say, `image` the executable.
//!
//! Builds without tail dispatch have no handlers to audit, which the tests make sure of.
//!
//! `cargo test --release -p selvedge-interp --test object_code -- --nocapture` prints
//! the figures.

#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

mod audit;
mod image;
mod shape;

use std::hint::black_box;
use std::sync::{Arc, LazyLock};
use std::{env, fs};

use selvedge_interp::{Dispatch, InterpCode, enter, host_code};
use selvedge_vm::code::ModuleCode;
use selvedge_vm::module::{Module, ParseOptions};
use selvedge_vm::offsets::{VMOffsets, VMShape};
use selvedge_vm::types::TypeRegistry;

use audit::{Audit, CONDITIONAL_BRANCHES, Handler, report};
use image::Image;
use shape::Shape;

/// Fewer handlers would mean that the audit does not find them.
const MIN_HANDLERS: usize = 10_000;

/// As [`MIN_HANDLERS`], of handlers of vectors.
const MIN_VECTOR_HANDLERS: usize = 500;

/// The bytes of all handlers but those for vectors, the padding between them included.
const MAX_TEXT_BYTES: u64 = 1_500_000;

/// The bytes of all handlers for vectors, likewise.
const MAX_VECTOR_TEXT_BYTES: u64 = 400_000;

/// Of a thousand handlers, how many may have a frame: a `push`, or room made on the stack.
const MAX_FRAMES_PER_THOUSAND: usize = 10;

/// Of a thousand handlers, how many must dispatch by a jump.
const MIN_DISPATCHING_PER_THOUSAND: usize = 900;

/// Other operations named like a branch.
const OTHER_BRANCHES: &[&str] = &["Br", "BrTable"];

/// Operations that may call through a register or memory if they dispatch by a jump:
/// `CallImport`, and `HostCall`, which stands in the block `HOST`, call the shim of the host
/// function.
const MAY_CALL_INDIRECTLY: &[&str] = &["CallImport", "HOST"];

#[test]
fn handlers_are_found_and_small() {
    let Some(audit) = audit() else { return };
    println!("{}", audit.summary());
    let count = audit.handlers.len();
    assert!(count > MIN_HANDLERS, "only {count} handlers are found");
    let nameless = audit.list(|handler| handler.names.is_empty().then_some("in no row"));
    assert!(nameless.len() < 10, "{}", report("nameless", &nameless));
    for (what, max_bytes, is_counted) in [
        ("vectors", MAX_VECTOR_TEXT_BYTES, true),
        ("all else", MAX_TEXT_BYTES, false),
    ] {
        let bytes = audit.padded_bytes(|handler| handler.is_for_vectors() == is_counted);
        println!("{bytes} bytes of handlers for {what}");
        assert!(
            bytes <= max_bytes,
            "{bytes} bytes of handlers for {what} are more than {max_bytes}"
        );
    }
}

#[test]
fn handlers_dispatch_by_jumps() {
    let Some(audit) = audit() else { return };
    let calls =
        |handler: &Handler| handler.shape.indirect_calls > 0 && !handler.is_for_old_machines();
    let callers = audit.list(|handler| {
        let may_call = handler.is(MAY_CALL_INDIRECTLY) && handler.shape.dispatches > 0;
        (calls(handler) && !may_call).then_some("calls through a register or memory")
    });
    assert!(callers.is_empty(), "{}", report("calling", &callers));
    for name in MAY_CALL_INDIRECTLY {
        let count = audit.count(|handler| calls(handler) && handler.is(&[name]));
        assert!(count > 0, "`{name}` does not call: take it off its list");
    }

    let dispatching = audit.count(|handler| handler.shape.dispatches > 0);
    let count = audit.handlers.len();
    assert!(
        dispatching * 1000 >= count * MIN_DISPATCHING_PER_THOUSAND,
        "only {dispatching} of {count} handlers dispatch by a jump"
    );
    let staying = audit.list(|handler| {
        (handler.is_for_vectors() && handler.shape.dispatches == 0).then_some("never goes on")
    });
    assert!(staying.is_empty(), "{}", report("staying", &staying));
}

#[test]
fn handlers_keep_their_state_in_registers() {
    let Some(audit) = audit() else { return };
    let framed = audit.list(|handler| {
        (handler.shape.has_frame && !handler.is_for_old_machines()).then_some("uses the stack")
    });
    assert!(
        framed.len() * 1000 <= audit.handlers.len() * MAX_FRAMES_PER_THOUSAND,
        "more than {MAX_FRAMES_PER_THOUSAND} in a thousand\n{}",
        report("with a frame", &framed)
    );
}

/// The best handlers of vectors compute without calls, and their vectors are never in memory but in slots.
#[test]
fn native_vectors_are_in_registers() {
    let Some(audit) = audit() else { return };
    let is_native = |handler: &Handler| {
        let mut names = handler.names.iter();
        names.any(|name| name.starts_with("ToV Native"))
    };
    let count = audit.count(is_native);
    assert!(
        count > MIN_VECTOR_HANDLERS,
        "only {count} handlers are found"
    );
    let faulty = audit.list(|handler| match &handler.shape {
        _ if !is_native(handler) => None,
        shape if shape.direct_calls + shape.indirect_calls > 0 => Some("calls"),
        shape if shape.has_frame => Some("uses the stack"),
        shape if shape.dispatches == 0 => Some("does not dispatch by a jump"),
        _ => None,
    });
    assert!(faulty.is_empty(), "{}", report("faulty", &faulty));
}

#[test]
fn handlers_do_not_run_off_their_end() {
    let Some(audit) = audit() else { return };
    let faulty = audit.list(|handler| handler.shape.fault.as_deref());
    assert!(faulty.is_empty(), "{}", report("faulty", &faulty));
}

/// As one dispatch of a selected address, a branch would wait for its operands instead
/// of being predicted.
#[test]
fn conditional_branches_dispatch_on_each_path() {
    let Some(audit) = audit() else { return };
    for branch in CONDITIONAL_BRANCHES {
        let count = audit.count(|handler| handler.is(&[branch]));
        assert!(count > 0, "no handler of `{branch}` is found");
    }
    let unlisted = audit.list(|handler| {
        let is_listed = handler.is(CONDITIONAL_BRANCHES) || handler.is(OTHER_BRANCHES);
        let is_branch = handler.operations().any(|name| name.contains("Br"));
        (is_branch && !is_listed).then_some("named like a branch")
    });
    assert!(unlisted.is_empty(), "{}", report("unlisted", &unlisted));

    let branches = |fault: fn(&Shape) -> Option<&str>| {
        audit.list(|handler| {
            (handler.is(CONDITIONAL_BRANCHES))
                .then(|| fault(&handler.shape))
                .flatten()
        })
    };
    let moving = branches(|shape| shape.has_cmov.then_some("chooses by `cmov`"));
    assert!(moving.is_empty(), "{}", report("selecting", &moving));
    let shared = branches(|shape| (shape.dispatches < 2).then_some("dispatches once"));
    assert!(
        shared.is_empty(),
        "{}",
        report("sharing a dispatch", &shared)
    );
}

/// The audit of this executable; `None` for builds without tail dispatch.
fn audit() -> Option<&'static Audit> {
    static AUDIT: LazyLock<Option<Audit>> = LazyLock::new(|| {
        link_handlers();
        let data = fs::read(env::current_exe().unwrap()).unwrap();
        let audit = Audit::of(&Image::read(&data));
        if Dispatch::Tail.is_available() {
            return Some(audit);
        }
        let found = audit.handlers.len();
        assert_eq!(found, 0, "these handlers do not keep the stack constant");
        if !cfg!(debug_assertions) {
            panic!("this build is optimised, but has no tail dispatch");
        }
        None
    });
    AUDIT.as_ref()
}

/// Uses what refers to the handlers, so that the linker keeps them.
fn link_handlers() {
    let wasm = wat::parse_str("(module (func (result i32) (i32.const 7)))").unwrap();
    let registry = TypeRegistry::new();
    let module = Module::parse(wasm.into(), &ParseOptions::new(&registry)).unwrap();
    let offsets = VMOffsets::new(&VMShape::of(&module)).unwrap();
    let dispatch = Dispatch::best().expect("a dispatch");
    let code = InterpCode::new(Arc::new(module), offsets, dispatch);
    code.prepare_all().unwrap();
    assert_eq!(code.func_codes().len(), 1);
    black_box(host_code(dispatch));
    black_box(enter as *const ());
}
