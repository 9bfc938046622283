//! The instruction count: what operators cost, and what an execution has spent.
//!
//! `docs/instruction-count.md` says what is counted. Both tiers charge a basic block before the first of
//! its operators that costs something, by the table here:
//!
//! ```text
//! fuel += cost of the block;  if fuel > 0 { fuel -= cost; trap OutOfFuel }
//! ```
//!
//! so that a block that does not fit is not run and not counted.

use std::cell::Cell;

use crate::trap::TrapCode;

/// What an operator costs when it is reached, by its name in `wasmparser`'s tables. What bulk operators cost
/// by size is charged by [`bulk`](crate::bulk).
#[macro_export]
macro_rules! operator_cost {
    (Block) => {
        0
    };
    (Loop) => {
        0
    };
    (Else) => {
        0
    };
    (End) => {
        0
    };
    (Nop) => {
        0
    };
    (Drop) => {
        0
    };
    (Unreachable) => {
        0
    };
    (Return) => {
        0
    };
    // One of these is for the return.
    (Call) => {
        2
    };
    (CallIndirect) => {
        3
    };
    (ReturnCallIndirect) => {
        2
    };
    (BrTable) => {
        2
    };
    ($operator:ident) => {
        1
    };
}

/// Whether a basic block ends with an operator.
#[macro_export]
macro_rules! operator_ends_block {
    (Loop) => {
        true
    };
    (If) => {
        true
    };
    (Else) => {
        true
    };
    (End) => {
        true
    };
    (Br) => {
        true
    };
    (BrIf) => {
        true
    };
    (BrTable) => {
        true
    };
    (Return) => {
        true
    };
    (Unreachable) => {
        true
    };
    (Call) => {
        true
    };
    (CallIndirect) => {
        true
    };
    (ReturnCall) => {
        true
    };
    (ReturnCallIndirect) => {
        true
    };
    ($operator:ident) => {
        false
    };
}

/// What an execution has spent, and may spend. Machine code knows the place of [`Count::fuel`].
#[repr(C)]
#[derive(Debug)]
pub struct Count {
    /// What has been spent less what may be: negative or 0 while there is no more to spend than that.
    pub fuel: Cell<i64>,
    /// What may be spent beyond `fuel`, which has no room for more.
    reserve: Cell<u64>,
    /// The count when `fuel` is 0.
    origin: Cell<u64>,
    /// Whether code counts.
    is_on: Cell<bool>,
    /// What could not be spent.
    refused: Cell<u64>,
    /// The most that `fuel` lets be spent before the rest is in `reserve`.
    interval: Cell<u64>,
}

impl Default for Count {
    fn default() -> Self {
        Self::new()
    }
}

impl Count {
    /// Nothing spent, and no bound.
    pub const fn new() -> Self {
        Self {
            fuel: Cell::new(-i64::MAX),
            reserve: Cell::new(0),
            origin: Cell::new(i64::MAX as u64),
            is_on: Cell::new(false),
            refused: Cell::new(0),
            interval: Cell::new(i64::MAX as u64),
        }
    }

    /// Whether code counts. It is decided before there is code.
    pub fn is_on(&self) -> bool {
        self.is_on.get()
    }

    /// Says whether code counts.
    pub fn turn(&self, on: bool) {
        self.is_on.set(on);
    }

    /// What `work` does is the host's: bulk operators in it cost nothing.
    pub fn paused<R>(&self, work: impl FnOnce() -> R) -> R {
        let is_on = self.is_on.replace(false);
        let result = work();
        self.is_on.set(is_on);
        result
    }

    /// What has been counted.
    pub fn get(&self) -> u64 {
        self.origin.get().wrapping_add_signed(self.fuel.get())
    }

    /// Goes on counting from `count`. What may be spent stays as it is.
    pub fn set(&self, count: u64) {
        let origin = count.wrapping_add_signed(self.fuel.get().wrapping_neg());
        self.origin.set(origin);
    }

    /// What may be spent.
    pub fn fuel(&self) -> u64 {
        self.reserve.get() + self.fuel.get().min(0).unsigned_abs()
    }

