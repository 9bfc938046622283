//! `Table`: the elements of a table that an instance owns.
//!
//! An element is one word, as [`VMTableDefinition`] says. The elements past the
//! length and below the capacity are always zero (null), so growing by nulls
//! within the capacity costs nothing. The buffer moves only in [`Table::grow`];
//! whoever calls it refreshes the table's definition.

#![expect(
    unsafe_code,
    reason = "running code reads the elements through a raw pointer"
)]

use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::cell::Cell;
use std::ptr::NonNull;

use crate::pool::TableLease;
use crate::types::TableType;
use crate::vmcontext::VMTableDefinition;

/// The most elements that any table can have, whatever its type says.
pub const MAX_TABLE_ELEMENTS: u64 = 10_000_000;

/// How many elements more than twice its minimum a table may keep room for when it is reset.
const MAX_SPARE_ELEMENTS: usize = 1 << 16;

/// Why a table could not be made or grown.
#[derive(Copy, Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// More elements than the table's type or the implementation allows.
    #[error("table of {elements} elements exceeds its limit of {maximum}")]
    TooLarge {
        /// The size asked for.
        elements: u64,
        /// The largest size.
        maximum: u64,
    },
    /// The system has no memory for the elements.
    #[error("out of memory for a table of {elements} elements")]
    OutOfMemory {
        /// The size asked for.
        elements: u64,
    },
}

/// A table.
#[derive(Debug)]
pub struct Table {
    ty: TableType,
    base: NonNull<u64>,
    len: usize,
    capacity: usize,
    /// Where the elements are, if not in a buffer of the table's own.
    lease: Option<TableLease>,
    /// Whether an element may be a function of another instance than the owner.
    foreign: Cell<bool>,
    /// Whether the elements are those of a new instance, as segments and initial values have made them.
    initial: Cell<bool>,
}

impl Table {
    /// A table of the type `ty` with its minimum size, all null.
    ///
    /// # Errors
    ///
    /// If the minimum passes the limits, or the system has no memory.
    pub fn new(ty: TableType) -> Result<Self, TableError> {
        Self::with_elements(ty, NonNull::dangling(), None)
    }

    /// The same with elements in storage of a pool, which is empty or has kept elements of a table of this type. The
    /// table never moves, and is never larger than that.
    ///
    /// # Errors
    ///
    /// If the minimum passes the limits.
    pub(crate) fn new_leased(ty: TableType, lease: TableLease) -> Result<Self, TableError> {
        Self::with_elements(ty, lease.base(), Some(lease))
    }

    fn with_elements(
        ty: TableType,
        base: NonNull<u64>,
        lease: Option<TableLease>,
    ) -> Result<Self, TableError> {
        let mut table = Self {
            ty,
            base,
            len: 0,
            capacity: 0,
            lease,
            foreign: Cell::new(false),
            initial: Cell::new(false),
        };
        if table.lease.as_ref().is_some_and(TableLease::is_kept) {
            table.len = ty.minimum as usize;
            table.initial.set(true);
            return Ok(table);
        }
        table.grow(ty.minimum)?;
        Ok(table)
    }

    /// The type the table was made with.
    pub fn ty(&self) -> &TableType {
        &self.ty
    }

    /// The number of elements.
    pub fn len(&self) -> u64 {
        self.len as u64
    }

    /// Whether there are no elements.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The most elements this table can ever have.
    pub fn maximum(&self) -> u64 {
        let room = match &self.lease {
            Some(lease) => lease.capacity() as u64,
            None => MAX_TABLE_ELEMENTS,
        };
        let room = room.min(MAX_TABLE_ELEMENTS);
        self.ty.maximum.map_or(room, |max| max.min(room))
    }

    /// The table as running code sees it, until it grows.
    pub fn definition(&self) -> VMTableDefinition {
        VMTableDefinition {
            base: self.base.as_ptr(),
            len: self.len as u64,
        }
    }

    /// Adds `delta` null elements and returns the previous size. The elements
    /// may have moved: the definition must be written again.
    ///
    /// # Errors
    ///
    /// If the new size passes the limits, or the system has no memory; nothing has changed then.
    pub fn grow(&mut self, delta: u64) -> Result<u64, TableError> {
        let old = self.len as u64;
        let (elements, maximum) = (old.saturating_add(delta), self.maximum());
        if elements > maximum {
            return Err(TableError::TooLarge { elements, maximum });
        }
        let new_len = elements as usize; // at most `MAX_TABLE_ELEMENTS`
        if let Some(lease) = &mut self.lease {
            let grown = lease.grow(new_len);
            grown.map_err(|_| TableError::OutOfMemory { elements })?;
        } else if new_len > self.capacity {
            // Room for half as much again makes growing by one linear; if that cannot be had, the least.
            let roomy = match self.len {
                0 => new_len,
                len => (len + len / 2).max(new_len).min(maximum as usize),
            };
            if !(self.reallocate(roomy) || self.reallocate(new_len)) {
                return Err(TableError::OutOfMemory { elements });
            }
        }
        self.len = new_len;
        self.set_initial(false);
        Ok(old)
    }

