//! `i8x16.shuffle`: an instruction that does just that, if there is one, or `pshufb`.

use super::super::Codegen;
use super::super::stack::{Entry, Value};
use super::SCRATCH;
use crate::cpu::CpuFeatures;
use crate::masm::Op;

/// Stands for a byte that is zero, as `pshufb` has it.
const ZERO: u8 = 0x80;

type Lanes = [u8; 16];

/// An instruction on two vectors.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
struct Two {
    op: Op,
    imm: Option<u8>,
    /// Whether the second vector comes first.
    swapped: bool,
}

/// An instruction on one vector.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
enum One {
    Nothing,
    /// Of the vector alone.
    Unary(Op, Option<u8>),
    /// Of the vector and itself.
    WithItself(Op, u8),
}

/// The lanes of `width` bytes that the bytes make up, by number.
fn wider<const N: usize>(lanes: Lanes) -> Option<[u8; N]> {
    let width = 16 / N;
    let mut wide = [0; N];
    for (wide, lane) in wide.iter_mut().zip(lanes.chunks(width)) {
        let first = lane[0];
        let runs = lane
            .iter()
            .zip(first..)
            .all(|(&byte, expected)| byte == expected);
        if !usize::from(first).is_multiple_of(width) || !runs {
            return None;
        }
        *wide = first / width as u8;
    }
    Some(wide)
}

/// Four numbers of two bits.
fn order(lanes: [u8; 4]) -> u8 {
    lanes
        .iter()
        .rev()
        .fold(0, |order, lane| order << 2 | lane & 3)
}

/// The instruction for a shuffle of one vector.
fn one(lanes: Lanes, cpu: CpuFeatures) -> Option<One> {
    if let Some(doubles) = wider::<4>(lanes) {
        return Some(match doubles {
            [0, 1, 2, 3] => One::Nothing,
            _ => One::Unary(Op::PSHUFD, Some(order(doubles))),
        });
    }
    if let Some(words) = wider::<8>(lanes) {
        let [a, b, c, d, e, f, g, h] = words;
        if [e, f, g, h] == [4, 5, 6, 7] && a.max(b).max(c).max(d) < 4 {
            return Some(One::Unary(Op::PSHUFLW, Some(order([a, b, c, d]))));
        }
        if [a, b, c, d] == [0, 1, 2, 3] && e.min(f).min(g).min(h) >= 4 {
            return Some(One::Unary(Op::PSHUFHW, Some(order([e, f, g, h]))));
        }
        if words == [0; 8] && cpu.contains(CpuFeatures::AVX | CpuFeatures::AVX2) {
            return Some(One::Unary(Op::VPBROADCASTW, None));
        }
    }
    if lanes == [0; 16] && cpu.contains(CpuFeatures::AVX | CpuFeatures::AVX2) {
        return Some(One::Unary(Op::VPBROADCASTB, None));
    }
    if (0..16).all(|i| lanes[usize::from(i)] == (lanes[0] + i) % 16) {
        return Some(One::WithItself(Op::PALIGNR, lanes[0]));
    }
    zero_extension(lanes).map(|op| One::Unary(op, None))
}

/// The instruction that puts zeros behind the lower lanes, if these are such.
fn zero_extension(lanes: Lanes) -> Option<Op> {
    const EXTENSIONS: [(Op, u8); 3] = [(Op::PMOVZXBW, 1), (Op::PMOVZXWD, 2), (Op::PMOVZXDQ, 4)];
    let is_extension = |width: u8| {
        (0..16_u8).all(|i| {
            let (lane, byte) = (i / (2 * width), i % (2 * width));
            let expected = if byte < width {
                lane * width + byte
            } else {
                ZERO
            };
            lanes[usize::from(i)] == expected
        })
    };
    let found = EXTENSIONS.iter().find(|&&(_, width)| is_extension(width));
    found.map(|&(op, _)| op)
}

/// The instruction for a shuffle of two vectors.
fn two(lanes: Lanes) -> Option<Two> {
    let exchanged = lanes.map(|lane| lane ^ 16);
    for (lanes, swapped) in [(lanes, false), (exchanged, true)] {
        let found = |op, imm| Some(Two { op, imm, swapped });
        if let Some(op) = interleaving(lanes) {
            return found(op, None);
        }
        // The instruction has the upper bytes first.
        if (0..16).all(|i| lanes[usize::from(i)] == lanes[0] + i) {
            return Some(Two {
                op: Op::PALIGNR,
                imm: Some(lanes[0]),
                swapped: !swapped,
            });
        }
        if let Some([a, b, c, d]) = wider::<4>(lanes)
            && a.max(b) < 4
            && c.min(d) >= 4
        {
            return found(Op::SHUFPS, Some(order([a, b, c, d])));
        }
    }
    let words = wider::<8>(lanes)?;
    let in_place = (0..8).all(|i| words[usize::from(i)] % 8 == i);
    let mask = (0..8).fold(0, |mask, i| mask | (words[i] / 8) << i);
    in_place.then_some(Two {
        op: Op::PBLENDW,
        imm: Some(mask),
        swapped: false,
    })
}

