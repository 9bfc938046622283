//! Random embedders: programs of uses of the API, with handles of the right store, of another one, and of what is gone.
//!
//! Input: [settings](crate::settings), a byte of flags, then the program. A program is bytes that are taken one after
//! another ([`world`]): by the embedder, and by host functions in the middle of a guest's call, which do
//! with the store what embedders do, and fail, and panic. What must hold: nothing but the panics that
//! the documentation tells of, and those only where a handle is of another store or of an instance that was removed;
//! what was written is read; sizes are what growth has said.

mod act;
mod call;
mod guests;
mod handles;
mod host;
mod instances;
mod items;
mod world;

use crate::modules::header;
use crate::settings::{Meaning, SETTINGS_BYTES, Settings};

/// See the [module](self).
pub fn run(bytes: &[u8]) -> Option<()> {
    let (settings, bytes) = header::<SETTINGS_BYTES>(bytes)?;
    let ([flags], bytes) = header::<1>(bytes)?;
    let settings = Settings::of_bytes(settings);
    let meaning = Meaning {
        // Guests need not end by themselves.
        fuel: true,
        epochs: flags & 1 != 0,
        ..Meaning::default()
    };
    let engine = settings.engine(meaning)?;
    world::run(&engine, meaning.epochs, bytes)
}
