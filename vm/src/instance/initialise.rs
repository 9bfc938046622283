//! Initialisation: globals, tables, element and data segments of an instance get their first
//! values, in the order of the specification. A new instance and one that is reset come here alike.

#![expect(unsafe_code, reason = "writes what running code reads")]

use super::{Instance, InstanceId, element_count};
use crate::bulk::{self, Stop};
use crate::index::*;
use crate::init::{MemoryInitialization, SegmentOffset, apply_pages};
use crate::module::{SegmentMode, TableInit};
use crate::store::VMStore;
use crate::trap::TrapCode;

/// Gives globals, tables and memories of a new instance, or one that is reset, their initial values.
///
/// # Safety
///
/// `store` is live and not borrowed, and has the instance.
pub(super) unsafe fn initialise(store: *mut VMStore, id: InstanceId) -> Result<(), Stop> {
    // SAFETY: by contract; instances are not moved or removed by what follows.
    let instance = unsafe { &*(*store).instance_ptr(id).expect("it was just added") };
    let (module, vmctx) = (&*instance.module, instance.vmctx);
    for (index, expr) in module.global_inits.iter() {
        // SAFETY: by contract; a global of this instance, which only this thread knows.
        unsafe {
            let value = instance.eval(expr);
            let [low, high] = &(*instance.owned_global_ptr(index)).words;
            low.set(value.0[0]);
            high.set(value.0[1]);
        }
    }
    for (index, init) in module.table_inits.iter() {
        // SAFETY: the table is borrowed for this statement only.
        let is_initial = unsafe { (*instance.owned_table(index)).is_initial() };
        if let TableInit::Expr(expr) = init
            && !is_initial
        {
            let index = TableIndex::from_u32(module.num_imported_tables + index.as_u32());
            // SAFETY: by contract the store is not borrowed.
            unsafe {
                let handle = instance.eval(expr).low();
                let len = bulk::table_size(vmctx, index);
                bulk::table_fill(vmctx, index, 0, handle, len)?;
            }
        }
    }
    for (index, segment) in module.elements.iter() {
        if let SegmentMode::Active { target, offset } = &segment.mode
            && !instance.has_initial_table(*target)
        {
            let len = element_count(&segment.items);
            // SAFETY: as above.
            unsafe {
                let dst = instance.eval(offset).low();
                bulk::table_init(vmctx, index, *target, dst, 0, len)?;
            }
        }
        if !matches!(segment.mode, SegmentMode::Passive) {
            instance.drop_element(index);
        }
    }
    for index in instance.owned_tables() {
        // SAFETY: the table is borrowed for this statement only.
        unsafe { (*instance.owned_table(index)).set_initial(true) };
    }
    // SAFETY: by contract.
    unsafe {
        if instance.has_images.get() {
            return finish_data(instance, module.images.out_of_bounds(module));
        }
        initialise_memories(instance)
    }
}

impl Instance {
    /// Whether table `index` is the instance's own, and has what segments give to it.
    fn has_initial_table(&self, index: TableIndex) -> bool {
        let defined = self.module.defined_table(index);
        // SAFETY: the table is borrowed for this statement only.
        defined.is_some_and(|defined| unsafe { (*self.owned_table(defined)).is_initial() })
    }
}

/// What remains of the active data segments when memories have their contents already.
fn finish_data(instance: &Instance, out_of_bounds: bool) -> Result<(), Stop> {
    for (index, segment) in instance.module.data.iter() {
        if matches!(segment.mode, SegmentMode::Active { .. }) {
            instance.drop_data(index);
        }
    }
    match out_of_bounds {
        true => Err(TrapCode::MemoryOutOfBounds.into()),
        false => Ok(()),
    }
}

/// Applies the active data segments.
///
/// # Safety
///
/// The store is not borrowed.
unsafe fn initialise_memories(instance: &Instance) -> Result<(), Stop> {
    let module = &*instance.module;
    match &module.memory_initialization {
        MemoryInitialization::Segmented(segments) => {
            for segment in segments {
                let (index, memory) = (segment.segment, segment.memory_index);
                let len = segment.data.len() as u64;
                // SAFETY: by contract; nothing of the live instance is borrowed.
                unsafe {
                    let dst = match segment.offset {
                        SegmentOffset::Constant(offset) => offset,
                        SegmentOffset::Dynamic => data_offset(instance, index),
                    };
                    bulk::memory_init(instance.vmctx, index, memory, dst, 0, len)?;
                }
                instance.drop_data(index);
            }
        }
        MemoryInitialization::Paged { map, out_of_bounds } => {
            for (index, pages) in map.iter() {
                // SAFETY: the memory is borrowed for this statement only.
                unsafe { apply_pages(&mut *instance.owned_memory(index), pages)? };
            }
            return finish_data(instance, *out_of_bounds);
        }
    }
    Ok(())
}

/// The value of an active segment's offset expression.
///
/// # Safety
///
/// The store is not borrowed.
unsafe fn data_offset(instance: &Instance, index: DataIndex) -> u64 {
    match &instance.module.data[index].mode {
        // SAFETY: by contract.
        SegmentMode::Active { offset, .. } => unsafe { instance.eval(offset).low() },
        _ => unreachable!("memory initialisers are of active segments"),
    }
}
