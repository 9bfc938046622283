//! `--invoke`: calls one exported function with arguments from the command line.

use std::ffi::OsString;
use std::io::Write as _;

use selvedge::{Func, Instance, Module, Store, Val};

use super::guest::{Ended, Host};
use crate::demangle::printable;
use crate::outcome::{Failure, Outcome};
use crate::suggest::did_you_mean;
use crate::values;

/// Calls the exported function `name` and prints its results.
pub(super) fn invoke(
    store: &mut Store<Host>,
    module: &Module,
    instance: Instance,
    name: &str,
    args: &[OsString],
) -> Result<(), Ended> {
    let Some(func) = instance.get_func(&mut *store, name) else {
        return Err(Failure::Message(no_function(module, name)).into());
    };
    let args = arguments(store, func, name, args)?;
    let mut results = vec![Val::I32(0); func.ty(&*store).results().len()];
    func.call(&mut *store, &args, &mut results)?;
    let mut out = std::io::stdout().lock();
    for result in &results {
        writeln!(out, "{}", values::format(result)).map_err(Failure::Output)?;
    }
    Ok(())
}

/// Reads `args` as the parameters of `func`.
fn arguments(store: &Store<Host>, func: Func, name: &str, args: &[OsString]) -> Outcome<Vec<Val>> {
    let ty = func.ty(store);
    let params: Vec<_> = ty.params().collect();
    if params.len() != args.len() {
        let types: Vec<_> = params.iter().map(ToString::to_string).collect();
        return Err(Failure::Usage(format!(
            "`{name}` takes {} ({}), but {} given",
            count(params.len(), "argument"),
            types.join(", "),
            if args.len() == 1 {
                "1 is".to_owned()
            } else {
                format!("{} are", args.len())
            },
        )));
    }
    let mut values = Vec::with_capacity(params.len());
    for (number, (arg, ty)) in (1..).zip(args.iter().zip(&params)) {
        let value = values::parse(&arg.to_string_lossy(), ty).map_err(|problem| {
            Failure::Usage(format!("argument {number} of `{name}`: {problem}"))
        })?;
        values.push(value);
    }
    Ok(values)
}

/// Exports that a message lists before it goes on with "and more".
const MAX_LISTED: usize = 10;

/// Says that there is no function `name`, and what there is instead.
fn no_function(module: &Module, name: &str) -> String {
    let exports = module.exports();
    let functions = exports.filter(|export| export.ty().func().is_some());
    let functions: Vec<_> = functions.map(|export| export.name()).collect();
    let text = format!("no function `{name}` is exported");
    if functions.is_empty() {
        return format!("{text}, the module exports no functions");
    }
    let hint = did_you_mean(name, functions.iter().copied());
    let listed = functions.iter().take(MAX_LISTED);
    let listed: Vec<_> = listed
        .map(|name| format!("`{}`", printable(name)))
        .collect();
    let more = match functions.len().saturating_sub(MAX_LISTED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{text}{hint}, there is {}{more}", listed.join(", "))
}

/// `1 argument`, `2 arguments`.
fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}
