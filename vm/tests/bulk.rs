//! The operators on whole memories and tables: bounds, overlap, pieces and polls.

#![expect(unsafe_code, reason = "calls the operators as running code does")]

mod support;

use std::sync::atomic::Ordering;

use proptest::prelude::*;
use selvedge_vm::bulk::{self, PIECE_BYTES, Stop};
use selvedge_vm::exec::INTERRUPT_KILL;
use selvedge_vm::index::*;
use selvedge_vm::instance::Instance;
use selvedge_vm::trap::TrapCode;
use selvedge_vm::vmcontext::VMContext;
use support::TestStore;

const M0: MemoryIndex = MemoryIndex::from_u32(0);
const M1: MemoryIndex = MemoryIndex::from_u32(1);
const T0: TableIndex = TableIndex::from_u32(0);
const T1: TableIndex = TableIndex::from_u32(1);
const PAGE: u64 = 1 << 16;

fn trap<T: std::fmt::Debug>(result: Result<T, Stop>) -> TrapCode {
    match result {
        Err(Stop::Trap(code)) => code,
        other => panic!("expected a trap, got {other:?}"),
    }
}

/// The content of a memory, copied.
fn bytes(vmctx: *mut VMContext, index: MemoryIndex) -> Vec<u8> {
    // SAFETY: a live instance; the bytes are copied before anything else happens.
    unsafe {
        let memory = *Instance::from_vmctx(vmctx).memory_definition(index);
        std::slice::from_raw_parts(memory.base, memory.len() as usize).to_vec()
    }
}

fn set_bytes(vmctx: *mut VMContext, index: MemoryIndex, content: &[u8]) {
    // SAFETY: a live instance; the memory is checked to be as long as `content`.
    unsafe {
        let memory = *Instance::from_vmctx(vmctx).memory_definition(index);
        assert_eq!(memory.len(), content.len() as u64);
        memory
            .base
            .copy_from_nonoverlapping(content.as_ptr(), content.len());
    }
}

fn elements(vmctx: *mut VMContext, index: TableIndex) -> Vec<u64> {
    // SAFETY: a live instance; nothing of the store is borrowed.
    unsafe {
        let len = bulk::table_size(vmctx, index);
        (0..len)
            .map(|i| bulk::table_get(vmctx, index, i).expect("within the table"))
            .collect()
    }
}

/// Bytes that differ from their neighbours at every distance that matters.
fn pattern(len: usize) -> Vec<u8> {
    (0..len as u32)
        .map(|i| (i.wrapping_mul(0x9e37_79b1) >> 24) as u8)
        .collect()
}

#[test]
fn bounds_are_checked_before_anything_is_written() {
    let store = TestStore::new();
    let id = store.instantiate(
        r#"(module (memory 1) (memory 2) (data $d "abcdef")
            (table 4 externref) (table 8 externref)
            (elem $e externref (ref.null extern) (ref.null extern)))"#,
        &[],
    );
    let vmctx = store.vmctx(id);
    let (d, e) = (DataIndex::from_u32(0), ElemIndex::from_u32(0));
    let content = pattern(PAGE as usize);
    set_bytes(vmctx, M0, &content);
    // SAFETY: a live instance; nothing of the store is borrowed.
    unsafe {
        for (dst, len) in [(PAGE, 1), (PAGE + 1, 0), (0, PAGE + 1), (u64::MAX, 2)] {
            let code = trap(bulk::memory_fill(vmctx, M0, dst, 7, len));
            assert_eq!(code, TrapCode::MemoryOutOfBounds);
        }
        for (dst, src, len) in [(0, 2 * PAGE, 1), (1, 0, PAGE), (0, u64::MAX, 1)] {
            let code = trap(bulk::memory_copy(vmctx, M0, M1, dst, src, len));
            assert_eq!(code, TrapCode::MemoryOutOfBounds);
        }
        for (dst, src, len) in [(0, 5, 2), (PAGE - 1, 0, 2), (0, 7, 0), (0, 1, u64::MAX)] {
            let code = trap(bulk::memory_init(vmctx, d, M0, dst, src, len));
            assert_eq!(code, TrapCode::MemoryOutOfBounds);
        }
        for (dst, len) in [(4, 1), (5, 0), (u64::MAX, 2)] {
            let code = trap(bulk::table_fill(vmctx, T0, dst, 9, len));
            assert_eq!(code, TrapCode::TableOutOfBounds);
        }
        for (dst, src, len) in [(0, 8, 1), (1, 0, 4), (9, 0, 0)] {
            let code = trap(bulk::table_copy(vmctx, T0, T1, dst, src, len));
            assert_eq!(code, TrapCode::TableOutOfBounds);
        }
        for (dst, src, len) in [(0, 1, 2), (3, 0, 2), (0, 3, 0)] {
            let code = trap(bulk::table_init(vmctx, e, T0, dst, src, len));
            assert_eq!(code, TrapCode::TableOutOfBounds);
        }
        assert_eq!(
            trap(bulk::table_get(vmctx, T0, 4)),
            TrapCode::TableOutOfBounds
        );
        assert_eq!(
            trap(bulk::table_set(vmctx, T0, 4, 1)),
            TrapCode::TableOutOfBounds
        );
        assert_eq!(bytes(vmctx, M0), content);
        assert_eq!(elements(vmctx, T0), [0; 4]);
        // At the very end an empty range is fine.
        bulk::memory_fill(vmctx, M0, PAGE, 7, 0).unwrap();
        bulk::memory_init(vmctx, d, M0, PAGE, 6, 0).unwrap();
        bulk::table_init(vmctx, e, T0, 4, 2, 0).unwrap();
    }
}