/// The instruction that takes lanes of both by turns, if these are such.
fn interleaving(lanes: Lanes) -> Option<Op> {
    const INTERLEAVINGS: [(Op, u8, u8); 8] = [
        (Op::PUNPCKLBW, 1, 0),
        (Op::PUNPCKHBW, 1, 8),
        (Op::PUNPCKLWD, 2, 0),
        (Op::PUNPCKHWD, 2, 8),
        (Op::PUNPCKLDQ, 4, 0),
        (Op::PUNPCKHDQ, 4, 8),
        (Op::PUNPCKLQDQ, 8, 0),
        (Op::PUNPCKHQDQ, 8, 8),
    ];
    let is_interleaving = |width: u8, first: u8| {
        (0..16_u8).all(|i| {
            let (lane, byte) = (i / width, i % width);
            let expected = first + lane / 2 * width + byte + lane % 2 * 16;
            lanes[usize::from(i)] == expected
        })
    };
    let found = INTERLEAVINGS
        .iter()
        .find(|&&(_, width, first)| is_interleaving(width, first));
    found.map(|&(op, ..)| op)
}

impl Codegen<'_> {
    pub(super) fn compile_shuffle(&mut self, lanes: Lanes) {
        let [.., a, b] = *self.stack else {
            unreachable!("a valid body pops what it pushed")
        };
        if let (Some(a), Some(b)) = (self.vector_of(a), self.vector_of(b)) {
            self.pop();
            self.pop();
            return self.push_vector(selvedge_vm::ops::simd::shuffle(a, b, lanes));
        }
        let is_zero = |entry| self.vector_of(entry) == Some([0; 16]);
        let (a_is_zero, b_is_zero) = (is_zero(a), is_zero(b));
        if lanes.iter().all(|&lane| lane < 16) || b_is_zero || is_same(a, b) {
            let b = self.pop();
            self.release(b);
            let lane = |lane| match lane {
                16.. if b_is_zero => ZERO,
                lane => lane % 16,
            };
            return self.shuffle_one(lanes.map(lane));
        }
        if lanes.iter().all(|&lane| lane >= 16) || a_is_zero {
            let (b, a) = (self.pop(), self.pop());
            self.release(a);
            self.release(b);
            self.push_again(b);
            let lane = |lane| if lane < 16 { ZERO } else { lane - 16 };
            return self.shuffle_one(lanes.map(lane));
        }
        match two(lanes) {
            Some(form) => self.shuffle_two(form),
            None => self.shuffle_joined(lanes),
        }
    }

    /// Pushes a popped entry in place of the one below it.
    fn push_again(&mut self, entry: Entry) {
        let value = match entry.value {
            Value::Slot => {
                // Its slot is not the new entry's.
                let reg = self.use_reg(entry);
                Value::Reg(reg)
            }
            Value::Local { local, .. } => return self.compile_local_get(local),
            value => value,
        };
        self.push(entry.ty, value);
    }

    /// A shuffle of the top entry. A number with the highest bit set stands for zero.
    pub(super) fn shuffle_one(&mut self, lanes: Lanes) {
        let found = one(lanes, self.masm.cpu);
        if found == Some(One::Nothing) {
            return;
        }
        let a = self.pop();
        match found {
            Some(One::Unary(op, imm)) => {
                // Where the instruction reads less than all there is, and nothing but registers without AVX.
                let src = self.vector_source(a, false);
                let dst = self.vector_over(src);
                match imm {
                    Some(imm) => self.masm.vector_unary_imm(op, dst, src, imm),
                    None => self.vec2(op, dst, src),
                }
                self.push_vector_reg(dst);
            }
            Some(One::WithItself(op, imm)) => {
                let src = self.use_reg(a);
                let dst = self.vector_over(src.into());
                self.masm.vector_imm(op, dst, src, src.into(), imm);
                self.push_vector_reg(dst);
            }
            _ => {
                let bytes = lanes.map(|lane| if lane < 16 { lane } else { ZERO });
                let order = self.data(u128::from_le_bytes(bytes));
                let (dst, left) = self.result_of_left(a, order);
                self.vec3(Op::PSHUFB, dst, left, order);
                self.push_vector_reg(dst);
            }
        }
    }

    fn shuffle_two(&mut self, form: Two) {
        let (b, a) = (self.pop(), self.pop());
        let (a, b) = if form.swapped { (b, a) } else { (a, b) };
        let right = self.vector_source(b, form.imm.is_none());
        let (dst, left) = self.result_of_left(a, right);
        match form.imm {
            Some(imm) => self.masm.vector_imm(form.op, dst, left, right, imm),
            None => self.vec3(form.op, dst, left, right),
        }
        self.push_vector_reg(dst);
    }

    /// What of each vector is wanted, and zeros elsewhere, is joined.
    fn shuffle_joined(&mut self, lanes: Lanes) {
        let of_a = lanes.map(|lane| if lane < 16 { lane } else { ZERO });
        let of_b = lanes.map(|lane| if lane < 16 { ZERO } else { lane - 16 });
        self.apart2(|this, dst, a, b| {
            let order = this.data(u128::from_le_bytes(of_b));
            this.vec3(Op::PSHUFB, SCRATCH, b, order);
            let order = this.data(u128::from_le_bytes(of_a));
            this.vec3(Op::PSHUFB, dst, a, order);
            this.vec3(Op::POR, dst, dst, SCRATCH);
        });
    }
}

