//! Random calls of preview 1, made by a guest, on an in-memory tree.
//!
//! Input: a byte that says which strategy, and what is called; then calls.
//!
//! - Calls that make sense ([`op`]) do what they do in a [`model`]: results, errors, contents, offsets, names; and in
//!   the end the tree is that of the model.
//! - Calls of any function, with any arguments, come to an end with a known code, or end the guest; of
//!   what is beyond the guest's memory nothing changes.

mod guest;
mod model;
mod op;
mod tree;
mod wrappers;

use arbitrary::Unstructured;
use selvedge::{Config, Engine, Strategy};

use crate::modules::header;
use guest::Guest;
use model::Model;
use op::Op;

/// See the [module](self).
pub fn run(bytes: &[u8]) -> Option<()> {
    let ([how], bytes) = header::<1>(bytes)?;
    let mut config = Config::new();
    config.strategy(match how >> 1 & 3 {
        0 | 1 => Strategy::Interpreter,
        2 => Strategy::Auto,
        _ => Strategy::Baseline,
    });
    let engine = Engine::new(&config).ok()?;
    let mut guest = Guest::new(&engine);
    let mut input = Unstructured::new(bytes);
    match how & 1 {
        0 => compare(&mut guest, &mut input),
        _ => while !input.is_empty() && guest.call_anything(&mut input).is_ok() {},
    }
    Some(())
}

fn compare(guest: &mut Guest, input: &mut Unstructured<'_>) {
    let mut model = Model::new();
    let mut done = Vec::new();
    while !input.is_empty() {
        let Ok(op) = Op::new(input) else {
            break;
        };
        done.push(op);
        let op = &done[done.len() - 1];
        let (expected, actual) = (model.act(op), guest.act(op));
        assert_eq!(actual, expected, "the last of {done:#?}");
    }
    for (path, contents) in model.files() {
        let actual = guest.dir().read_file(&path).ok();
        assert!(actual.as_ref() == Some(contents), "{path} after {done:#?}");
    }
}
