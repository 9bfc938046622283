//! The layouts that running code reads: fixed structures, and the arrays of a `VMContext`.

use std::mem::{align_of, offset_of, size_of};
use std::ops::Range;

use proptest::prelude::*;
use selvedge_vm::exec::VMExec;
use selvedge_vm::index::*;
use selvedge_vm::memory::VMMemoryDefinition;
use selvedge_vm::offsets::{VMOffsets, VMShape};
use selvedge_vm::vmcontext::{
    VMCallee, VMContext, VMContextHeader, VMFuncRef, VMGlobalDefinition, VMHostContext,
    VMTableDefinition,
};

const WORD: usize = size_of::<usize>();

#[test]
fn a_context_begins_with_its_header() {
    assert_eq!(offset_of!(VMContextHeader, magic), 0);
    assert_eq!(offset_of!(VMContextHeader, exec), 8);
    assert_eq!(offset_of!(VMContextHeader, memory0), 8 + WORD);
    assert_eq!(offset_of!(VMContextHeader, func_codes), 8 + 2 * WORD);
    assert_eq!(offset_of!(VMContextHeader, store), 8 + 3 * WORD);
    assert_eq!(offset_of!(VMContextHeader, instance), 8 + 4 * WORD);
    assert_eq!(size_of::<VMContextHeader>(), 64);
    assert_eq!(size_of::<VMContext>(), 0);
    assert_eq!(align_of::<VMContext>(), 16);
}

#[test]
fn functions_are_reached_by_code_and_context() {
    assert_eq!(offset_of!(VMCallee, code), 0);
    assert_eq!(offset_of!(VMCallee, vmctx), WORD);
    assert_eq!(size_of::<VMCallee>(), 2 * WORD);
    assert_eq!(offset_of!(VMFuncRef, callee), 0);
    assert_eq!(offset_of!(VMFuncRef, type_id), 2 * WORD);
    assert_eq!(offset_of!(VMFuncRef, handle), 2 * WORD + 8);
    assert_eq!(size_of::<VMFuncRef>(), 2 * WORD + 16);
    assert_eq!(offset_of!(VMHostContext, magic), 0);
    assert_eq!(offset_of!(VMHostContext, slots), 4);
    assert_eq!(offset_of!(VMHostContext, call), 8);
    assert_eq!(offset_of!(VMHostContext, data), 8 + WORD);
}

#[test]
fn definitions_are_words() {
    assert_eq!(offset_of!(VMMemoryDefinition, base), 0);
    assert_eq!(offset_of!(VMTableDefinition, base), 0);
    assert_eq!(offset_of!(VMTableDefinition, len), 8);
    assert_eq!(offset_of!(VMGlobalDefinition, words), 0);
    assert_eq!(size_of::<VMGlobalDefinition>(), 16);
    assert_eq!(align_of::<VMGlobalDefinition>(), 16);
}

#[test]
fn an_execution_begins_with_what_is_polled() {
    assert_eq!(offset_of!(VMExec, interrupt), 0);
    assert_eq!(offset_of!(VMExec, stack_limit), 8);
    assert_eq!(offset_of!(VMExec, native_sp), 16);
    assert_eq!(offset_of!(VMExec, host_sp), 24);
    assert_eq!(offset_of!(VMExec, sp), 24 + WORD);
}

/// The bytes of every item that `offsets` places, with its alignment.
fn items(shape: &VMShape, offsets: &VMOffsets) -> Vec<(Range<u64>, usize)> {
    let mut items = vec![(0..size_of::<VMContextHeader>() as u64, 16)];
    let mut add = |count: u32, size: usize, align: usize, place: &dyn Fn(u32) -> u32| {
        for i in 0..count {
            let start = u64::from(place(i));
            items.push((start..start + size as u64, align));
        }
    };
    add(
        shape.imported_functions,
        size_of::<VMCallee>(),
        WORD,
        &|i| offsets.imported_function(FuncIndex::from_u32(i)),
    );
    add(shape.memories, WORD, WORD, &|i| {
        offsets.memory(MemoryIndex::from_u32(i))
    });
    add(
        shape.owned_memories,
        size_of::<VMMemoryDefinition>(),
        WORD,
        &|i| offsets.owned_memory(DefinedMemoryIndex::from_u32(i)),
    );
    add(shape.tables, WORD, WORD, &|i| {
        offsets.table(TableIndex::from_u32(i))
    });
    add(
        shape.owned_tables,
        size_of::<VMTableDefinition>(),
        8,
        &|i| offsets.owned_table(DefinedTableIndex::from_u32(i)),
    );
    add(shape.imported_globals, WORD, WORD, &|i| {
        offsets.imported_global(GlobalIndex::from_u32(i))
    });
    add(
        shape.owned_globals,
        size_of::<VMGlobalDefinition>(),
        16,
        &|i| offsets.owned_global(DefinedGlobalIndex::from_u32(i)),
    );
    add(shape.func_refs, size_of::<VMFuncRef>(), 8, &|i| {
        offsets.func_ref(FuncRefIndex::from_u32(i))
    });
    items
}

fn shape(counts: [u32; 8]) -> VMShape {
    let [a, b, c, d, e, f, g, h] = counts;
    VMShape {
        imported_functions: a,
        memories: b,
        owned_memories: c,
        tables: d,
        owned_tables: e,
        imported_globals: f,
        owned_globals: g,
        func_refs: h,
    }
}

proptest! {
    #[test]
    fn items_are_aligned_disjoint_and_within_the_block(counts: [u8; 8]) {
        let shape = shape(counts.map(u32::from));
        let offsets = VMOffsets::new(&shape).expect("a small shape");
        let mut items = items(&shape, &offsets);
        items.sort_by_key(|(bytes, _)| bytes.start);
        prop_assert_eq!(offsets.size() % 16, 0);
        prop_assert!(items.last().unwrap().0.end <= u64::from(offsets.size()));
        for pair in items.windows(2) {
            prop_assert!(pair[0].0.end <= pair[1].0.start);
        }
        for (bytes, align) in items {
            prop_assert_eq!(bytes.start % align as u64, 0);
        }
    }

    #[test]
    fn a_block_passes_no_limit_unseen(counts: [u32; 8], shift in 0_u32..32) {
        let shape = shape(counts.map(|count| count >> shift));
        let sizes = [2 * WORD, WORD, WORD, WORD, 16, WORD, 16, 2 * WORD + 16];
        let counts = [
            shape.imported_functions, shape.memories, shape.owned_memories, shape.tables,
            shape.owned_tables, shape.imported_globals, shape.owned_globals, shape.func_refs,
        ];
        let bytes: u64 = counts.iter().zip(sizes).map(|(&n, size)| u64::from(n) * size as u64).sum();
        match VMOffsets::new(&shape) {
            Some(offsets) => prop_assert!((bytes + 64..bytes + 128).contains(&u64::from(offsets.size()))),
            None => prop_assert!(bytes + 128 > u64::from(u32::MAX)),
        }
    }
}
