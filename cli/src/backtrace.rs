//! Backtraces as text: a line per frame, with demangled names, and the places in the
//! source where the module's DWARF tells them.

use std::fmt::Write as _;

use selvedge::{FrameInfo, WasmBacktrace};

use crate::demangle::{demangle, printable};
use crate::dwarf::{Place, Symbols};

/// The frames of `backtrace`, newest first, without a newline at the end.
pub(crate) fn text(backtrace: &WasmBacktrace, details: bool) -> String {
    let mut text = "wasm backtrace:".to_owned();
    let mut sources = Sources::default();
    for (number, frame) in backtrace.frames().iter().enumerate() {
        let places = if details {
            sources.places(frame)
        } else {
            Vec::new()
        };
        let offset = frame.module_offset().unwrap_or_default();
        let _ = write!(text, "\n  {number:>3}: {offset:>#8x} - ");
        write_frame(&mut text, frame, &places);
    }
    if backtrace.is_truncated() {
        text.push_str("\n       (more frames, see `-D max-backtrace`)");
    }
    text
}

/// The function of a frame; before it, with a line each, those inlined into it.
fn write_frame(text: &mut String, frame: &FrameInfo, places: &[Place]) {
    let module = printable(frame.module_name().unwrap_or("<unknown>"));
    let function = match frame.func_name() {
        Some(name) => demangle(name).into_owned(),
        None => format!("<wasm function {}>", frame.func_index()),
    };
    let outermost = places.len().saturating_sub(1);
    for (depth, place) in places.iter().enumerate() {
        if depth > 0 {
            let _ = write!(text, "\n                - ");
        }
        let inlined = place.function.as_deref().map(demangle);
        match inlined.filter(|_| depth < outermost) {
            Some(name) => {
                let _ = write!(text, "{module}!{name}");
            }
            None => {
                let _ = write!(text, "{module}!{function}");
            }
        }
        if let Some(position) = &place.position {
            let _ = write!(text, "\n                    at {}", printable(position));
        }
    }
    if places.is_empty() {
        let _ = write!(text, "{module}!{function}");
    }
}

/// The DWARF of the modules in a backtrace, read when a frame first asks for it.
#[derive(Default)]
struct Sources<'a> {
    modules: Vec<(&'a [u8], Option<Symbols<'a>>)>,
}

impl<'a> Sources<'a> {
    /// The functions and places of `frame`, innermost first; empty without DWARF.
    fn places(&mut self, frame: &'a FrameInfo) -> Vec<Place> {
        let binary = frame.module_binary();
        let mut modules = self.modules.iter();
        let known = modules.position(|(module, _)| std::ptr::eq(*module, binary));
        let index = known.unwrap_or_else(|| {
            self.modules.push((binary, Symbols::read(binary)));
            self.modules.len() - 1
        });
        match (&self.modules[index].1, frame.module_offset()) {
            (Some(symbols), Some(offset)) => symbols.places(offset),
            _ => Vec::new(),
        }
    }
}