#[test]
fn dropped_segments_are_empty() {
    let store = TestStore::new();
    let id = store.instantiate(
        r#"(module (memory 1) (table 4 externref) (data $d "abc")
            (elem $e externref (ref.null extern)))"#,
        &[],
    );
    let vmctx = store.vmctx(id);
    let (d, e) = (DataIndex::from_u32(0), ElemIndex::from_u32(0));
    // SAFETY: a live instance; nothing of the store is borrowed.
    unsafe {
        bulk::memory_init(vmctx, d, M0, 10, 1, 2).unwrap();
        bulk::table_init(vmctx, e, T0, 0, 0, 1).unwrap();
        assert_eq!(&bytes(vmctx, M0)[9..13], b"\0bc\0");
        for _ in 0..2 {
            bulk::data_drop(vmctx, d);
            bulk::elem_drop(vmctx, e);
        }
        assert_eq!(
            trap(bulk::memory_init(vmctx, d, M0, 0, 0, 1)),
            TrapCode::MemoryOutOfBounds
        );
        assert_eq!(
            trap(bulk::table_init(vmctx, e, T0, 0, 0, 1)),
            TrapCode::TableOutOfBounds
        );
        bulk::memory_init(vmctx, d, M0, 0, 0, 0).unwrap();
        bulk::table_init(vmctx, e, T0, 0, 0, 0).unwrap();
    }
}

#[test]
fn overlapping_copies_are_right_across_pieces() {
    let store = TestStore::new();
    let id = store.instantiate("(module (memory 17))", &[]);
    let vmctx = store.vmctx(id);
    let len = 3 * PIECE_BYTES + 12345;
    for (dst, src) in [
        (100, 0),
        (0, 100),
        (PIECE_BYTES, 0),
        (0, PIECE_BYTES),
        (7, 7),
    ] {
        let mut expected = pattern(17 * PAGE as usize);
        set_bytes(vmctx, M0, &expected);
        // SAFETY: a live instance; nothing of the store is borrowed.
        unsafe { bulk::memory_copy(vmctx, M0, M0, dst, src, len).unwrap() };
        expected.copy_within(src as usize..(src + len) as usize, dst as usize);
        assert!(bytes(vmctx, M0) == expected, "copying from {src} to {dst}");
    }
}

#[test]
fn an_interrupt_stops_between_pieces() {
    let store = TestStore::new();
    let id = store.instantiate(
        r#"(module (memory 17) (memory 17) (table 100000 externref) (table 100000 externref)
            (func $f) (export "f" (func $f)))"#,
        &[],
    );
    let vmctx = store.vmctx(id);
    let value = store.store_mut().alloc_externref(Box::new(1)).unwrap();
    let bytes_len = 3 * PIECE_BYTES;
    let interrupt = || {
        store
            .exec
            .interrupt
            .store(INTERRUPT_KILL, Ordering::Relaxed)
    };
    interrupt();
    // SAFETY: a live instance; nothing of the store is borrowed.
    unsafe {
        // A single piece is not worth a poll.
        bulk::memory_fill(vmctx, M0, 0, 1, PIECE_BYTES).unwrap();
        assert_eq!(
            trap(bulk::memory_fill(vmctx, M0, 0, 2, bytes_len)),
            TrapCode::Interrupt
        );
        let content = bytes(vmctx, M0);
        let done = PIECE_BYTES as usize;
        assert!(content[..done].iter().all(|&b| b == 2) && content[done] == 0);
        assert_eq!(
            trap(bulk::memory_copy(vmctx, M1, M0, 0, 0, bytes_len)),
            TrapCode::Interrupt
        );
        assert_eq!(
            trap(bulk::table_fill(vmctx, T0, 0, value, 100_000)),
            TrapCode::Interrupt
        );
        assert_eq!(
            trap(bulk::table_copy(vmctx, T1, T0, 0, 0, 100_000)),
            TrapCode::Interrupt
        );
        assert_eq!(
            trap(bulk::table_grow(vmctx, T0, value, 100_000)),
            TrapCode::Interrupt
        );
        let words = PIECE_BYTES / 8;
        assert_eq!(bulk::table_get(vmctx, T1, words - 1).ok(), Some(value));
        assert_eq!(bulk::table_get(vmctx, T1, words).ok(), Some(0));
        store.exec.interrupt.store(0, Ordering::Relaxed);
        bulk::memory_fill(vmctx, M0, 0, 3, bytes_len).unwrap();
    }
}

