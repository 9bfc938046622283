//! The `spectest` module that official scripts import.

use std::fmt::Arguments;
use std::io::{self, Write as _};

use selvedge::{
    Error, Global, GlobalType, Linker, Memory, MemoryType, Mutability, Ref, RefType, Store, Table,
    TableType, Val, ValType,
};

/// Defines `spectest` in `linker`. Its functions write their arguments to
/// standard output if `print` is set.
pub(crate) fn define_spectest(
    store: &mut Store<()>,
    linker: &mut Linker<()>,
    print: bool,
) -> Result<(), Error> {
    define_functions(linker, print)?;
    define_globals(store, linker)?;

    let memory = Memory::new(&mut *store, MemoryType::new(1, Some(2)))?;
    linker.define(&mut *store, "spectest", "memory", memory)?;

    let ty = TableType::new(RefType::FUNCREF, 10, Some(20));
    let table = Table::new(&mut *store, ty, Ref::Func(None))?;
    linker.define(&mut *store, "spectest", "table", table)?;

    // An engine without 64-bit tables refuses this one, and then no script asks for it.
    let ty = TableType::new64(RefType::FUNCREF, 10, Some(20));
    if let Ok(table) = Table::new(&mut *store, ty, Ref::Func(None)) {
        linker.define(&mut *store, "spectest", "table64", table)?;
    }
    Ok(())
}

fn define_functions(linker: &mut Linker<()>, print: bool) -> Result<(), Error> {
    let out = move |text: Arguments<'_>| {
        if print {
            // Nobody listening is no reason for a script to fail.
            let _ = writeln!(io::stdout(), "{text}");
        }
    };
    linker.func_wrap("spectest", "print", || ())?;
    linker.func_wrap("spectest", "print_i32", move |a: i32| {
        out(format_args!("{a}: i32"));
    })?;
    linker.func_wrap("spectest", "print_i64", move |a: i64| {
        out(format_args!("{a}: i64"));
    })?;
    linker.func_wrap("spectest", "print_f32", move |a: f32| {
        out(format_args!("{a}: f32"));
    })?;
    linker.func_wrap("spectest", "print_f64", move |a: f64| {
        out(format_args!("{a}: f64"));
    })?;
    linker.func_wrap("spectest", "print_i32_f32", move |a: i32, b: f32| {
        out(format_args!("{a}: i32\n{b}: f32"));
    })?;
    linker.func_wrap("spectest", "print_f64_f64", move |a: f64, b: f64| {
        out(format_args!("{a}: f64\n{b}: f64"));
    })?;
    Ok(())
}

fn define_globals(store: &mut Store<()>, linker: &mut Linker<()>) -> Result<(), Error> {
    let globals = [
        ("global_i32", ValType::I32, Val::I32(666)),
        ("global_i64", ValType::I64, Val::I64(666)),
        ("global_f32", ValType::F32, Val::F32(666.6_f32.to_bits())),
        ("global_f64", ValType::F64, Val::F64(666.6_f64.to_bits())),
    ];
    for (name, ty, value) in globals {
        let ty = GlobalType::new(ty, Mutability::Const);
        let global = Global::new(&mut *store, ty, value)?;
        linker.define(&mut *store, "spectest", name, global)?;
    }
    Ok(())
}
