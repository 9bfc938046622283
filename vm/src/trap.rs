//! Trap codes: why guest code stopped. One table of code and message.
//!
//! Names are wasmtime's (Lucet's as doc aliases); messages are worded as the
//! official test suite expects them.

use std::fmt;

macro_rules! trap_codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $message:literal;)*) => {
        /// The reason why guest code was stopped.
        #[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
        #[repr(u8)]
        #[non_exhaustive]
        pub enum TrapCode { $($(#[$doc])* $name = $code,)* }

        impl TrapCode {
            /// Every trap code, in numeric order.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The trap code with the number `code`.
            pub const fn from_u8(code: u8) -> Option<Self> {
                match code { $($code => Some(Self::$name),)* _ => None }
            }

            /// The message of this trap, as the official test suite words it.
            pub const fn message(self) -> &'static str {
                match self { $(Self::$name => $message,)* }
            }
        }
    };
}

trap_codes! {
    /// The value stack, the native stack or the nesting of host calls reached its limit.
    StackOverflow = 1, "call stack exhausted";
    /// An access outside a linear memory.
    #[doc(alias = "HeapOutOfBounds")]
    MemoryOutOfBounds = 2, "out of bounds memory access";
    /// An atomic access to an address that is not a multiple of its size.
    HeapMisaligned = 3, "unaligned atomic";
    /// An access outside a table.
    TableOutOfBounds = 4, "undefined element: out of bounds table access";
    /// `call_indirect` through a null element.
    IndirectCallToNull = 5, "uninitialized element";
    /// `call_indirect` to a function of another type.
    BadSignature = 6, "indirect call type mismatch";
    /// An integer result that does not fit (`MIN / -1`, float to int).
    IntegerOverflow = 7, "integer overflow";
    /// An integer division or remainder by zero.
    #[doc(alias = "IntegerDivByZero")]
    IntegerDivisionByZero = 8, "integer divide by zero";
    /// A NaN converted to an integer.
    BadConversionToInteger = 9, "invalid conversion to integer";
    /// The `unreachable` instruction was executed.
    #[doc(alias = "Unreachable")]
    UnreachableCodeReached = 10, "wasm `unreachable` instruction executed";
    /// The embedder interrupted the execution.
    Interrupt = 11, "interrupt";
    /// The instruction budget is used up.
    OutOfFuel = 12, "all fuel consumed";
    /// A resource limiter refused to grow a memory or table, and asks for a trap.
    GrowthOperationLimited = 13, "growth operation limited";
    /// A null reference where a value is needed.
    NullReference = 14, "null reference";
    /// A reference of the wrong type in a cast.
    CastFailure = 15, "cast failure";
    /// An access outside an array.
    ArrayOutOfBounds = 16, "out of bounds array access";
}

impl fmt::Display for TrapCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl std::error::Error for TrapCode {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_round_trip_and_zero_is_no_trap() {
        for &code in TrapCode::ALL {
            assert_eq!(TrapCode::from_u8(code as u8), Some(code));
        }
        assert_eq!(TrapCode::from_u8(0), None);
    }
}
