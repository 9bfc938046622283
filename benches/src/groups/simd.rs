//! Programs that compute with vectors; see `benches/programs/simd`.
//!
//! As in `execute`, each exports `run`, and the checksums are those of the same sources compiled to machine code,
//! where loops stand for the instructions that only WebAssembly has.

use super::program::{Program, programs};
use crate::case::Case;

// Name, small n => checksum, full n => checksum. `check.sh` reads these rows.
programs! { "simd/"
    base64, 2 => 247, 1000 => 43732598;
    blake3, 1 => -1558535167895590454, 4000 => -3517923398668448852;
    convolve, 1 => 4809762069, 150 => 4835433379;
    dot, 1 => -227782732, 5000 => -1138362376187;
    matrix, 1 => -2003, 300 => -199694;
    utf8, 6 => 17179884992, 8000 => 22909377489120;
}

/// The programs with work for a tenth of a second or more.
pub fn cases() -> Vec<Case> {
    PROGRAMS
        .iter()
        .map(|program| program.full("simd"))
        .collect()
}

/// The programs with little work.
pub fn small_cases() -> Vec<Case> {
    PROGRAMS
        .iter()
        .map(|program| program.small("simd"))
        .collect()
}
