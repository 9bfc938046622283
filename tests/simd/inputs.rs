//! Inputs: three vectors each, of lanes that are often edge cases.

use std::sync::LazyLock;

use selvedge_vm::ops::simd::V128;

/// How many there are.
pub const COUNT: usize = 10_000;

/// The operands of one execution.
pub type Input = [V128; 3];

/// All pairs of edges of floats, and random inputs, the same in each run.
pub static INPUTS: LazyLock<Vec<Input>> = LazyLock::new(|| {
    let mut random = Random(1);
    let bytes = f32_edges()
        .into_iter()
        .map(|bits| bits.to_le_bytes().to_vec());
    let mut inputs = pairs::<4>(&bytes.collect::<Vec<_>>(), &mut random);
    let bytes = f64_edges()
        .into_iter()
        .map(|bits| bits.to_le_bytes().to_vec());
    inputs.extend(pairs::<2>(&bytes.collect::<Vec<_>>(), &mut random));
    while inputs.len() < COUNT {
        // Mostly of the same kind of lanes.
        let kind = random.below(KINDS);
        inputs.push(std::array::from_fn(|_| match random.below(8) {
            0 => random.vector(),
            _ => random.vector_of(kind),
        }));
    }
    // Forms that are run for some of them have some of each.
    for at in 0..COUNT {
        inputs.swap(at, random.below(COUNT));
    }
    inputs
});

/// Likewise, with small numbers as the lowest lane of the second operand: the counts of shifts.
pub static SHIFTS: LazyLock<Vec<Input>> = LazyLock::new(|| {
    let mut inputs = INPUTS.clone();
    for (count, [_, b, _]) in inputs.iter_mut().enumerate() {
        if count % 8 != 0 {
            b[..4].copy_from_slice(&(count as u32 % 301).to_le_bytes());
        }
    }
    inputs
});

/// How many kinds of lanes there are.
const KINDS: usize = 8;

/// Floats where operators change what they do, of either sign.
fn f32_edges() -> Vec<u32> {
    const EDGES: [f32; 30] = [
        0.0,
        f32::from_bits(1),
        f32::from_bits(0x007f_ffff),
        f32::MIN_POSITIVE,
        f32::EPSILON,
        0.499_999_97,
        0.5,
        0.75,
        0.999_999_94,
        1.0,
        1.5,
        2.0,
        2.5,
        3.0,
        127.0,
        128.0,
        255.5,
        32768.0,
        65535.5,
        8_388_607.5,
        8_388_609.0,
        2_147_483_500.0,
        2_147_483_648.0,
        4_294_967_000.0,
        4_294_967_296.0,
        1e19,
        f32::MAX,
        f32::INFINITY,
        f32::NAN,
        1e-20,
    ];
    // A payload, and signalling ones.
    const NANS: [u32; 3] = [0x7fc1_2345, 0x7f80_0001, 0x7fbf_ffff];
    let positive = EDGES.map(f32::to_bits).into_iter().chain(NANS);
    positive.flat_map(|bits| [bits, bits | 1 << 31]).collect()
}

/// Likewise.
fn f64_edges() -> Vec<u64> {
    const EDGES: [f64; 30] = [
        0.0,
        f64::from_bits(1),
        f64::from_bits(0x000f_ffff_ffff_ffff),
        f64::MIN_POSITIVE,
        f64::EPSILON,
        0.499_999_999_999_999_94,
        0.5,
        0.75,
        1.0,
        1.5,
        2.0,
        2.5,
        3.0,
        1e-50,
        // Denormal, infinite and rounded as `f32`.
        1e-42,
        3.5e38,
        16_777_217.0,
        2_147_483_647.0,
        2_147_483_647.5,
        2_147_483_648.0,
        2_147_483_648.5,
        2_147_483_649.0,
        4_294_967_295.0,
        4_294_967_295.5,
        4_294_967_296.0,
        4_503_599_627_370_495.5,
        1e300,
        f64::MAX,
        f64::INFINITY,
        f64::NAN,
    ];
    const NANS: [u64; 3] = [
        0x7ff8_1234_5678_9abc,
        0x7ff0_0000_0000_0001,
        0x7ff7_ffff_ffff_ffff,
    ];
    let positive = EDGES.map(f64::to_bits).into_iter().chain(NANS);
    positive.flat_map(|bits| [bits, bits | 1 << 63]).collect()
}

