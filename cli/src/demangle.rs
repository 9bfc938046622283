//! Names of functions as their programmers wrote them.

use std::borrow::Cow;

/// Longer names are left as they are: what a name stands for can be exponentially longer.
const MAX_MANGLED_BYTES: usize = 4096;

/// `name` without the encoding of Rust's and C++'s compilers, and printable.
pub(crate) fn demangle(name: &str) -> Cow<'_, str> {
    if name.len() > MAX_MANGLED_BYTES {
        return printable(name);
    }
    if let Ok(rust) = rustc_demangle::try_demangle(name) {
        // Without the hash at the end.
        return Cow::Owned(printable(&format!("{rust:#}")).into_owned());
    }
    // Other names than `_Z…` would be read as C++ types.
    if name.starts_with("_Z")
        && let Ok(symbol) = cpp_demangle::Symbol::new(name)
        && let Ok(cpp) = symbol.demangle()
    {
        return Cow::Owned(printable(&cpp).into_owned());
    }
    printable(name)
}

/// `text` with its control characters, but tabs, escaped: a guest has no say in what the
/// terminal does.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    let is_control = |c: char| c.is_control() && c != '\t';
    if !text.contains(is_control) {
        return Cow::Borrowed(text);
    }
    let escape = |c: char| match is_control(c) {
        true => c.escape_default().to_string(),
        false => c.to_string(),
    };
    Cow::Owned(text.chars().map(escape).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_as_they_were_written() {
        let names = [
            ("main", "main"),
            ("_ZN3foo3barEv", "foo::bar()"),
            (
                "_ZN4core9panicking5panic17h0123456789abcdefE",
                "core::panicking::panic",
            ),
            ("_RNvCs1234_7mycrate3foo", "mycrate::foo"),
            ("_Z", "_Z"),
            ("i", "i"),
            ("a\x1b[31m\nb", "a\\u{1b}[31m\\nb"),
        ];
        for (name, expected) in names {
            assert_eq!(demangle(name), expected);
        }
    }

    #[test]
    fn names_that_are_too_long_stay() {
        let name = format!("_ZN{}", "1a".repeat(MAX_MANGLED_BYTES));
        assert_eq!(demangle(&name), name);
    }
}
