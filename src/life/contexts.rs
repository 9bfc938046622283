//! `Contexts`: values of the embedder that go with an instance, one of each type.

use std::any::{Any, TypeId, type_name};
use std::cell::{BorrowError, BorrowMutError, Ref, RefCell, RefMut};
use std::fmt;

/// Values of the embedder that go with an instance, one of each type: the data of the store that an
/// [`InstanceHandle`](super::InstanceHandle) has.
///
/// Host functions of a `Linker<Contexts>` reach them through their [`Caller`](crate::Caller). They are borrowed at run time, each
/// for itself, so that a host function can use several at once.
///
/// ```
/// use selvedge::region::Contexts;
///
/// let mut contexts = Contexts::new();
/// assert_eq!(contexts.insert_embed_ctx(String::from("hello")), None);
/// contexts.insert_embed_ctx(3_u32);
/// contexts.get_embed_ctx_mut::<String>().unwrap()?.push('!');
/// assert_eq!(*contexts.get_embed_ctx::<String>().unwrap()?, "hello!");
/// assert_eq!(contexts.remove_embed_ctx::<u32>(), Some(3));
/// assert!(!contexts.contains_embed_ctx::<u32>());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Default)]
pub struct Contexts {
    /// A few at most, so that a search is as fast as any other way.
    entries: Vec<Entry>,
}

struct Entry {
    id: TypeId,
    type_name: &'static str,
    value: RefCell<Box<dyn Any + Send>>,
}

impl Contexts {
    /// No values.
    pub fn new() -> Self {
        Self::default()
    }

    fn position<T: Any>(&self) -> Option<usize> {
        let id = TypeId::of::<T>();
        self.entries.iter().position(|entry| entry.id == id)
    }

    fn cell<T: Any>(&self) -> Option<&RefCell<Box<dyn Any + Send>>> {
        Some(&self.entries[self.position::<T>()?].value)
    }

    /// Whether there is a value of type `T`.
    pub fn contains_embed_ctx<T: Any>(&self) -> bool {
        self.position::<T>().is_some()
    }

    /// The value of type `T`, if there is one.
    ///
    /// # Errors
    ///
    /// If it is borrowed to be changed.
    pub fn get_embed_ctx<T: Any>(&self) -> Option<Result<Ref<'_, T>, BorrowError>> {
        let borrowed = self.cell::<T>()?.try_borrow();
        Some(borrowed.map(|value| Ref::map(value, |value| value.downcast_ref().expect(SAME))))
    }

    /// The value of type `T`, if there is one, to change.
    ///
    /// # Errors
    ///
    /// If it is borrowed.
    pub fn get_embed_ctx_mut<T: Any>(&self) -> Option<Result<RefMut<'_, T>, BorrowMutError>> {
        let borrowed = self.cell::<T>()?.try_borrow_mut();
        Some(borrowed.map(|value| RefMut::map(value, |value| value.downcast_mut().expect(SAME))))
    }

    /// The value of type `T`, if there is one, for who has all of them: nothing is borrowed.
    pub fn get_mut<T: Any>(&mut self) -> Option<&mut T> {
        let position = self.position::<T>()?;
        self.entries[position].value.get_mut().downcast_mut()
    }

    /// Adds a value, and returns the one of that type that there was.
    pub fn insert_embed_ctx<T: Any + Send>(&mut self, value: T) -> Option<T> {
        let old = self.remove_embed_ctx();
        self.entries.push(Entry {
            id: TypeId::of::<T>(),
            type_name: type_name::<T>(),
            value: RefCell::new(Box::new(value)),
        });
        old
    }

    /// Takes the value of type `T` out, if there is one.
    pub fn remove_embed_ctx<T: Any>(&mut self) -> Option<T> {
        let entry = self.entries.swap_remove(self.position::<T>()?);
        Some(*entry.value.into_inner().downcast().expect(SAME))
    }
}

const SAME: &str = "a value is found by its type";

impl fmt::Debug for Contexts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let types = self.entries.iter().map(|entry| entry.type_name);
        f.debug_set().entries(types).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_one_of_each_type() {
        let mut contexts = Contexts::new();
        assert!(contexts.get_embed_ctx::<u32>().is_none());
        assert_eq!(contexts.insert_embed_ctx(1_u32), None);
        assert_eq!(contexts.insert_embed_ctx(2_u64), None);
        assert_eq!(contexts.insert_embed_ctx(3_u32), Some(1));
        assert_eq!(*contexts.get_embed_ctx::<u32>().unwrap().unwrap(), 3);
        assert_eq!(*contexts.get_embed_ctx::<u64>().unwrap().unwrap(), 2);
        assert_eq!(contexts.remove_embed_ctx::<u32>(), Some(3));
        assert_eq!(contexts.remove_embed_ctx::<u32>(), None);
        assert_eq!(format!("{contexts:?}"), r#"{"u64"}"#);
    }

    #[test]
    fn borrows_of_one_type_exclude_each_other() {
        let mut contexts = Contexts::new();
        contexts.insert_embed_ctx(1_u32);
        contexts.insert_embed_ctx(String::new());
        let mut number = contexts.get_embed_ctx_mut::<u32>().unwrap().unwrap();
        contexts
            .get_embed_ctx_mut::<String>()
            .unwrap()
            .unwrap()
            .push('x');
        assert!(contexts.get_embed_ctx::<u32>().unwrap().is_err());
        assert!(contexts.get_embed_ctx_mut::<u32>().unwrap().is_err());
        *number += 1;
        drop(number);
        let shared = contexts.get_embed_ctx::<u32>().unwrap().unwrap();
        assert_eq!(*shared, 2);
        assert!(contexts.get_embed_ctx::<u32>().unwrap().is_ok());
        assert!(contexts.get_embed_ctx_mut::<u32>().unwrap().is_err());
    }
}