    /// Lets `fuel` be spent from now on. The count stays as it is.
    pub fn set_fuel(&self, fuel: u64) {
        let count = self.get();
        let near = fuel.min(self.interval.get());
        self.reserve.set(fuel - near);
        self.fuel.set(-(near as i64));
        self.set(count);
    }

    /// Lets at most `interval` be spent at a time, if there is one; see [`Count::refill`].
    pub fn set_interval(&self, interval: Option<u64>) {
        let most = i64::MAX as u64;
        self.interval.set(interval.unwrap_or(most).clamp(1, most));
        self.set_fuel(self.fuel());
    }

    /// Lets another interval be spent, and what was refused in any case. Returns whether there is enough.
    pub fn refill(&self) -> bool {
        let wanted = self.interval.get().max(self.refused.get());
        let more = wanted.min(self.reserve.get());
        let near = self.fuel.get().wrapping_sub_unsigned(more);
        if more == 0 || near > 0 {
            return false;
        }
        let count = self.get();
        self.reserve.set(self.reserve.get() - more);
        self.fuel.set(near);
        self.set(count);
        near.unsigned_abs() >= self.refused.get()
    }

    /// Spends `cost`, if code counts.
    ///
    /// # Errors
    ///
    /// If that is more than may be spent; then nothing is.
    #[inline]
    pub fn charge(&self, cost: u64) -> Result<(), TrapCode> {
        if !self.is_on() {
            return Ok(());
        }
        let spent = i64::try_from(cost).ok();
        match spent.and_then(|cost| self.fuel.get().checked_add(cost)) {
            Some(fuel @ ..=0) => {
                self.fuel.set(fuel);
                Ok(())
            }
            _ => {
                self.refuse(cost);
                Err(TrapCode::OutOfFuel)
            }
        }
    }

    /// Notes what could not be spent.
    pub fn refuse(&self, cost: u64) {
        self.refused.set(cost);
    }

    /// What could not be spent when it was last tried.
    pub fn refused(&self) -> u64 {
        self.refused.get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn count_and_fuel_are_set_apart() {
        let count = Count::new();
        assert_eq!((count.get(), count.fuel()), (0, i64::MAX as u64));
        count.turn(true);
        count.charge(7).expect("no bound");
        assert_eq!(count.get(), 7);
        count.set_fuel(10);
        assert_eq!((count.get(), count.fuel()), (7, 10));
        count.charge(10).expect("just enough");
        assert_eq!((count.get(), count.fuel()), (17, 0));
        assert_eq!(count.charge(1), Err(TrapCode::OutOfFuel));
        assert_eq!((count.get(), count.fuel()), (17, 0));
        count.set(100);
        assert_eq!((count.get(), count.fuel()), (100, 0));
        count.set_fuel(u64::MAX);
        assert_eq!((count.get(), count.fuel()), (100, u64::MAX));
        count.charge(5).expect("plenty");
        assert_eq!((count.get(), count.fuel()), (105, u64::MAX - 5));
        assert_eq!(count.charge(u64::MAX), Err(TrapCode::OutOfFuel));
    }

    #[test]
    fn an_interval_is_spent_at_a_time() {
        let count = Count::new();
        count.turn(true);
        count.set_interval(Some(10));
        count.set_fuel(25);
        assert_eq!((count.get(), count.fuel()), (0, 25));
        count.charge(8).expect("the first interval");
        assert_eq!(count.charge(3), Err(TrapCode::OutOfFuel));
        assert!(count.refill());
        count.charge(3).expect("the second interval");
        assert_eq!((count.get(), count.fuel()), (11, 14));
        // More than an interval at once.
        assert_eq!(count.charge(13), Err(TrapCode::OutOfFuel));
        assert!(count.refill());
        count.charge(13).expect("all that is left but 1");
        assert_eq!((count.get(), count.fuel()), (24, 1));
        assert_eq!(count.charge(2), Err(TrapCode::OutOfFuel));
        assert!(!count.refill());
        assert_eq!((count.get(), count.fuel()), (24, 1));
        count.set_interval(None);
        assert_eq!((count.get(), count.fuel()), (24, 1));
    }

    #[test]
    fn nothing_is_charged_unless_it_is_on() {
        let count = Count::new();
        count.set_fuel(0);
        assert_eq!(count.charge(u64::MAX), Ok(()));
        assert_eq!(count.get(), 0);
    }
}
