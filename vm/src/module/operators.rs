//! `OperatorReader`: reads the operators of a body, short ones here and all others by `wasmparser`.
//!
//! Nearly all operators are an opcode and at most one immediate of up to five bytes, and then one load of
//! eight bytes has all of them. `wasmparser` reads byte by byte through calls, which took a third of
//! compilation (ADR 15). What is not short, and everything that might be malformed, is left to it, and
//! with it every error.

use wasmparser::{
    BinaryReader, BlockType, FrameStack, MemArg, MemArgTarget, ValType, VisitOperator, WasmFeatures,
};

/// Reads operators one after another.
#[derive(Clone, Debug)]
pub struct OperatorReader<'a> {
    bytes: &'a [u8],
    /// Where in `bytes` the next operator is.
    position: usize,
    /// Offset of `bytes` in the module.
    offset: u64,
    features: WasmFeatures,
}

/// The opcodes that are read here: those without immediates, then loads and stores with the logarithm of how
/// many bytes they access.
macro_rules! for_each_short {
    ($mac:ident) => { $mac! {
        0x00 visit_unreachable 0x01 visit_nop 0x0b visit_end 0x0f visit_return 0x1a visit_drop 0x1b visit_select
        0x45 visit_i32_eqz 0x46 visit_i32_eq 0x47 visit_i32_ne 0x48 visit_i32_lt_s 0x49 visit_i32_lt_u
        0x4a visit_i32_gt_s 0x4b visit_i32_gt_u 0x4c visit_i32_le_s 0x4d visit_i32_le_u 0x4e visit_i32_ge_s
        0x4f visit_i32_ge_u 0x50 visit_i64_eqz 0x51 visit_i64_eq 0x52 visit_i64_ne 0x53 visit_i64_lt_s
        0x54 visit_i64_lt_u 0x55 visit_i64_gt_s 0x56 visit_i64_gt_u 0x57 visit_i64_le_s 0x58 visit_i64_le_u
        0x59 visit_i64_ge_s 0x5a visit_i64_ge_u 0x61 visit_f64_eq 0x62 visit_f64_ne 0x63 visit_f64_lt
        0x64 visit_f64_gt 0x65 visit_f64_le 0x66 visit_f64_ge 0x67 visit_i32_clz 0x68 visit_i32_ctz
        0x6a visit_i32_add 0x6b visit_i32_sub 0x6c visit_i32_mul 0x6d visit_i32_div_s 0x6e visit_i32_div_u
        0x6f visit_i32_rem_s 0x70 visit_i32_rem_u 0x71 visit_i32_and 0x72 visit_i32_or 0x73 visit_i32_xor
        0x74 visit_i32_shl 0x75 visit_i32_shr_s 0x76 visit_i32_shr_u 0x77 visit_i32_rotl 0x78 visit_i32_rotr
        0x7c visit_i64_add 0x7d visit_i64_sub 0x7e visit_i64_mul 0x7f visit_i64_div_s 0x80 visit_i64_div_u
        0x81 visit_i64_rem_s 0x82 visit_i64_rem_u 0x83 visit_i64_and 0x84 visit_i64_or 0x85 visit_i64_xor
        0x86 visit_i64_shl 0x87 visit_i64_shr_s 0x88 visit_i64_shr_u 0x89 visit_i64_rotl 0x8a visit_i64_rotr
        0x92 visit_f32_add 0x93 visit_f32_sub 0x94 visit_f32_mul 0x95 visit_f32_div
        0x99 visit_f64_abs 0x9a visit_f64_neg 0x9f visit_f64_sqrt 0xa0 visit_f64_add 0xa1 visit_f64_sub
        0xa2 visit_f64_mul 0xa3 visit_f64_div 0xa7 visit_i32_wrap_i64 0xac visit_i64_extend_i32_s
        0xad visit_i64_extend_i32_u 0xb7 visit_f64_convert_i32_s 0xb8 visit_f64_convert_i32_u
        0xbb visit_f64_promote_f32 0xc0 visit_i32_extend8_s 0xc1 visit_i32_extend16_s;
        0x28 visit_i32_load 2 0x29 visit_i64_load 3 0x2a visit_f32_load 2 0x2b visit_f64_load 3
        0x2c visit_i32_load8_s 0 0x2d visit_i32_load8_u 0 0x2e visit_i32_load16_s 1 0x2f visit_i32_load16_u 1
        0x30 visit_i64_load8_s 0 0x31 visit_i64_load8_u 0 0x32 visit_i64_load16_s 1 0x33 visit_i64_load16_u 1
        0x34 visit_i64_load32_s 2 0x35 visit_i64_load32_u 2 0x36 visit_i32_store 2 0x37 visit_i64_store 3
        0x38 visit_f32_store 2 0x39 visit_f64_store 3 0x3a visit_i32_store8 0 0x3b visit_i32_store16 1
        0x3c visit_i64_store8 0 0x3d visit_i64_store16 1 0x3e visit_i64_store32 2
    } };
}

