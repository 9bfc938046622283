//! Programs that compute, as a compiler makes them; see `benches/programs`.
//!
//! Each exports `run`, which takes how much to do and returns a checksum. The checksums here
//! are those of the same sources compiled to machine code; `benches/programs/check.sh` computes
//! and compares them. The list is fixed by `docs/adr/0008-benchmark-programs.md`: programs may
//! be appended, and none is removed.

use super::program::{Program, programs};
use crate::case::Case;

// Name, small n => checksum, full n => checksum. `check.sh` reads these rows.
programs! { ""
    sieve, 1 => 6542, 100 => 654200;
    fib, 10 => 55, 33 => 3524578;
    matmul, 9 => -1155, 250 => -152955;
    crc, 1 => 1388934650, 250 => -45618194;
    fsm, 2 => 1400019742, 300 => 184013345;
    vm, 1 => 338925108, 60 => 1793027069;
    sha256, 1 => -307454049581207881, 70 => 6274015749997927835;
    lz, 1 => 1429064349, 72 => 1973451968;
    json, 1 => 1655223179, 200 => -551181417;
    nbody, 50 => -96338025043, 45000 => 1800013077463;
    sort, 1 => 377070888, 180 => 1370869904;
    hashmap, 1 => -1350148399, 60 => -1982949980;
    image, 1 => 645185920, 80 => 801010247;
    regex, 1 => -1418408589, 60 => -588584767;
    bigint, 20 => 757644502, 3000 => -801549518;
    memcpy, 1 => 754991825, 800 => -984553716;
    mandelbrot, 8 => -2100138112, 650 => 1472218180;
    keccak, 1 => 5467470188649961215, 150 => 2690248856689680122;
    spectral, 8 => 1270046305, 400 => 1274224081;
    scene, 8 => 1072772071, 240 => 1217967011;
    montecarlo, 1 => 4566425310078, 700 => 3620316721355259572;
    tree, 1 => 1484340427, 110 => -886116462;
    path, 1 => 1640952144, 50 => 1356625394;
}

/// The programs with work for a tenth of a second or more.
pub fn cases() -> Vec<Case> {
    PROGRAMS
        .iter()
        .map(|program| program.full("execute"))
        .collect()
}

/// The programs with little work.
pub fn small_cases() -> Vec<Case> {
    PROGRAMS
        .iter()
        .map(|program| program.small("execute"))
        .collect()
}
