//! Index spaces of a module, one type each, so that a table index can never be
//! used where a memory index is meant, and `PrimaryMap`, a vector keyed by one.
//!
//! `FuncIndex` counts imports first (the specification's index space);
//! `DefinedFuncIndex` counts the module's own functions from zero, and so for
//! tables, memories and globals.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

/// A dense index into one of a module's index spaces.
pub trait EntityIndex: Copy + Eq + fmt::Debug {
    /// The index with this number.
    fn new(index: usize) -> Self;
    /// The number of this index.
    fn index(self) -> usize;
}

macro_rules! indices {
    ($($(#[$doc:meta])* $name:ident;)*) => { $(
        $(#[$doc])*
        #[derive(Copy, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[repr(transparent)]
        pub struct $name(u32);

        impl $name {
            /// The index with the number `index`.
            pub const fn from_u32(index: u32) -> Self {
                Self(index)
            }
            /// The number of this index.
            pub const fn as_u32(self) -> u32 {
                self.0
            }
        }

        impl EntityIndex for $name {
            fn new(index: usize) -> Self {
                Self(u32::try_from(index).expect("index spaces are limited to u32"))
            }
            fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
    )* };
}

indices! {
    /// A type in a module's type section (functions, later structs and arrays).
    TypeIndex;
    /// A function, imported or defined.
    FuncIndex;
    /// A function defined by the module, counted without imports.
    DefinedFuncIndex;
    /// A table, imported or defined.
    TableIndex;
    /// A table defined by the module, counted without imports.
    DefinedTableIndex;
    /// A linear memory, imported or defined.
    MemoryIndex;
    /// A linear memory defined by the module, counted without imports.
    DefinedMemoryIndex;
    /// A global, imported or defined.
    GlobalIndex;
    /// A global defined by the module, counted without imports.
    DefinedGlobalIndex;
    /// A tag (exceptions).
    TagIndex;
    /// An element segment.
    ElemIndex;
    /// A data segment.
    DataIndex;
    /// A function whose reference can escape; counts the `VMFuncRef`s of an instance.
    FuncRefIndex;
}

/// A vector whose keys are the index type `K`.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(
        transparent,
        bound(
            serialize = "V: serde::Serialize",
            deserialize = "V: serde::Deserialize<'de>"
        )
    )
)]
pub struct PrimaryMap<K, V> {
    values: Vec<V>,
    #[cfg_attr(feature = "serde", serde(skip))]
    key: PhantomData<fn(K) -> K>,
}

impl<K: EntityIndex, V> PrimaryMap<K, V> {
    /// An empty map.
    pub const fn new() -> Self {
        Self {
            values: Vec::new(),
            key: PhantomData,
        }
    }

    /// An empty map with room for `capacity` values.
    pub fn with_capacity(capacity: usize) -> Self {
        Self {
            values: Vec::with_capacity(capacity),
            key: PhantomData,
        }
    }

    /// Appends a value and returns its key.
    pub fn push(&mut self, value: V) -> K {
        let key = K::new(self.values.len());
        self.values.push(value);
        key
    }

    /// The number of values.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there are no values.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The value at `key`, if there is one.
    pub fn get(&self, key: K) -> Option<&V> {
        self.values.get(key.index())
    }

    /// The value at `key`, if there is one.
    pub fn get_mut(&mut self, key: K) -> Option<&mut V> {
        self.values.get_mut(key.index())
    }

    /// Keys and values in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (K, &V)> + DoubleEndedIterator {
        self.values.iter().enumerate().map(|(i, v)| (K::new(i), v))
    }

    /// The keys in order.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = K> + use<K, V> {
        (0..self.values.len()).map(K::new)
    }

    /// The values in order.
    pub fn values(&self) -> std::slice::Iter<'_, V> {
        self.values.iter()
    }

    /// The values as a slice.
    pub fn as_slice(&self) -> &[V] {
        &self.values
    }
}

impl<K: EntityIndex, V> Default for PrimaryMap<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: EntityIndex, V> FromIterator<V> for PrimaryMap<K, V> {
    fn from_iter<I: IntoIterator<Item = V>>(iter: I) -> Self {
        Self {
            values: iter.into_iter().collect(),
            key: PhantomData,
        }
    }
}

impl<K: EntityIndex, V> Index<K> for PrimaryMap<K, V> {
    type Output = V;
    fn index(&self, key: K) -> &V {
        &self.values[key.index()]
    }
}

impl<K: EntityIndex, V> IndexMut<K> for PrimaryMap<K, V> {
    fn index_mut(&mut self, key: K) -> &mut V {
        &mut self.values[key.index()]
    }
}

impl<K: EntityIndex, V: fmt::Debug> fmt::Debug for PrimaryMap<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}