/// The number at the beginning of `bytes`, with its length: its 35 bits, of which the last are zero if it is short.
/// `None` if it is longer.
#[inline(always)]
fn number(bytes: u64) -> Option<(u64, usize)> {
    let part = |i: u32| bytes >> i & 0x7f << (7 * i);
    if bytes & 0x80 == 0 {
        Some((part(0), 1))
    } else if bytes & 0x8000 == 0 {
        Some((part(0) | part(1), 2))
    } else if bytes & 0x80_0000 == 0 {
        Some((part(0) | part(1) | part(2), 3))
    } else if bytes & 0x8000_0000 == 0 {
        Some((part(0) | part(1) | part(2) | part(3), 4))
    } else if bytes & 0x80_0000_0000 == 0 {
        // What linkers leave room with.
        Some((part(0) | part(1) | part(2) | part(3) | part(4), 5))
    } else {
        None
    }
}

/// An unsigned number of 32 bits at the beginning of `bytes`, with its length.
#[inline(always)]
fn unsigned(bytes: u64) -> Option<(u32, usize)> {
    let (value, len) = number(bytes)?;
    Some((u32::try_from(value).ok()?, len))
}

/// A signed number of 32 bits, likewise.
#[inline(always)]
fn signed(bytes: u64) -> Option<(i32, usize)> {
    let (value, len) = number(bytes)?;
    let unused = 64 - 7 * len as u32;
    let value = (value << unused) as i64 >> unused;
    Some((i32::try_from(value).ok()?, len))
}

/// What a load or store of `1 << max_align` bytes says of its address, if that is in memory 0.
#[inline(always)]
fn memarg(bytes: u64, max_align: u8) -> Option<(MemArg, usize)> {
    // Bits above these say that more follows, or are wrong.
    const ALIGNMENT: u8 = 0x0f;
    let align = bytes as u8;
    if align & !ALIGNMENT != 0 {
        return None;
    }
    let (offset, len) = unsigned(bytes >> 8)?;
    let memarg = MemArg {
        align,
        max_align,
        offset: offset.into(),
        target: MemArgTarget::Memory(0),
        ordering: None,
    };
    Some((memarg, 1 + len))
}

/// The type of a block without parameters and at most one result.
#[inline(always)]
fn block_type(byte: u8) -> Option<BlockType> {
    Some(match byte {
        0x40 => BlockType::Empty,
        0x7f => BlockType::Type(ValType::I32),
        0x7e => BlockType::Type(ValType::I64),
        0x7d => BlockType::Type(ValType::F32),
        0x7c => BlockType::Type(ValType::F64),
        _ => return None,
    })
}

impl<'a> OperatorReader<'a> {
    /// Reads what is left in `reader`, as it would.
    pub fn new(mut reader: BinaryReader<'a>) -> Self {
        let offset = reader.original_position();
        let bytes = reader
            .read_bytes(reader.bytes_remaining())
            .expect("the bytes that remain are there");
        Self {
            bytes,
            position: 0,
            offset,
            features: reader.features(),
        }
    }

    /// Whether all operators have been read.
    #[inline(always)]
    pub fn eof(&self) -> bool {
        self.position >= self.bytes.len()
    }

    /// Offset in the module of the next operator.
    #[inline(always)]
    pub fn original_position(&self) -> u64 {
        self.offset + self.position as u64
    }

