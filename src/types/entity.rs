//! Types of memories, tables and globals.

use selvedge_vm::types as vm;

use super::{Mutability, RefType, ValType};
use crate::error::{Error, Result};

/// The type of a linear memory. Sizes are in pages.
///
/// ```
/// use selvedge::MemoryType;
///
/// let ty = MemoryType::new(1, Some(16));
/// assert_eq!((ty.minimum(), ty.maximum(), ty.page_size()), (1, Some(16), 65_536));
/// ```
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub struct MemoryType {
    inner: vm::MemoryType,
}

impl MemoryType {
    /// A memory with 32-bit addresses and pages of 64 KiB.
    ///
    /// # Panics
    ///
    /// If the sizes are no valid memory type; see [`MemoryTypeBuilder::build`].
    pub fn new(minimum: u32, maximum: Option<u32>) -> Self {
        let mut builder = Self::builder();
        builder.min(u64::from(minimum)).max(maximum.map(u64::from));
        builder.build().expect("a valid memory type")
    }

    /// A memory with 64-bit addresses and pages of 64 KiB.
    ///
    /// # Panics
    ///
    /// If the sizes are no valid memory type; see [`MemoryTypeBuilder::build`].
    pub fn new64(minimum: u64, maximum: Option<u64>) -> Self {
        let mut builder = Self::builder();
        builder.memory64(true).min(minimum).max(maximum);
        builder.build().expect("a valid memory type")
    }

    /// Starts a memory type, for what [`MemoryType::new`] has no arguments for.
    pub fn builder() -> MemoryTypeBuilder {
        MemoryTypeBuilder::default()
    }

    /// Whether addresses are 64-bit.
    pub fn is_64(&self) -> bool {
        self.inner.memory64
    }

    /// Whether the memory is shared between threads.
    pub fn is_shared(&self) -> bool {
        self.inner.shared
    }

    /// The initial size in pages.
    pub fn minimum(&self) -> u64 {
        self.inner.minimum
    }

    /// The largest size in pages, if there is a limit.
    pub fn maximum(&self) -> Option<u64> {
        self.inner.maximum
    }

    /// The size of a page in bytes.
    pub fn page_size(&self) -> u64 {
        self.inner.page_size()
    }

    /// The binary logarithm of the size of a page.
    pub fn page_size_log2(&self) -> u8 {
        self.inner.page_size_log2
    }

    pub(crate) fn from_vm(inner: vm::MemoryType) -> Self {
        Self { inner }
    }

    pub(crate) fn as_vm(&self) -> &vm::MemoryType {
        &self.inner
    }
}

/// Builds a [`MemoryType`].
///
/// ```
/// use selvedge::MemoryType;
///
/// let ty = MemoryType::builder().min(10).max(Some(1000)).page_size_log2(0).build()?;
/// assert_eq!(ty.page_size(), 1, "a memory that is measured in bytes");
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct MemoryTypeBuilder {
    ty: vm::MemoryType,
}

impl Default for MemoryTypeBuilder {
    fn default() -> Self {
        Self {
            ty: vm::MemoryType {
                minimum: 0,
                maximum: None,
                memory64: false,
                shared: false,
                page_size_log2: 16,
            },
        }
    }
}

impl MemoryTypeBuilder {
    /// A builder of a 32-bit memory of no pages and no maximum.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the initial size in pages.
    pub fn min(&mut self, minimum: u64) -> &mut Self {
        self.ty.minimum = minimum;
        self
    }

    /// Sets the largest size in pages.
    pub fn max(&mut self, maximum: Option<u64>) -> &mut Self {
        self.ty.maximum = maximum;
        self
    }

    /// Sets whether addresses are 64-bit.
    pub fn memory64(&mut self, memory64: bool) -> &mut Self {
        self.ty.memory64 = memory64;
        self
    }

    /// Sets the binary logarithm of the page size: 16 (the default) or 0.
    pub fn page_size_log2(&mut self, page_size_log2: u8) -> &mut Self {
        self.ty.page_size_log2 = page_size_log2;
        self
    }

