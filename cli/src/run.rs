//! `selvedge run`: runs a module.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use clap::Args;
use selvedge::{Func, Instance, LinkError, Linker, Module, Store, Val};

use crate::input;
use crate::options::EngineOptions;
use crate::outcome::{Failure, Outcome};
use crate::values;

/// Runs a module.
#[derive(Args)]
pub(crate) struct Run {
    /// Call the exported function NAME; ARGS are its arguments, and its results
    /// are printed one per line.
    #[arg(long, value_name = "NAME")]
    invoke: Option<String>,

    #[command(flatten)]
    pub(crate) options: EngineOptions,

    /// The module (`.wasm` or `.wat`, `-` reads standard input) and its arguments.
    /// Everything after FILE belongs to the guest.
    #[arg(
        value_names = ["FILE", "ARGS"],
        trailing_var_arg = true,
        required_unless_present = "wasm"
    )]
    file_and_args: Vec<OsString>,
}

impl Run {
    /// Runs the module and, with `--invoke`, prints the results.
    pub(crate) fn execute(self) -> Outcome {
        let Some((file, args)) = self.file_and_args.split_first() else {
            return Err(Failure::Usage("FILE is missing".to_owned()));
        };
        let binary = input::read_module(Path::new(file))?;
        let engine = self.options.engine()?;
        let name = Path::new(file).display();
        let module = Module::from_binary(&engine, &binary)
            .map_err(|error| Failure::Message(format!("{name}: {error}")))?;
        let mut store = Store::new(&engine, ());
        let instance = Linker::new(&engine).instantiate(&mut store, &module);
        let instance = instance.map_err(|error| match error.downcast_ref::<LinkError>() {
            Some(error) => Failure::Message(format!("{name}: {}", describe_link_error(error))),
            None => Failure::Guest(error),
        })?;
        match &self.invoke {
            Some(name) => invoke(&mut store, &module, instance, name, args),
            None => start(&mut store, instance),
        }
    }
}

/// All imports that nothing is there for, one per line.
fn describe_link_error(error: &LinkError) -> String {
    let mut text = "the module imports what is not there:".to_owned();
    for import in error.imports() {
        let _ = write!(text, "\n    {import}");
    }
    text
}

/// Calls the command's entry point: `_start`, or the export without a name. A
/// module that has neither has done its work when it was instantiated.
fn start(store: &mut Store<()>, instance: Instance) -> Outcome {
    for name in ["_start", ""] {
        let Some(func) = instance.get_func(&mut *store, name) else {
            continue;
        };
        let func = func
            .typed::<(), ()>(&*store)
            .map_err(|error| Failure::Message(format!("the entry point {name:?}: {error}")))?;
        return func.call(&mut *store, ()).map_err(Failure::Guest);
    }
    Ok(())
}

/// Calls the exported function `name` and prints its results.
fn invoke(
    store: &mut Store<()>,
    module: &Module,
    instance: Instance,
    name: &str,
    args: &[OsString],
) -> Outcome {
    let Some(func) = instance.get_func(&mut *store, name) else {
        return Err(Failure::Message(no_function(module, name)));
    };
    let args = arguments(store, func, name, args)?;
    let mut results = vec![Val::I32(0); func.ty(&*store).results().len()];
    func.call(&mut *store, &args, &mut results)
        .map_err(Failure::Guest)?;
    let mut out = std::io::stdout().lock();
    for result in &results {
        writeln!(out, "{}", values::format(result))?;
    }
    Ok(())
}

/// Reads `args` as the parameters of `func`.
fn arguments(store: &Store<()>, func: Func, name: &str, args: &[OsString]) -> Outcome<Vec<Val>> {
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

/// Says that there is no function `name`, and what there is instead.
fn no_function(module: &Module, name: &str) -> String {
    let functions: Vec<_> = module
        .exports()
        .filter(|export| export.ty().func().is_some())
        .map(|export| format!("`{}`", export.name()))
        .collect();
    if functions.is_empty() {
        return format!("no function `{name}` is exported, the module exports no functions");
    }
    format!(
        "no function `{name}` is exported, there is {}",
        functions.join(", ")
    )
}

/// `1 argument`, `2 arguments`.
fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}
