//! No disassembler: the feature `disassembler` is off. Bytes are shown instead.

use std::fmt::Write as _;

use selvedge::CompiledFunction;

/// The bytes of `function`.
pub(crate) fn listing(function: &CompiledFunction, _: &[CompiledFunction]) -> String {
    let mut text = format!("func {}", function.func_index());
    if let Some(name) = function.func_name() {
        let _ = write!(text, " {}", name.escape_debug());
    }
    let _ = writeln!(text, ": {} bytes", function.bytes().len());
    for (number, bytes) in function.bytes().chunks(16).enumerate() {
        let _ = write!(text, "{:6x} ", 16 * number);
        for byte in bytes {
            let _ = write!(text, " {byte:02x}");
        }
        text.push('\n');
    }
    text
}