    /// The memory type.
    ///
    /// # Errors
    ///
    /// If the page size is neither 1 nor 65 536 bytes, the minimum is above the
    /// maximum, or either passes what the address type can reach.
    pub fn build(&self) -> Result<MemoryType> {
        let ty = self.ty;
        if ty.page_size_log2 != 0 && ty.page_size_log2 != 16 {
            return Err(Error::message(format!(
                "a page size of 2^{} bytes is not supported (only 2^0 and 2^16)",
                ty.page_size_log2
            )));
        }
        let largest = match (ty.memory64, ty.page_size_log2) {
            (false, log2) => (1u64 << 32) >> log2,
            (true, 16) => 1 << 48,
            (true, _) => u64::MAX,
        };
        if let Some(maximum) = ty.maximum {
            if maximum > largest {
                return Err(Error::message(format!(
                    "maximum memory size of {maximum} pages exceeds {largest}"
                )));
            }
            if ty.minimum > maximum {
                return Err(Error::message(format!(
                    "minimum memory size of {} pages exceeds the maximum of {maximum}",
                    ty.minimum
                )));
            }
        }
        if ty.minimum > largest {
            return Err(Error::message(format!(
                "minimum memory size of {} pages exceeds {largest}",
                ty.minimum
            )));
        }
        Ok(MemoryType { inner: ty })
    }
}

/// The type of a table. Sizes are in elements.
///
/// ```
/// use selvedge::{Engine, Ref, RefType, Store, Table, TableType};
///
/// let ty = TableType::new(RefType::FUNCREF, 2, Some(8));
/// let mut store = Store::new(&Engine::default(), ());
/// let table = Table::new(&mut store, ty, Ref::Func(None))?;
/// assert_eq!(table.size(&store), 2);
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub struct TableType {
    inner: vm::TableType,
}

impl TableType {
    /// A table with 32-bit indices.
    pub fn new(element: RefType, minimum: u32, maximum: Option<u32>) -> Self {
        Self {
            inner: vm::TableType {
                element: element.to_vm(),
                minimum: u64::from(minimum),
                maximum: maximum.map(u64::from),
                table64: false,
            },
        }
    }

    /// A table with 64-bit indices.
    pub fn new64(element: RefType, minimum: u64, maximum: Option<u64>) -> Self {
        Self {
            inner: vm::TableType {
                element: element.to_vm(),
                minimum,
                maximum,
                table64: true,
            },
        }
    }

    /// Whether indices are 64-bit.
    pub fn is_64(&self) -> bool {
        self.inner.table64
    }

    /// The type of the elements.
    pub fn element(&self) -> RefType {
        RefType::from_vm(self.inner.element)
    }

    /// The initial size.
    pub fn minimum(&self) -> u64 {
        self.inner.minimum
    }

    /// The largest size, if there is a limit.
    pub fn maximum(&self) -> Option<u64> {
        self.inner.maximum
    }

    pub(crate) fn from_vm(inner: vm::TableType) -> Self {
        Self { inner }
    }

    pub(crate) fn as_vm(&self) -> &vm::TableType {
        &self.inner
    }
}

/// The type of a global.
///
/// ```
/// use selvedge::{Engine, Global, GlobalType, Mutability, Store, ValType};
///
/// let ty = GlobalType::new(ValType::F64, Mutability::Const);
/// let mut store = Store::new(&Engine::default(), ());
/// let pi = Global::new(&mut store, ty, 3.14_f64.into())?;
/// assert!(pi.set(&mut store, 3.0_f64.into()).is_err(), "it is immutable");
/// # Ok::<(), selvedge::Error>(())
/// ```
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub struct GlobalType {
    content: ValType,
    mutability: Mutability,
}

impl GlobalType {
    /// A global with values of type `content`.
    pub fn new(content: ValType, mutability: Mutability) -> Self {
        Self {
            content,
            mutability,
        }
    }

    /// The type of the value.
    pub fn content(&self) -> &ValType {
        &self.content
    }

    /// Whether the value can be set.
    pub fn mutability(&self) -> Mutability {
        self.mutability
    }

    pub(crate) fn from_vm(ty: vm::GlobalType) -> Self {
        Self {
            content: ValType::from_vm(ty.content),
            mutability: if ty.mutable {
                Mutability::Var
            } else {
                Mutability::Const
            },
        }
    }

    pub(crate) fn to_vm(self) -> vm::GlobalType {
        vm::GlobalType {
            content: self.content.to_vm(),
            mutable: self.mutability.is_var(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_types_are_checked() {
        let error = |builder: &MemoryTypeBuilder| builder.build().unwrap_err().to_string();
        let mut builder = MemoryType::builder();
        assert!(error(builder.page_size_log2(12)).contains("2^12"));
        builder.page_size_log2(16);
        assert!(error(builder.min(65_537)).contains("exceeds 65536"));
        assert!(error(builder.min(2).max(Some(1))).contains("exceeds the maximum of 1"));
        assert!(error(builder.max(Some(1 << 40))).contains("exceeds 65536"));
        let ty = builder.memory64(true).build().unwrap();
        assert_eq!((ty.minimum(), ty.maximum()), (2, Some(1 << 40)));
    }
}
