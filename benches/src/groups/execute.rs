//! Programs that compute, as a compiler makes them; see `benches/programs`.
//!
//! Each exports `run`, which takes how much to do and returns a checksum. The checksums here
//! are those of the same sources compiled to machine code.

use crate::measure::{Case, Unit, Work};

/// A program with what it returns for little work, in tests, and for much.
struct Program {
    name: &'static str,
    wasm: &'static [u8],
    small: (i32, i64),
    full: (i32, i64),
}

macro_rules! programs {
    ($($name:ident, $small:expr => $small_sum:expr, $full:expr => $full_sum:expr;)*) => {
        const PROGRAMS: &[Program] = &[$(Program {
            name: stringify!($name),
            wasm: include_bytes!(concat!("../../programs/", stringify!($name), ".wasm")),
            small: ($small, $small_sum),
            full: ($full, $full_sum),
        }),*];
    };
}

// Name, small n => checksum, full n => checksum.
programs! {
    sieve, 1 => 6542, 100 => 654200;
    fib, 10 => 55, 33 => 3524578;
    matmul, 9 => -1155, 250 => -152955;
    crc, 1 => 1388934650, 250 => -45618194;
    fsm, 2 => 1400019742, 300 => 184013345;
    vm, 1 => 338925108, 60 => 1793027069;
    sha256, 1 => -307454049581207881, 60 => -2712267890866451408;
    lz, 1 => 1658824179, 20 => -539508788;
    json, 1 => 1655223179, 100 => 1030829645;
    nbody, 50 => -96338025043, 25000 => 126214087369;
    sort, 1 => 377070888, 200 => -89127856;
    hashmap, 1 => -1350148399, 60 => -1982949980;
    image, 1 => 622863490, 20 => 660756714;
    regex, 1 => -637097974, 8 => 1409980995;
    bigint, 20 => 757644502, 1000 => -1856896076;
    memcpy, 1 => 754991825, 600 => -254797694;
    mandelbrot, 8 => -2100138112, 150 => 1096559864;
    keccak, 1 => 5467470188649961215, 60 => -1822711281287903062;
    spectral, 8 => 1270046305, 250 => 1274223866;
    scene, 8 => 1072772071, 250 => 708807294;
    montecarlo, 1 => 4566425310078, 250 => 3889572753983356637;
    tree, 1 => 1484340427, 40 => -37053702;
    path, 1 => 1640952144, 16 => 1108481401;
}

/// The programs with work for a tenth of a second or more.
pub fn cases() -> Vec<Case> {
    PROGRAMS
        .iter()
        .map(|program| program.case(program.full))
        .collect()
}

/// The programs with little work.
pub fn small_cases() -> Vec<Case> {
    PROGRAMS
        .iter()
        .map(|program| program.case(program.small))
        .collect()
}

impl Program {
    fn case(&self, (n, expected): (i32, i64)) -> Case {
        Case {
            group: "execute",
            name: self.name,
            wasm: self.wasm,
            work: Work::Run("run"),
            n,
            expected,
            unit: Unit::Milliseconds,
        }
    }
}