    /// Makes the table what it was when it was made: of its minimum size, all null; one that still is
    /// initial stays as it is. The elements may have moved: the definition must be written again.
    ///
    /// # Errors
    ///
    /// If a system call on a pool's storage fails; the table is empty then.
    pub fn reset(&mut self) -> Result<(), TableError> {
        if self.initial.get() {
            return Ok(());
        }
        let elements = self.ty.minimum;
        let minimum = elements as usize; // it was made with so many
        self.foreign.set(false);
        if let Some(lease) = &mut self.lease {
            self.len = 0;
            let reset = lease.reset(minimum);
            reset.map_err(|_| TableError::OutOfMemory { elements })?;
        } else {
            // SAFETY: `base` points to at least `len` words, of which nobody has a slice.
            unsafe { self.base.as_ptr().write_bytes(0, self.len) };
            if self.capacity > 2 * minimum + MAX_SPARE_ELEMENTS {
                self.len = 0;
                self.reallocate(minimum.max(1));
            }
        }
        self.len = minimum;
        Ok(())
    }

    /// The elements as words.
    ///
    /// # Safety
    ///
    /// Nothing writes elements while the slice lives.
    pub unsafe fn words(&self) -> &[u64] {
        // SAFETY: `base` points to at least `len` initialised words.
        unsafe { std::slice::from_raw_parts(self.base.as_ptr(), self.len) }
    }

    /// Notes that an element may now be a function of another instance than the table's owner.
    pub(crate) fn set_foreign(&self) {
        self.foreign.set(true);
    }

    /// Whether an element may be a function of another instance than the owner.
    pub(crate) fn is_foreign(&self) -> bool {
        self.foreign.get()
    }

    /// Notes whether the elements are those of a new instance: set when they have been initialised, cleared by whatever writes
    /// an element.
    pub(crate) fn set_initial(&self, initial: bool) {
        self.initial.set(initial);
    }

    /// Whether the elements are those of a new instance.
    pub(crate) fn is_initial(&self) -> bool {
        self.initial.get()
    }

    /// Moves the elements to a buffer of `capacity` words, at least `len` and not 0, zero after the last element.
    fn reallocate(&mut self, capacity: usize) -> bool {
        let Ok(layout) = Layout::array::<u64>(capacity) else {
            return false;
        };
        // SAFETY: the layout has a size, for `capacity` is not 0.
        let Some(base) = NonNull::new(unsafe { alloc_zeroed(layout) }.cast::<u64>()) else {
            return false;
        };
        // SAFETY: both buffers hold at least `len` words and are apart.
        unsafe { std::ptr::copy_nonoverlapping(self.base.as_ptr(), base.as_ptr(), self.len) };
        base.as_ptr().expose_provenance();
        self.free();
        self.base = base;
        self.capacity = capacity;
        true
    }

    fn free(&mut self) {
        if self.capacity != 0 {
            let layout = Layout::array::<u64>(self.capacity).expect("was allocated with it");
            // SAFETY: `base` was allocated by `reallocate` with this layout and is not used again.
            unsafe { dealloc(self.base.as_ptr().cast(), layout) };
        }
    }
}

impl Drop for Table {
    fn drop(&mut self) {
        if let Some(lease) = self.lease.as_mut().filter(|_| self.initial.get()) {
            lease.keep();
        }
        self.free();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::RefType;

    fn ty(minimum: u64, maximum: Option<u64>) -> TableType {
        TableType {
            element: RefType::ExternRef,
            minimum,
            maximum,
            table64: false,
        }
    }

    #[test]
    fn growing_keeps_elements_and_adds_nulls() {
        let mut table = Table::new(ty(2, None)).unwrap();
        // SAFETY: two elements; no slice lives.
        unsafe {
            table.definition().base.write(7);
            table.definition().base.add(1).write(8);
        }
        for n in 2..100 {
            assert_eq!(table.grow(1), Ok(n));
        }
        let mut expected = vec![0; 100];
        expected[..2].copy_from_slice(&[7, 8]);
        // SAFETY: nothing writes meanwhile.
        assert_eq!(unsafe { table.words() }, expected);
        assert_eq!(table.definition().len, 100);
    }

    #[test]
    fn limits_are_those_of_the_type_and_the_implementation() {
        let mut table = Table::new(ty(1, Some(3))).unwrap();
        let refused = Err(TableError::TooLarge {
            elements: 4,
            maximum: 3,
        });
        assert_eq!(table.grow(3), refused);
        assert_eq!(table.grow(2), Ok(1));
        assert_eq!(table.grow(0), Ok(3));
        assert!(table.grow(u64::MAX).is_err());
        let huge = Table::new(ty(MAX_TABLE_ELEMENTS + 1, None)).unwrap_err();
        assert!(
            huge.to_string()
                .contains("10000001 elements exceeds its limit of 10000000")
        );
    }

    #[test]
    fn an_empty_table_needs_no_buffer() {
        let mut table = Table::new(ty(0, None)).unwrap();
        assert!(table.is_empty() && table.capacity == 0);
        assert_eq!(table.grow(0), Ok(0));
        assert_eq!(table.grow(5), Ok(0));
        assert_eq!(table.len(), 5);
    }
}