#[test]
fn an_interrupt_stops_initialisation_of_a_large_memory() {
    let store = TestStore::new();
    let text = "x".repeat(PIECE_BYTES as usize + 1);
    let module = store.prepare(&format!(
        r#"(module (memory 17) (data (i32.const 0) "{text}"))"#
    ));
    store
        .exec
        .interrupt
        .store(INTERRUPT_KILL, Ordering::Relaxed);
    let error = store.try_instantiate(&module, &[]).unwrap_err();
    assert_eq!(error.to_string(), "interrupt");
    assert_eq!(store.store().population().instances, 0);
}

#[test]
fn functions_in_tables_are_called_by_type() {
    let store = TestStore::new();
    let id = store.instantiate(
        r#"(module (type $t (func (param i32))) (func $f (type $t)) (export "f" (func $f))
            (table 3 funcref) (elem (i32.const 1) $f))"#,
        &[],
    );
    let vmctx = store.vmctx(id);
    let f = store.func_ref(id, "f");
    // SAFETY: a live instance and function; nothing of the store is borrowed.
    unsafe {
        let type_id = (*f).type_id;
        assert_eq!(bulk::indirect_callee(vmctx, T0, 1, type_id), Ok(f));
        assert_eq!((*f).callee.vmctx, vmctx);
        let callee = |i, ty| bulk::indirect_callee(vmctx, T0, i, ty).unwrap_err();
        assert_eq!(callee(0, type_id), TrapCode::IndirectCallToNull);
        assert_eq!(callee(1, type_id + 1), TrapCode::BadSignature);
        assert_eq!(callee(3, type_id), TrapCode::TableOutOfBounds);
        assert_eq!(callee(u64::MAX, type_id), TrapCode::TableOutOfBounds);
        // What a guest sees of the function is one handle, however it comes by it.
        let handle = bulk::ref_func(vmctx, FuncIndex::from_u32(0));
        assert_eq!(bulk::table_get(vmctx, T0, 1).ok(), Some(handle));
        bulk::table_set(vmctx, T0, 2, handle).unwrap();
        assert_eq!(bulk::indirect_callee(vmctx, T0, 2, type_id), Ok(f));
        assert_eq!(bulk::table_grow(vmctx, T0, handle, 2).ok(), Some(3));
        assert_eq!(elements(vmctx, T0), [0, handle, handle, handle, handle]);
    }
}

#[test]
fn sizes_are_in_pages_of_the_memory() {
    let store = TestStore::new();
    let id = store.instantiate("(module (memory i64 3 (pagesize 1)))", &[]);
    let vmctx = store.vmctx(id);
    // SAFETY: a live instance; nothing of the store is borrowed.
    unsafe {
        assert_eq!(bulk::memory_size(vmctx, M0), 3);
        assert_eq!(bulk::memory_grow(vmctx, M0, 10).ok(), Some(3));
        assert_eq!(bulk::memory_size(vmctx, M0), 13);
        assert_eq!(
            bulk::memory_grow(vmctx, M0, u64::MAX).ok(),
            Some(bulk::GROW_FAILED)
        );
        bulk::memory_fill(vmctx, M0, 12, 1, 1).unwrap();
        assert_eq!(
            trap(bulk::memory_fill(vmctx, M0, 13, 1, 1)),
            TrapCode::MemoryOutOfBounds
        );
    }
}