/// Whether two entries stand for the same local.
fn is_same(a: Entry, b: Entry) -> bool {
    matches!(
        (a.value, b.value),
        (Value::Local { local: a, .. }, Value::Local { local: b, .. }) if a == b
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lanes(lane: impl Fn(u8) -> u8) -> Lanes {
        std::array::from_fn(|i| lane(i as u8))
    }

    #[test]
    fn lanes_are_made_of_bytes_in_their_order() {
        assert_eq!(wider::<4>(lanes(|i| i)), Some([0, 1, 2, 3]));
        assert_eq!(wider::<8>(lanes(|i| i ^ 2)), Some([1, 0, 3, 2, 5, 4, 7, 6]));
        assert_eq!(wider::<8>(lanes(|i| i ^ 1)), None);
        assert_eq!(wider::<2>(lanes(|i| i + 4)), None);
    }

    #[test]
    fn shuffles_of_one_vector_are_found() {
        let none = CpuFeatures::empty();
        assert_eq!(one(lanes(|i| i), none), Some(One::Nothing));
        let rotated = Some(One::WithItself(Op::PALIGNR, 3));
        assert_eq!(one(lanes(|i| (i + 3) % 16), none), rotated);
        let reversed = Some(One::Unary(Op::PSHUFD, Some(0b00_01_10_11)));
        assert_eq!(one(lanes(|i| i ^ 12), none), reversed);
        let low = Some(One::Unary(Op::PSHUFLW, Some(0b10_11_00_01)));
        assert_eq!(one(lanes(|i| if i < 8 { i ^ 2 } else { i }), none), low);
        assert_eq!(one(lanes(|i| 15 - i), none), None);
        assert_eq!(one([0; 16], none), None);
        let splat = Some(One::Unary(Op::VPBROADCASTB, None));
        assert_eq!(one([0; 16], CpuFeatures::all()), splat);
        let extended = lanes(|i| if i % 4 < 2 { i / 4 * 2 + i % 2 } else { ZERO });
        assert_eq!(one(extended, none), Some(One::Unary(Op::PMOVZXWD, None)));
    }

    #[test]
    fn shuffles_of_two_vectors_are_found() {
        let form = |op, imm, swapped| Some(Two { op, imm, swapped });
        let by_turns = lanes(|i| i / 2 + i % 2 * 16);
        assert_eq!(two(by_turns), form(Op::PUNPCKLBW, None, false));
        let upper = lanes(|i| 8 + i / 2 + (1 - i % 2) * 16);
        assert_eq!(two(upper), form(Op::PUNPCKHBW, None, true));
        assert_eq!(two(lanes(|i| i + 5)), form(Op::PALIGNR, Some(5), true));
        let behind = lanes(|i| (i + 21) % 32);
        assert_eq!(two(behind), form(Op::PALIGNR, Some(5), false));
        let even = lanes(|i| i / 4 * 8 + i % 4);
        assert_eq!(two(even), form(Op::SHUFPS, Some(0b10_00_10_00), false));
        let blended = lanes(|i| if i / 2 % 2 == 1 { i + 16 } else { i });
        assert_eq!(two(blended), form(Op::PBLENDW, Some(0b1010_1010), false));
        assert_eq!(two(lanes(|i| i * 2)), None);
    }
}
