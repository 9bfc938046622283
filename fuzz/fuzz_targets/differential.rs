//! Modules made from the fuzzer's bytes do the same on Selvedge, with every
//! dispatch and compilation mode, as on wasmi.

#![no_main]

use std::sync::LazyLock;

use arbitrary::Unstructured;
use libfuzzer_sys::{Corpus, fuzz_target};

#[path = "../../tests/oracle/mod.rs"]
mod oracle;

use oracle::contest::{Contest, Outcome};

static CONTEST: LazyLock<Contest> = LazyLock::new(Contest::new);

fuzz_target!(|bytes: &[u8]| -> Corpus {
    let mut source = Unstructured::new(bytes);
    let Ok(from_smith) = source.arbitrary() else {
        return Corpus::Reject;
    };
    let wasm = if from_smith {
        match oracle::smith::generate(&mut source) {
            Ok(wasm) => wasm,
            Err(_) => return Corpus::Reject,
        }
    } else {
        let text = oracle::programs::generate(&mut source);
        wat::parse_str(&text).expect("programs are valid")
    };
    if let Outcome::Different { what, .. } = CONTEST.run(&wasm) {
        let text = wasmprinter::print_bytes(&wasm).expect("the module is valid");
        panic!("{what}\n{text}");
    }
    Corpus::Keep
});