/// An operator on the tables of [`tables_behave_like_vectors`].
#[derive(Debug, Clone)]
enum TableOp {
    Set(bool, u64, u64),
    Fill(bool, u64, u64, u64),
    Copy(bool, bool, u64, u64, u64),
    Grow(bool, u64, u64),
}

fn table_op() -> impl Strategy<Value = TableOp> {
    let (at, len, value) = (0_u64..24, 0_u64..24, 0_u64..5);
    prop_oneof![
        (any::<bool>(), at.clone(), value.clone()).prop_map(|(t, i, v)| TableOp::Set(t, i, v)),
        (any::<bool>(), at.clone(), value.clone(), len.clone())
            .prop_map(|(t, d, v, n)| TableOp::Fill(t, d, v, n)),
        (any::<bool>(), any::<bool>(), at.clone(), at, len)
            .prop_map(|(t, u, d, s, n)| TableOp::Copy(t, u, d, s, n)),
        (any::<bool>(), value, 0_u64..4).prop_map(|(t, v, n)| TableOp::Grow(t, v, n)),
    ]
}

proptest! {
    #[test]
    fn tables_behave_like_vectors(ops in prop::collection::vec(table_op(), 1..40)) {
        let store = TestStore::new();
        let id = store.instantiate("(module (table 10 20 externref) (table 5 30 externref))", &[]);
        let vmctx = store.vmctx(id);
        let mut model = [vec![0; 10], vec![0; 5]];
        let limits = [20, 30];
        let table = |second: bool| if second { T1 } else { T0 };
        for op in ops {
            // SAFETY: a live instance; nothing of the store is borrowed.
            let ok = unsafe {
                match op {
                    TableOp::Set(t, i, v) => bulk::table_set(vmctx, table(t), i, v).is_ok(),
                    TableOp::Fill(t, d, v, n) => bulk::table_fill(vmctx, table(t), d, v, n).is_ok(),
                    TableOp::Copy(t, u, d, s, n) => {
                        bulk::table_copy(vmctx, table(t), table(u), d, s, n).is_ok()
                    }
                    TableOp::Grow(t, v, n) => {
                        bulk::table_grow(vmctx, table(t), v, n).unwrap() != bulk::GROW_FAILED
                    }
                }
            };
            let expected = match op {
                TableOp::Set(t, i, v) => model[usize::from(t)]
                    .get_mut(i as usize)
                    .map(|element| *element = v)
                    .is_some(),
                TableOp::Fill(t, d, v, n) => model[usize::from(t)]
                    .get_mut(d as usize..(d + n) as usize)
                    .map(|range| range.fill(v))
                    .is_some(),
                TableOp::Copy(t, u, d, s, n) => {
                    let from = model[usize::from(u)].get(s as usize..(s + n) as usize).map(<[_]>::to_vec);
                    let to = model[usize::from(t)].get_mut(d as usize..(d + n) as usize);
                    match (to, from) {
                        (Some(to), Some(from)) => {
                            to.copy_from_slice(&from);
                            true
                        }
                        _ => false,
                    }
                }
                TableOp::Grow(t, v, n) => {
                    let table = &mut model[usize::from(t)];
                    let len = table.len() + n as usize;
                    let fits = len <= limits[usize::from(t)];
                    if fits {
                        table.resize(len, v);
                    }
                    fits
                }
            };
            prop_assert_eq!(ok, expected, "{:?}", op);
            prop_assert_eq!(elements(vmctx, T0), &*model[0]);
            prop_assert_eq!(elements(vmctx, T1), &*model[1]);
        }
    }

    #[test]
    fn copies_between_memories_are_copies(dst in 0..PAGE, src in 0..PAGE, len in 0..PAGE, same: bool) {
        let store = TestStore::new();
        let id = store.instantiate("(module (memory 1) (memory 1))", &[]);
        let vmctx = store.vmctx(id);
        let mut to = pattern(PAGE as usize);
        let from = if same { to.clone() } else { vec![0xaa; PAGE as usize] };
        set_bytes(vmctx, M0, &to);
        set_bytes(vmctx, M1, &vec![0xaa; PAGE as usize]);
        let source = if same { M0 } else { M1 };
        // SAFETY: a live instance; nothing of the store is borrowed.
        let result = unsafe { bulk::memory_copy(vmctx, M0, source, dst, src, len) };
        prop_assert_eq!(result.is_ok(), dst + len <= PAGE && src + len <= PAGE);
        if result.is_ok() {
            let range = src as usize..(src + len) as usize;
            to[dst as usize..(dst + len) as usize].copy_from_slice(&from[range]);
        }
        prop_assert!(bytes(vmctx, M0) == to);
    }
}
