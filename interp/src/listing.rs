//! Listings of register code.
//!
//! The name of an operation's type says where its operands are, so a listing needs
//! no table of its own: `To<DA, Bin<I32Add, S1, I>>` is `acc = I32Add s3 7`.

use std::fmt::Write;

use crate::exec::Show;
use crate::lower::Lowered;

/// Lists `lowered`, one instruction a line: position in bytes, operation, operands. `func_at`
/// says whose code an address names.
///
/// # Panics
///
/// If no listing was kept.
pub(crate) fn list(lowered: &Lowered, func_at: impl Fn(u64) -> u32) -> String {
    let listing = lowered.listing.as_ref().expect("a listing was asked for");
    let mut text = String::new();
    for (at, listed) in listing.iter().enumerate() {
        let next = listing
            .get(at + 1)
            .map_or(lowered.words.len(), |next| next.word as usize);
        let words = &lowered.words[listed.word as usize..next];
        let line = Line {
            word: listed.word,
            words,
        };
        let _ = write!(text, "{:5}: ", listed.word * 8);
        line.write(
            &mut text,
            &listed.code.name.to_string(),
            &listed.code.show,
            listed.code.len(),
            &func_at,
        );
        text.push('\n');
    }
    text
}

struct Line<'a> {
    word: u32,
    words: &'a [u64],
}

impl Line<'_> {
    fn field(&self, n: u8) -> u16 {
        (self.words[1] >> (16 * n)) as u16
    }

    fn field32(&self, offset: u8) -> u32 {
        (self.words[usize::from(offset) / 8] >> (u32::from(offset) % 8 * 8)) as u32
    }

    fn target(&self, offset: u8) -> i64 {
        i64::from(self.word * 8) + i64::from(self.field32(offset) as i32)
    }

    /// Lists pinned local `n`, whose slot is at a byte offset.
    fn pin(&self, out: &mut String, n: u8, offset: u8) -> std::fmt::Result {
        let word = self.words[usize::from(offset) / 8];
        let slot = (word >> (u32::from(offset) % 8 * 8)) as u16;
        write!(out, " p{n}=s{slot}")
    }

    fn write(
        &self,
        out: &mut String,
        name: &str,
        show: &[Show],
        len: usize,
        func_at: &dyn Fn(u64) -> u32,
    ) {
        let mut parts: Vec<&str> = name.split(' ').collect();
        if parts.first() == Some(&"To") {
            let (dest, len) = match parts[1] {
                "DA" => ("acc".to_string(), 2),
                "DS" => (format!("s{}", self.field(0)), 2),
                "DB" => (format!("s{}, acc", self.field(0)), 2),
                // `DP<N>`.
                _ => (format!("s{}, p{}", self.field(0), parts[2]), 3),
            };
            let _ = write!(out, "{dest} = ");
            parts.drain(..len);
        }
        if parts.first() == Some(&"ToV") {
            // What handlers are made of is the machine's affair.
            let _ = write!(out, "v{} = ", self.field(0));
            parts.drain(..2);
        }
        for (at, part) in parts.iter().enumerate() {
            if at > 0 {
                out.push(' ');
            }
            let _ = match *part {
                "S0" => write!(out, "s{}", self.field(0)),
                "S1" => write!(out, "s{}", self.field(1)),
                "S2" => write!(out, "s{}", self.field(2)),
                "S3" => write!(out, "s{}", self.field(3)),
                "A" => write!(out, "acc"),
                "P0" => write!(out, "p0"),
                "P1" => write!(out, "p1"),
                "P2" => write!(out, "p2"),
                "I" => write!(out, "{}", self.field32(12) as i32),
                "I0" => write!(out, "{}", self.field(0) as i16),
                "H" => write!(out, "{}", self.field32(20) as i32),
                "I16" => write!(out, "{}", self.field(1) as i16),
                "J" => write!(out, "{}", self.field32(16) as i32),
                "K" => write!(out, "{:#x}", self.words[2]),
                "Z" => write!(out, "0"),
                "V0" => write!(out, "v{}", self.field(0)),
                "V1" => write!(out, "v{}", self.field(1)),
                "V2" => write!(out, "v{}", self.field(2)),
                "V3" => write!(out, "v{}", self.field(3)),
                "KV" => write!(out, "{:#x}:{:#x}", self.words[3], self.words[2]),
                name => write!(out, "{name}"),
            };
        }
        for item in show {
            let _ = match *item {
                Show::Nothing => Ok(()),
                Show::Slot(n) => write!(out, " s{}", self.field(n)),
                Show::Vector(n) => write!(
                    out,
                    " v{}",
                    (self.words[1 + usize::from(n) / 4] >> (n % 4 * 16)) as u16
                ),
                Show::U32(label, offset) => {
                    write!(out, " {}={}", label.text(), self.field32(offset))
                }
                Show::I32(label, offset) => {
                    write!(out, " {}={}", label.text(), self.field32(offset) as i32)
                }
                Show::U16(label, n) => write!(out, " {}={}", label.text(), self.field(n)),
                Show::Func(n) => write!(out, " func={}", func_at(self.words[usize::from(n)])),
                Show::Pin(n, offset) => self.pin(out, n, offset),
                Show::Pins(count, offset) => {
                    (0..count).try_for_each(|n| self.pin(out, n, offset + 2 * n))
                }
                Show::Target(offset) => write!(out, " -> {}", self.target(offset)),
                Show::Word(n) => write!(out, " {:#x}", self.words[usize::from(n)]),
                Show::Words(count, first) => (first..first + count)
                    .try_for_each(|n| write!(out, " {:#x}", self.words[usize::from(n)])),
            };
        }
        // What follows the instruction is its branch table.
        for &pair in self.words.get(len..).unwrap_or_default() {
            for distance in [pair as u32, (pair >> 32) as u32] {
                let _ = write!(
                    out,
                    " {}",
                    i64::from(self.word * 8) + i64::from(distance as i32)
                );
            }
        }
    }
}
