//! The stand-in for `wasi` in a build without the feature: guests have no WASI.

use std::ffi::OsString;
use std::path::Path;

use clap::Args;
use selvedge::Linker;

use crate::outcome::Outcome;
use crate::settings::{Setting, Settings};

/// Why a guest has no WASI.
pub(crate) const ABSENCE: &str = "this build has no WASI";

/// No settings.
pub(crate) const SETTINGS: &[Setting] = &[];

/// Nothing to set.
#[derive(Default)]
pub(crate) struct WasiSettings {}

/// There is none.
pub(crate) enum Context {}

/// Defines nothing.
///
/// # Errors
///
/// Never.
pub(crate) fn define<T>(
    _linker: &mut Linker<T>,
    _context: impl Fn(&mut T) -> &mut Context + Send + Sync + Copy + 'static,
) -> selvedge::Result<()> {
    Ok(())
}

/// No options.
#[derive(Args)]
pub(crate) struct WasiOptions {}

impl WasiOptions {
    /// No context.
    pub(crate) fn context(
        &self,
        settings: &Settings,
        _file: &Path,
        _args: &[OsString],
    ) -> Outcome<Option<Context>> {
        let WasiSettings {} = settings.wasi;
        Ok(None)
    }
}
