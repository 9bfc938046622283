//! `ConstExpr`: constant expressions as flat lists of operators.
//!
//! An expression is validated when it is made; evaluating it cannot fail and
//! does not recurse. Almost every expression is one operator, which is stored
//! in place.

use smallvec::SmallVec;
use wasmparser::{AbstractHeapType, HeapType, Operator};

use super::convert;
use super::error::ModuleError;
use super::features::Feature;
use super::validate::invalid;
use crate::index::{FuncIndex, GlobalIndex};
use crate::types::ValType;

/// A value as frame slots hold it: one slot, or two (low, high) for a v128.
///
/// i32 and f32 values are zero-extended; references are handles, 0 for null.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Default, Debug)]
pub struct ConstValue(pub [u64; 2]);

impl ConstValue {
    /// The value of a single slot.
    pub const fn slot(bits: u64) -> Self {
        Self([bits, 0])
    }

    /// The value of a v128.
    pub const fn v128(bits: u128) -> Self {
        Self([bits as u64, (bits >> 64) as u64])
    }

    /// The value's slot, or the lower one of a v128.
    pub const fn low(self) -> u64 {
        self.0[0]
    }
}

/// One operator of a constant expression. Floats are bits.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
#[expect(missing_docs, reason = "named as the operators of the specification")]
pub enum ConstOp {
    I32Const(i32),
    I64Const(i64),
    F32Const(u32),
    F64Const(u64),
    /// The low and the high half.
    V128Const([u64; 2]),
    GlobalGet(GlobalIndex),
    RefNull,
    RefFunc(FuncIndex),
    I32Add,
    I32Sub,
    I32Mul,
    I64Add,
    I64Sub,
    I64Mul,
}

/// A constant expression.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ConstExpr(Ops);

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
enum Ops {
    One(ConstOp),
    Many(Box<[ConstOp]>),
}

impl From<ConstOp> for ConstExpr {
    /// The expression of a single operator that takes no operands.
    ///
    /// # Panics
    ///
    /// If `op` takes operands.
    fn from(op: ConstOp) -> Self {
        assert!(
            op.is_leaf(),
            "an expression of one operator takes no operands"
        );
        Self(Ops::One(op))
    }
}

impl ConstOp {
    const fn is_leaf(self) -> bool {
        use ConstOp::*;
        !matches!(self, I32Add | I32Sub | I32Mul | I64Add | I64Sub | I64Mul)
    }
}

impl ConstExpr {
    /// The expression whose value is the zero or null of type `ty`.
    pub fn zero(ty: ValType) -> Self {
        Self(Ops::One(match ty {
            ValType::I32 => ConstOp::I32Const(0),
            ValType::I64 => ConstOp::I64Const(0),
            ValType::F32 => ConstOp::F32Const(0),
            ValType::F64 => ConstOp::F64Const(0),
            ValType::V128 => ConstOp::V128Const([0; 2]),
            ValType::FuncRef | ValType::ExternRef => ConstOp::RefNull,
        }))
    }

    /// The operators, operands before the operators that take them.
    pub fn ops(&self) -> &[ConstOp] {
        match &self.0 {
            Ops::One(op) => std::slice::from_ref(op),
            Ops::Many(ops) => ops,
        }
    }

    /// The value, given the values of globals and the handles of functions.
    pub fn eval(
        &self,
        globals: &mut dyn FnMut(GlobalIndex) -> ConstValue,
        ref_func: &mut dyn FnMut(FuncIndex) -> u64,
    ) -> ConstValue {
        let mut stack: SmallVec<[ConstValue; 4]> = SmallVec::new();
        for &op in self.ops() {
            let value = match op {
                ConstOp::I32Const(v) => ConstValue::slot(v as u32 as u64),
                ConstOp::I64Const(v) => ConstValue::slot(v as u64),
                ConstOp::F32Const(bits) => ConstValue::slot(bits.into()),
                ConstOp::F64Const(bits) => ConstValue::slot(bits),
                ConstOp::V128Const(halves) => ConstValue(halves),
                ConstOp::GlobalGet(index) => globals(index),
                ConstOp::RefNull => ConstValue::default(),
                ConstOp::RefFunc(index) => ConstValue::slot(ref_func(index)),
                ConstOp::I32Add => binary32(&mut stack, u32::wrapping_add),
                ConstOp::I32Sub => binary32(&mut stack, u32::wrapping_sub),
                ConstOp::I32Mul => binary32(&mut stack, u32::wrapping_mul),
                ConstOp::I64Add => binary64(&mut stack, u64::wrapping_add),
                ConstOp::I64Sub => binary64(&mut stack, u64::wrapping_sub),
                ConstOp::I64Mul => binary64(&mut stack, u64::wrapping_mul),
            };
            stack.push(value);
        }
        pop(&mut stack)
    }

    /// The value, if it depends on no global and no function.
    pub fn as_constant(&self) -> Option<ConstValue> {
        let depends = |op: &ConstOp| matches!(op, ConstOp::GlobalGet(_) | ConstOp::RefFunc(_));
        if self.ops().iter().any(depends) {
            return None;
        }
        Some(self.eval(
            &mut |_| unreachable!("no operator reads a global"),
            &mut |_| unreachable!("no operator refers to a function"),
        ))
    }

    /// The functions that the expression refers to.
    pub fn funcs(&self) -> impl Iterator<Item = FuncIndex> {
        self.ops().iter().filter_map(|op| match op {
            ConstOp::RefFunc(index) => Some(*index),
            _ => None,
        })
    }