/// All pairs of these lanes as the first two operands, `N` pairs in each input.
fn pairs<const N: usize>(lanes: &[Vec<u8>], random: &mut Random) -> Vec<Input> {
    let all = lanes.iter().flat_map(|a| lanes.iter().map(move |b| (a, b)));
    let all: Vec<_> = all.collect();
    let input = |pairs: &[(&Vec<u8>, &Vec<u8>)]| {
        let mut input = [[0; 16], [0; 16], random.vector()];
        for (at, (a, b)) in pairs.iter().enumerate() {
            input[0][at * a.len()..][..a.len()].copy_from_slice(a);
            input[1][at * b.len()..][..b.len()].copy_from_slice(b);
        }
        input
    };
    all.chunks(N).map(input).collect()
}

/// SplitMix64.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    fn one_of<T: Copy>(&mut self, values: &[T]) -> T {
        values[self.below(values.len())]
    }

    /// A vector of some kind of lanes, each an edge case or not.
    pub fn vector(&mut self) -> V128 {
        let kind = self.below(KINDS);
        self.vector_of(kind)
    }

    /// A vector of lanes of that kind.
    fn vector_of(&mut self, kind: usize) -> V128 {
        let lane = |random: &mut Self| match kind {
            0 => (random.byte().to_le_bytes().to_vec(), 1),
            1 => (random.int(16).to_le_bytes()[..2].to_vec(), 2),
            2 => (random.int(32).to_le_bytes()[..4].to_vec(), 4),
            3 => (random.int(64).to_le_bytes().to_vec(), 8),
            4 | 5 => (random.f32().to_le_bytes().to_vec(), 4),
            6 => (random.f64().to_le_bytes().to_vec(), 8),
            _ => (random.next().to_le_bytes().to_vec(), 8),
        };
        // All lanes alike, now and then.
        let alike = self.below(8) == 0;
        let (first, size) = lane(self);
        let mut bytes = Vec::with_capacity(16);
        while bytes.len() < 16 {
            let next = if alike { first.clone() } else { lane(self).0 };
            bytes.extend_from_slice(&next[..size]);
        }
        bytes.try_into().expect("16 bytes")
    }

    fn byte(&mut self) -> u8 {
        const EDGES: [u8; 9] = [0, 1, 2, 15, 16, 31, 0x7f, 0x80, 0xff];
        if self.below(2) == 0 {
            return self.one_of(&EDGES);
        }
        self.next() as u8
    }

    /// An integer of so many bits, perhaps the limit of a smaller one.
    fn int(&mut self, bits: u32) -> u64 {
        let near = match self.below(4) {
            0 => 0,
            1 => 1_u64 << (bits - 1),
            2 => 1 << self.below(bits as usize),
            _ => return self.next() >> self.below(64),
        };
        near.wrapping_add(self.one_of(&[0, 1, 2, u64::MAX, u64::MAX - 1]))
    }

    fn f32(&mut self) -> u32 {
        match self.below(8) {
            0..6 => self.one_of(&f32_edges()),
            6 => (self.next() as i32 as f32 / 256.0).to_bits(),
            _ => self.next() as u32,
        }
    }

    fn f64(&mut self) -> u64 {
        match self.below(8) {
            0..6 => self.one_of(&f64_edges()),
            6 => (self.next() as i64 as f64 / 65536.0).to_bits(),
            _ => self.next(),
        }
    }
}

#[test]
fn edges_meet_edges() {
    use std::collections::HashSet;

    let lane = |vector: V128, i: usize| {
        u32::from_le_bytes(vector[4 * i..][..4].try_into().expect("four bytes"))
    };
    let pairs: HashSet<_> = INPUTS
        .iter()
        .flat_map(|&[a, b, _]| (0..4).map(move |i| (lane(a, i), lane(b, i))))
        .collect();
    for a in f32_edges() {
        for b in f32_edges() {
            assert!(pairs.contains(&(a, b)), "{a:#x} and {b:#x}");
        }
    }
    let counts: HashSet<_> = SHIFTS.iter().map(|&[_, b, _]| lane(b, 0)).collect();
    assert!((0..=300).all(|count| counts.contains(&count)));
}
