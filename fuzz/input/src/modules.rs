//! A valid module from bytes: the first byte says how the others become one.
//!
//! | remainder of 4 | the others are | ends by itself |
//! |---|---|---|
//! | 0 | decisions of `tests/oracle/programs`, which writes what translation has to do with | yes |
//! | 1 | decisions of wasm-smith | yes |
//! | 2 | a module in the binary format, as in the seeds | no |
//! | 3 | as 2 | no |

use std::sync::LazyLock;

use arbitrary::Unstructured;
use selvedge::{Engine, Module};

use crate::oracle::{programs, selvedge::config, smith};

/// A module, which is valid.
#[derive(Clone, Debug)]
pub struct Source {
    /// The binary format.
    pub wasm: Vec<u8>,
    /// Whether all its functions come to an end without fuel, or another bound.
    pub ends: bool,
}

/// Module as such, in the binary format.
pub const AS_IT_IS: u8 = 2;

/// The most bytes of a module that is given as such: time goes by size.
const MOST_BYTES: usize = 256 << 10;

static VALIDATOR: LazyLock<Engine> =
    LazyLock::new(|| Engine::new(&config()).expect("the settings are supported"));

impl Source {
    /// The module that `input` stands for, if it does for one.
    pub fn new(input: &[u8]) -> Option<Self> {
        let (&how, rest) = input.split_first()?;
        let mut rest_of_input = Unstructured::new(rest);
        Some(match how % 4 {
            0 => Self {
                wasm: programs::module(&mut rest_of_input),
                ends: true,
            },
            1 => Self {
                wasm: smith::generate(&mut rest_of_input).ok()?,
                ends: true,
            },
            _ => {
                if rest.len() > MOST_BYTES {
                    return None;
                }
                Module::validate(&VALIDATOR, rest).ok()?;
                Self {
                    wasm: rest.to_vec(),
                    ends: false,
                }
            }
        })
    }

    /// The module in the text format, for reports.
    pub fn text(&self) -> String {
        wasmprinter::print_bytes(&self.wasm).unwrap_or_else(|error| error.to_string())
    }
}

/// Splits the first `N` bytes off.
pub fn header<const N: usize>(input: &[u8]) -> Option<([u8; N], &[u8])> {
    let (header, rest) = input.split_first_chunk::<N>()?;
    Some((*header, rest))
}