    /// The expression in `expr`, which has been validated.
    ///
    /// # Errors
    ///
    /// If it uses an operator of a proposal that is not implemented.
    pub(crate) fn parse(expr: &wasmparser::ConstExpr<'_>) -> Result<Self, ModuleError> {
        let mut ops: SmallVec<[ConstOp; 8]> = SmallVec::new();
        let mut reader = expr.get_operators_reader();
        loop {
            let offset = reader.original_position() as usize;
            match reader.read().map_err(|e| invalid(&e))? {
                Operator::End => break,
                op => ops.push(const_op(&op, offset)?),
            }
        }
        match ops[..] {
            [op] => Ok(Self(Ops::One(op))),
            _ => Ok(Self(Ops::Many(ops.into_boxed_slice()))),
        }
    }
}

/// The valid constant operator `op` at `offset`.
fn const_op(op: &Operator<'_>, offset: usize) -> Result<ConstOp, ModuleError> {
    Ok(match *op {
        Operator::I32Const { value } => ConstOp::I32Const(value),
        Operator::I64Const { value } => ConstOp::I64Const(value),
        Operator::F32Const { value } => ConstOp::F32Const(value.bits()),
        Operator::F64Const { value } => ConstOp::F64Const(value.bits()),
        #[cfg(feature = "simd")]
        Operator::V128Const { value } => {
            ConstOp::V128Const(ConstValue::v128(value.i128() as u128).0)
        }
        Operator::GlobalGet { global_index } => {
            ConstOp::GlobalGet(GlobalIndex::from_u32(global_index))
        }
        Operator::RefFunc { function_index } => {
            ConstOp::RefFunc(FuncIndex::from_u32(function_index))
        }
        Operator::RefNull { hty } => match hty {
            HeapType::Abstract {
                ty: AbstractHeapType::Func,
                shared: false,
            }
            | HeapType::Abstract {
                ty: AbstractHeapType::Extern,
                shared: false,
            } => ConstOp::RefNull,
            _ => {
                let message = "null reference of an unsupported type";
                return Err(ModuleError::feature(
                    convert::heap_type_feature(hty),
                    message,
                    offset,
                ));
            }
        },
        Operator::I32Add => ConstOp::I32Add,
        Operator::I32Sub => ConstOp::I32Sub,
        Operator::I32Mul => ConstOp::I32Mul,
        Operator::I64Add => ConstOp::I64Add,
        Operator::I64Sub => ConstOp::I64Sub,
        Operator::I64Mul => ConstOp::I64Mul,
        _ => {
            let message = "unsupported operator in a constant expression";
            return Err(ModuleError::feature(Feature::Gc, message, offset));
        }
    })
}

fn pop(stack: &mut SmallVec<[ConstValue; 4]>) -> ConstValue {
    stack
        .pop()
        .expect("validated expressions have their operands")
}

fn binary32(stack: &mut SmallVec<[ConstValue; 4]>, op: fn(u32, u32) -> u32) -> ConstValue {
    let (b, a) = (pop(stack), pop(stack));
    ConstValue::slot(op(a.low() as u32, b.low() as u32).into())
}

fn binary64(stack: &mut SmallVec<[ConstValue; 4]>, op: fn(u64, u64) -> u64) -> ConstValue {
    let (b, a) = (pop(stack), pop(stack));
    ConstValue::slot(op(a.low(), b.low()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn many(ops: &[ConstOp]) -> ConstExpr {
        ConstExpr(Ops::Many(ops.into()))
    }

    #[test]
    fn expressions_are_small() {
        assert!(size_of::<ConstExpr>() <= 24);
    }

    #[test]
    fn arithmetic_wraps_and_takes_operands_in_order() {
        use ConstOp::*;
        let expr = many(&[
            I32Const(1),
            I32Const(3),
            I32Sub,
            I32Const(i32::MAX),
            I32Mul,
            I32Const(5),
            I32Add,
        ]);
        let expected = (-2i32).wrapping_mul(i32::MAX).wrapping_add(5) as u32;
        assert_eq!(expr.as_constant(), Some(ConstValue::slot(expected.into())));
        let expr = many(&[
            I64Const(1),
            I64Const(3),
            I64Sub,
            I64Const(i64::MAX),
            I64Mul,
            I64Const(5),
            I64Add,
        ]);
        let expected = (-2i64).wrapping_mul(i64::MAX).wrapping_add(5) as u64;
        assert_eq!(expr.as_constant(), Some(ConstValue::slot(expected)));
    }

    #[test]
    fn globals_and_functions_are_asked_for() {
        use ConstOp::*;
        let expr = many(&[GlobalGet(GlobalIndex::from_u32(7)), I32Const(2), I32Add]);
        assert_eq!(expr.as_constant(), None);
        let value = expr.eval(
            &mut |g| ConstValue::slot(g.as_u32().into()),
            &mut |_| unreachable!(),
        );
        assert_eq!(value, ConstValue::slot(9));
        let expr = ConstExpr::from(RefFunc(FuncIndex::from_u32(3)));
        assert_eq!(expr.funcs().collect::<Vec<_>>(), [FuncIndex::from_u32(3)]);
        let value = expr.eval(&mut |_| unreachable!(), &mut |f| {
            u64::from(f.as_u32()) + 100
        });
        assert_eq!(value, ConstValue::slot(103));
    }

    #[test]
    fn zero_is_zero_for_every_type() {
        use ValType::*;
        for ty in [I32, I64, F32, F64, V128, FuncRef, ExternRef] {
            assert_eq!(
                ConstExpr::zero(ty).as_constant(),
                Some(ConstValue::default())
            );
        }
    }
}
