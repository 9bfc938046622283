//! Which operations run, and which after which: the numbers that fusions are chosen by.
//!
//! Compiled in by the feature `profile`, which makes everything many times slower.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Mutex;

use crate::exec::name::Name;
use crate::exec::row::Code;

/// The names of operations by the handler words that translated code uses.
static NAMES: Mutex<Option<HashMap<u64, Name>>> = Mutex::new(None);

thread_local! {
    static COUNTS: RefCell<Counts> = RefCell::default();
}

#[derive(Default)]
struct Counts {
    last: u64,
    pairs: HashMap<(u64, u64), u64>,
}

/// Notes which operation a handler word stands for.
pub(crate) fn name(word: u64, code: &'static Code) {
    let mut names = NAMES.lock().expect("names lock");
    names
        .get_or_insert_default()
        .entry(word)
        .or_insert(code.name);
}

/// Counts the instruction whose handler word is `word`, after the one counted before.
#[inline(never)]
pub(crate) fn count(word: u64) {
    COUNTS.with_borrow_mut(|counts| {
        let pair = (std::mem::replace(&mut counts.last, word), word);
        *counts.pairs.entry(pair).or_default() += 1;
    });
}

/// The operations and pairs of operations that this thread has executed most often since
/// the last report, with their shares.
pub fn report(lines: usize) -> String {
    let pairs = COUNTS.with_borrow_mut(|counts| std::mem::take(&mut counts.pairs));
    let names = NAMES.lock().expect("names lock");
    let name = |word: &u64| {
        let name = names.as_ref().and_then(|names| names.get(word));
        name.map_or_else(|| "entry".to_owned(), Name::to_string)
    };
    let mut single = HashMap::<String, u64>::new();
    let mut double = HashMap::<String, u64>::new();
    let mut total = 0;
    for ((first, second), count) in &pairs {
        total += count;
        *single.entry(name(second)).or_default() += count;
        let both = format!("{} ; {}", name(first), name(second));
        *double.entry(both).or_default() += count;
    }
    let mut text = format!("{total} operations\n");
    for counts in [single, double] {
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        for (name, count) in counts.into_iter().take(lines) {
            let share = count as f64 * 100.0 / total as f64;
            let _ = writeln!(text, "{share:6.2} %  {name}");
        }
        text.push('\n');
    }
    text
}
