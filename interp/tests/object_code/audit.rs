//! The handlers of an executable, by the operations that they run, and what is said of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::image::Image;
use crate::shape::Shape;

/// Functions start at multiples of this.
const ALIGNMENT_BYTES: u64 = 16;

/// Operations that choose between two next instructions.
pub const CONDITIONAL_BRANCHES: &[&str] = &["AddBr", "BrCmp", "BrFCmp", "BrTest", "LoadBr"];

/// Operations on vectors: `ToV` makes one of another operation.
const VECTOR_OPERATIONS: &[&str] = &[
    "ToV",
    "VMoveWide",
    "VGlobalSet",
    "VReturn",
    "VTest",
    "VTestPair",
    "VExtract",
    "VStore",
    "VStoreLane",
];

/// The handlers of an executable.
pub struct Audit {
    pub handlers: Vec<Handler>,
}

impl Audit {
    pub fn of(image: &Image) -> Self {
        let mut names = image.operations();
        let handlers = image.handlers.iter();
        let handlers = handlers.map(|(&address, &len_bytes)| Handler {
            address,
            len_bytes,
            names: names.remove(&address).unwrap_or_default(),
            shape: Shape::read(image.bytes(address, len_bytes), address, image),
        });
        Self {
            handlers: handlers.collect(),
        }
    }

    pub fn count(&self, has: impl Fn(&Handler) -> bool) -> usize {
        self.handlers.iter().filter(|handler| has(handler)).count()
    }

    /// The handlers in which `fault` finds something, by name, and what it is.
    pub fn list<'a>(&'a self, fault: impl Fn(&'a Handler) -> Option<&'a str>) -> Vec<String> {
        let handlers = self.handlers.iter();
        let faults = handlers.filter_map(|handler| Some((handler, fault(handler)?)));
        let mut lines: Vec<_> = faults
            .map(|(handler, fault)| format!("{}: {fault}", handler.name()))
            .collect();
        lines.sort();
        lines
    }

    pub fn padded_bytes(&self, is_counted: impl Fn(&Handler) -> bool) -> u64 {
        let counted = self.handlers.iter().filter(|handler| is_counted(handler));
        let lengths = counted.map(|handler| handler.len_bytes);
        lengths
            .map(|len| len.next_multiple_of(ALIGNMENT_BYTES))
            .sum()
    }

    /// The figures, and the operations that take the most bytes.
    pub fn summary(&self) -> String {
        let count = self.handlers.len();
        let bytes: u64 = self.handlers.iter().map(|handler| handler.len_bytes).sum();
        let names: usize = (self.handlers.iter())
            .map(|handler| handler.names.len().max(1))
            .sum();
        let branches = |dispatches: fn(usize) -> bool| {
            self.count(|handler| {
                handler.is(CONDITIONAL_BRANCHES) && dispatches(handler.shape.dispatches)
            })
        };
        let mut text = String::new();
        for (what, figure) in [
            ("handlers", count),
            ("operations (some share a handler)", names),
            ("bytes of code", bytes as usize),
            ("bytes with padding", self.padded_bytes(|_| true) as usize),
            ("mean bytes", bytes as usize / count.max(1)),
            ("dispatch by a jump", self.count(|h| h.shape.dispatches > 0)),
            (
                "call through register or memory",
                self.count(|h| h.shape.indirect_calls > 0),
            ),
            ("use the stack", self.count(|h| h.shape.has_frame)),
            ("choose by cmov", self.count(|h| h.shape.has_cmov)),
            ("conditional branches", branches(|_| true)),
            (
                "… that dispatch once",
                branches(|dispatches| dispatches < 2),
            ),
        ] {
            writeln!(text, "{what:<34} {figure:>8}").unwrap();
        }

        let mut families = BTreeMap::<_, (usize, u64)>::new();
        for handler in &self.handlers {
            let family = handler.operations().next().unwrap_or("?");
            let (count, bytes) = families.entry(family).or_default();
            *count += 1;
            *bytes += handler.len_bytes;
        }
        let mut families: Vec<_> = families.into_iter().collect();
        families.sort_by_key(|&(_, (_, bytes))| std::cmp::Reverse(bytes));
        writeln!(text, "{:<25} {:>8} {:>8}", "largest", "handlers", "bytes").unwrap();
        for (family, (count, bytes)) in families.iter().take(12) {
            writeln!(text, "  {family:<23} {count:>8} {bytes:>8}").unwrap();
        }
        text
    }
}

/// A handler: one function, whatever the number of its symbols.
pub struct Handler {
    address: u64,
    len_bytes: u64,
    /// The operations it runs: `To DA Bin I32Add S1 I`.
    pub names: BTreeSet<String>,
    pub shape: Shape,
}

impl Handler {
    fn name(&self) -> String {
        let first = self.names.first().map_or("?", |name| name);
        match self.names.len() {
            0 | 1 => format!("{first} at {:#x}", self.address),
            n => format!("{first} (and {} others) at {:#x}", n - 1, self.address),
        }
    }

    /// The outermost types of its operations: `Bin`.
    pub fn operations(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|name| {
            let mut parts = name.split(' ');
            let first = parts.next().unwrap_or_default();
            if first != "To" {
                return first;
            }
            // A pinned local is a place of two parts.
            let is_pinned = parts.next() == Some("DP");
            parts.nth(usize::from(is_pinned)).unwrap_or_default()
        })
    }

    /// Whether this is an operation on vectors.
    pub fn is_for_vectors(&self) -> bool {
        VECTOR_OPERATIONS
            .iter()
            .any(|operation| self.is(&[operation]))
    }

    /// Whether this is an operation on vectors as machines without SSE4.2 run it, which are few. It may have a
    /// frame and call, but must dispatch by a jump.
    pub fn is_for_old_machines(&self) -> bool {
        let mut names = self.names.iter();
        !self.names.is_empty() && names.all(|name| name.starts_with("ToV Portable"))
    }

    /// Whether one of its operations is one of `names`.
    pub fn is(&self, names: &[&str]) -> bool {
        self.operations()
            .any(|operation| names.contains(&operation))
    }
}

/// The handlers in which something was found, for a message.
pub fn report(what: &str, lines: &[String]) -> String {
    format!("{} handlers {what}:\n{}", lines.len(), lines.join("\n"))
}