    /// The bytes from the next operator on.
    #[inline(always)]
    pub fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.position..).unwrap_or(&[])
    }

    /// Reads an operator and tells `visitor` of it.
    ///
    /// # Errors
    ///
    /// If it is malformed, or stands behind the end of the body.
    #[inline(always)]
    pub fn visit_operator<V>(&mut self, visitor: &mut V) -> wasmparser::Result<V::Output>
    where
        V: VisitOperator<'a> + FrameStack,
    {
        match self.visit_short(visitor) {
            Some(output) => Ok(output),
            None => self.visit_any(visitor),
        }
    }

    #[inline(always)]
    fn visit_short<V>(&mut self, visitor: &mut V) -> Option<V::Output>
    where
        V: VisitOperator<'a> + FrameStack,
    {
        let start = self.position;
        let bytes = self.bytes.get(start..start + 8)?;
        visitor.current_frame()?;
        let word = u64::from_le_bytes(bytes.try_into().expect("eight bytes"));
        macro_rules! number {
            ($read:ident, $visit:ident) => {{
                let (value, len) = $read(word >> 8)?;
                self.position = start + 1 + len;
                visitor.$visit(value)
            }};
        }
        macro_rules! block {
            ($visit:ident) => {{
                let ty = block_type((word >> 8) as u8)?;
                self.position = start + 2;
                visitor.$visit(ty)
            }};
        }
        macro_rules! read {
            ($($plain:literal $visit:ident)* ; $($access:literal $visit_access:ident $log2:literal)*) => {
                match word as u8 {
                    $($plain => {
                        self.position = start + 1;
                        visitor.$visit()
                    })*
                    $($access => {
                        let (memarg, len) = memarg(word >> 8, $log2)?;
                        self.position = start + 1 + len;
                        visitor.$visit_access(memarg)
                    })*
                    0x02 => block!(visit_block),
                    0x03 => block!(visit_loop),
                    0x04 => block!(visit_if),
                    0x0c => number!(unsigned, visit_br),
                    0x0d => number!(unsigned, visit_br_if),
                    0x10 => number!(unsigned, visit_call),
                    0x20 => number!(unsigned, visit_local_get),
                    0x21 => number!(unsigned, visit_local_set),
                    0x22 => number!(unsigned, visit_local_tee),
                    0x23 => number!(unsigned, visit_global_get),
                    0x24 => number!(unsigned, visit_global_set),
                    0x41 => number!(signed, visit_i32_const),
                    0x42 => {
                        let (value, len) = signed(word >> 8)?;
                        self.position = start + 1 + len;
                        visitor.visit_i64_const(value.into())
                    }
                    _ => return None,
                }
            };
        }
        Some(for_each_short!(read))
    }

    #[inline(never)]
    fn visit_any<V>(&mut self, visitor: &mut V) -> wasmparser::Result<V::Output>
    where
        V: VisitOperator<'a> + FrameStack,
    {
        let bytes = &self.bytes[self.position..];
        let mut reader = BinaryReader::new_features(bytes, self.original_position(), self.features);
        let output = reader.visit_operator(visitor);
        self.position += reader.current_position();
        output
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `bytes` as they are loaded.
    fn word(bytes: &[u8]) -> u64 {
        let mut word = [0xff; 8];
        word[..bytes.len()].copy_from_slice(bytes);
        u64::from_le_bytes(word)
    }

    #[test]
    fn numbers_are_read_as_wasmparser_reads_them() {
        let ends = [
            0x00, 0x01, 0x07, 0x08, 0x0f, 0x10, 0x3f, 0x40, 0x77, 0x78, 0x7f,
        ];
        for len in 1..=5 {
            for begin in [0x80, 0x81, 0xaa, 0xff] {
                for end in ends {
                    let mut bytes = vec![begin; len - 1];
                    bytes.push(end);
                    let reader = || BinaryReader::new(&bytes, 0);
                    let expected = reader().read_var_u32().ok().map(|value| (value, len));
                    assert_eq!(unsigned(word(&bytes)), expected, "{bytes:x?}");
                    let expected = reader().read_var_i32().ok().map(|value| (value, len));
                    assert_eq!(signed(word(&bytes)), expected, "{bytes:x?}");
                }
            }
        }
        assert_eq!(unsigned(word(&[0xff; 5])), None);
    }

    /// Writes operators down.
    #[derive(Default)]
    struct Listing(Vec<String>);

    macro_rules! list {
        ($(@$proposal:ident $op:ident $({ $($arg:ident: $argty:ty),* })? => $visit:ident ($($ann:tt)*))*) => { $(
            fn $visit(&mut self $($(, $arg: $argty)*)?) {
                let arguments: &[String] = &[$($(format!("{:?}", $arg)),*)?];
                self.0.push(format!("{} {arguments:?}", stringify!($op)));
            }
        )* };
    }

    impl<'a> VisitOperator<'a> for Listing {
        type Output = ();
        wasmparser::for_each_visit_operator!(list);
    }

    impl FrameStack for Listing {
        fn current_frame(&self) -> Option<wasmparser::FrameKind> {
            Some(wasmparser::FrameKind::If)
        }
    }

    /// The listing and the position behind each operator, up to the first that is malformed.
    fn read(
        bytes: &[u8],
        mut visit: impl FnMut(&mut Listing) -> wasmparser::Result<Option<u64>>,
    ) -> (Vec<String>, Vec<u64>, Option<String>) {
        let mut listing = Listing::default();
        let mut positions = Vec::new();
        loop {
            match visit(&mut listing) {
                Ok(Some(position)) => positions.push(position),
                Ok(None) => return (listing.0, positions, None),
                Err(error) => {
                    assert!(error.offset() <= 100 + bytes.len() as u64);
                    return (listing.0, positions, Some(error.to_string()));
                }
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn operators_are_read_as_wasmparser_reads_them(
            // Opcodes and immediates of one byte, mostly.
            bytes in proptest::collection::vec(
                proptest::prop_oneof![0_u8..0xc5, 0_u8..0xc5, proptest::prelude::any::<u8>()],
                0..60,
            )
        ) {
            let mut short = OperatorReader::new(BinaryReader::new(&bytes, 100));
            let ours = read(&bytes, |listing| {
                if short.eof() {
                    return Ok(None);
                }
                short.visit_operator(listing)?;
                Ok(Some(short.original_position()))
            });
            let mut reader = BinaryReader::new(&bytes, 100);
            let theirs = read(&bytes, |listing| {
                if reader.eof() {
                    return Ok(None);
                }
                reader.visit_operator(listing)?;
                Ok(Some(reader.original_position()))
            });
            assert_eq!(ours, theirs);
        }
    }
}
