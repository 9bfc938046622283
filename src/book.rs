//! The code of the book in `docs/`, as documentation tests.

/// Each page that has Rust code.
macro_rules! pages {
    ($($name:ident $file:literal;)*) => { $(
        #[doc = include_str!(concat!("../docs/", $file))]
        struct $name;
    )* };
}

pages! {
    GettingStarted "getting-started.md";
    Embedding "embedding.md";
    Tiers "tiers.md";
    Limits "limits.md";
    Suspending "suspending.md";
    Counting "counting.md";
    Speed "speed.md";
    Security "security.md";
    PortingFromWasmtime "porting-from-wasmtime.md";
    PortingFromWasmi "porting-from-wasmi.md";
}
