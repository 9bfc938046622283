//! The state of a running script, and what each directive does to it.

use std::collections::HashMap;

use selvedge::{Engine, Error, ErrorKind, Extern, Instance, Linker, Module, Store, Trap, Val};
use wast::token::Id;
use wast::{QuoteWat, WastDirective, WastExecute, WastInvoke, Wat};

use crate::values::{self, describe_all, describe_expected, matches};
use crate::{Mismatch, Options, host};

/// A running script: one store, and the modules and instances that the script
/// can refer to.
pub(crate) struct Script {
    engine: Engine,
    store: Store<()>,
    linker: Linker<()>,
    validate_first: bool,
    /// Definitions by name; `None` is the latest one.
    modules: HashMap<Option<String>, Module>,
    /// Instances by name; `None` is the current one.
    instances: HashMap<Option<String>, Instance>,
}

/// What an action came to: its results, or the error that it ended with.
type Outcome = Result<Vec<Val>, Error>;

impl Script {
    /// A script that has run nothing yet; `spectest` can be imported.
    pub(crate) fn new(engine: Engine, options: &Options) -> Result<Self, Error> {
        let mut store = Store::new(&engine, ());
        let mut linker = Linker::new(&engine);
        linker.allow_shadowing(true);
        host::define_spectest(&mut store, &mut linker, options.print)?;
        Ok(Self {
            engine,
            store,
            linker,
            validate_first: options.validate_first,
            modules: HashMap::new(),
            instances: HashMap::new(),
        })
    }

    /// Runs `directive`; `Ok` means that it holds.
    pub(crate) fn run(&mut self, directive: WastDirective<'_>) -> Result<(), Mismatch> {
        match directive {
            WastDirective::Module(module) => self.module(module),
            WastDirective::ModuleDefinition(module) => self.define(module),
            WastDirective::ModuleInstance {
                instance, module, ..
            } => self.instantiate_definition(instance, module),
            WastDirective::Register { name, module, .. } => self.register(name, module),
            WastDirective::Invoke(invoke) => self.invoke_directive(&invoke),
            WastDirective::AssertReturn { exec, results, .. } => self.assert_return(exec, &results),
            WastDirective::AssertTrap { exec, message, .. } => {
                let outcome = self.execute(exec);
                assert_trap(outcome, message)
            }
            WastDirective::AssertExhaustion { call, message, .. } => {
                let outcome = self.invoke(&call);
                assert_trap(outcome, message)
            }
            WastDirective::AssertInvalid {
                module, message, ..
            }
            | WastDirective::AssertInvalidCustom {
                module, message, ..
            } => self.assert_rejected(module, "an invalid module", message),
            WastDirective::AssertMalformed {
                module, message, ..
            }
            | WastDirective::AssertMalformedCustom {
                module, message, ..
            } => self.assert_rejected(module, "a malformed module", message),
            WastDirective::AssertUnlinkable {
                module, message, ..
            } => self.assert_unlinkable(module, message),
            WastDirective::AssertException { .. } => {
                Err(Mismatch::new("an exception", unsupported("exceptions")))
            }
            WastDirective::AssertSuspension { message, .. } => Err(Mismatch::new(
                format!("the suspension {message:?}"),
                unsupported("stack switching"),
            )),
            WastDirective::Thread(_) | WastDirective::Wait { .. } => {
                Err(Mismatch::new("a thread", unsupported("threads")))
            }
        }
    }

    /// `(module …)`: defines the module and makes an instance of it, which is the
    /// current one from now on. If that fails, there is no current one.
    fn module(&mut self, module: QuoteWat<'_>) -> Result<(), Mismatch> {
        let name = id(module.name());
        self.instances.remove(&None);
        self.instances.remove(&name);
        let compiled = self.compile(module).map_err(not_valid)?;
        self.modules.insert(None, compiled.clone());
        self.modules.insert(name.clone(), compiled.clone());
        self.instantiate(name, &compiled)
    }

    /// `(module definition …)`: defines the module only.
    fn define(&mut self, module: QuoteWat<'_>) -> Result<(), Mismatch> {
        let name = id(module.name());
        self.modules.remove(&None);
        self.modules.remove(&name);
        let compiled = self.compile(module).map_err(not_valid)?;
        self.modules.insert(None, compiled.clone());
        self.modules.insert(name, compiled);
        Ok(())
    }

    /// `(module instance $instance $module)`.
    fn instantiate_definition(
        &mut self,
        instance: Option<Id<'_>>,
        module: Option<Id<'_>>,
    ) -> Result<(), Mismatch> {
        let (instance, module) = (id(instance), id(module));
        self.instances.remove(&None);
        self.instances.remove(&instance);
        let Some(compiled) = self.modules.get(&module).cloned() else {
            return Err(Mismatch::new("a module", unknown("module", &module)));
        };
        self.instantiate(instance, &compiled)
    }

    /// Makes an instance of `module`, current and known as `name`.
    fn instantiate(&mut self, name: Option<String>, module: &Module) -> Result<(), Mismatch> {
        let instance = self
            .linker
            .instantiate(&mut self.store, module)
            .map_err(|error| Mismatch::new("an instance", first_line(&error)))?;
        self.instances.insert(None, instance);
        self.instances.insert(name, instance);
        Ok(())
    }

    /// `(register "name" $instance)`.
    fn register(&mut self, name: &str, instance: Option<Id<'_>>) -> Result<(), Mismatch> {
        let instance = self
            .instance(instance)
            .map_err(|got| Mismatch::new("an instance", got))?;
        self.linker
            .instance(&mut self.store, name, instance)
            .map_err(|error| Mismatch::new("its exports can be imported", first_line(&error)))?;
        Ok(())
    }

    /// `(invoke …)` as a directive: the call returns, its results do not matter.
    fn invoke_directive(&mut self, invoke: &WastInvoke<'_>) -> Result<(), Mismatch> {
        match self.invoke(invoke) {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(Mismatch::new("a return", first_line(&error))),
            Err(got) => Err(Mismatch::new("a return", got)),
        }
    }

    /// `(assert_return …)`: the results match one by one.
    fn assert_return(
        &mut self,
        execute: WastExecute<'_>,
        expected: &[wast::WastRet<'_>],
    ) -> Result<(), Mismatch> {
        let wanted = || describe_expected(expected);
        let results = match self.execute(execute) {
            Ok(Ok(results)) => results,
            Ok(Err(error)) => return Err(Mismatch::new(wanted(), first_line(&error))),
            Err(got) => return Err(Mismatch::new(wanted(), got)),
        };
        let all_match = results.len() == expected.len()
            && results
                .iter()
                .zip(expected)
                .all(|(actual, expected)| matches(&self.store, actual, expected));
        if all_match {
            return Ok(());
        }
        Err(Mismatch::new(wanted(), describe_all(&self.store, &results)))
    }

    /// `(assert_invalid …)` and `(assert_malformed …)`: parser or engine rejects
    /// the module.
    fn assert_rejected(
        &mut self,
        module: QuoteWat<'_>,
        what: &str,
        message: &str,
    ) -> Result<(), Mismatch> {
        let expected = || format!("{what} ({message})");
        if is_component(&module) {
            return Err(Mismatch::new(expected(), unsupported("components")));
        }
        match self.compile(module) {
            Err(_) => Ok(()),
            Ok(_) => Err(Mismatch::new(expected(), "a valid module")),
        }
    }

    /// `(assert_unlinkable …)`: the module is valid, and instantiating it fails
    /// before any of its code runs.
    fn assert_unlinkable(&mut self, module: Wat<'_>, message: &str) -> Result<(), Mismatch> {
        let expected = || format!("a link error ({message})");
        let module = self
            .compile(QuoteWat::Wat(module))
            .map_err(|got| Mismatch::new(expected(), got))?;
        match self.linker.instantiate(&mut self.store, &module) {
            Ok(_) => Err(Mismatch::new(expected(), "an instance")),
            Err(error) if error.kind() == ErrorKind::Link => Ok(()),
            Err(error) => Err(Mismatch::new(expected(), first_line(&error))),
        }
    }

    /// Runs an action. The outer error says why there was nothing to run.
    fn execute(&mut self, execute: WastExecute<'_>) -> Result<Outcome, String> {
        match execute {
            WastExecute::Invoke(invoke) => self.invoke(&invoke),
            WastExecute::Wat(module) => {
                let module = self.compile(QuoteWat::Wat(module))?;
                let instance = self.linker.instantiate(&mut self.store, &module);
                Ok(instance.map(|_| Vec::new()))
            }
            WastExecute::Get { module, global, .. } => match self.export(module, global)? {
                Extern::Global(global) => Ok(Ok(vec![global.get(&mut self.store)])),
                _ => Err(format!("{global:?} is not a global")),
            },
        }
    }

    /// Calls an exported function. The outer error says why it could not be called.
    fn invoke(&mut self, invoke: &WastInvoke<'_>) -> Result<Outcome, String> {
        let Extern::Func(func) = self.export(invoke.module, invoke.name)? else {
            return Err(format!("{:?} is not a function", invoke.name));
        };
        let args = invoke
            .args
            .iter()
            .map(|arg| values::argument(&mut self.store, arg))
            .collect::<Result<Vec<_>, _>>()?;
        let mut results = vec![Val::I32(0); func.ty(&self.store).results().len()];
        let outcome = func.call(&mut self.store, &args, &mut results);
        Ok(outcome.map(|()| results))
    }

    fn export(&mut self, instance: Option<Id<'_>>, name: &str) -> Result<Extern, String> {
        self.instance(instance)?
            .get_export(&mut self.store, name)
            .ok_or_else(|| format!("no export {name:?}"))
    }

    fn instance(&self, name: Option<Id<'_>>) -> Result<Instance, String> {
        let name = id(name);
        let instance = self.instances.get(&name).copied();
        instance.ok_or_else(|| unknown("instance", &name))
    }

    /// Parses, encodes, validates and compiles a module of the script.
    fn compile(&self, mut module: QuoteWat<'_>) -> Result<Module, String> {
        if is_component(&module) {
            return Err(unsupported("components"));
        }
        let binary = module.encode().map_err(|error| error.message())?;
        if self.validate_first {
            Module::validate(&self.engine, &binary).map_err(|error| first_line(&error))?;
        }
        Module::from_binary(&self.engine, &binary).map_err(|error| first_line(&error))
    }
}

/// `(assert_trap …)` and `(assert_exhaustion …)`: the action ends with a trap
/// whose message is the expected one.
fn assert_trap(outcome: Result<Outcome, String>, message: &str) -> Result<(), Mismatch> {
    let expected = || format!("the trap {message:?}");
    let error = match outcome {
        Ok(Ok(_)) => return Err(Mismatch::new(expected(), "a return")),
        Ok(Err(error)) => error,
        Err(got) => return Err(Mismatch::new(expected(), got)),
    };
    match error.downcast_ref::<Trap>() {
        Some(trap) if message_matches(message, trap.message()) => Ok(()),
        Some(trap) => Err(Mismatch::new(
            expected(),
            format!("the trap {:?}", trap.message()),
        )),
        None => Err(Mismatch::new(expected(), first_line(&error))),
    }
}

/// Whether a trap's message is the one a script expects. As in other engines, a
/// script may give a part of the message ("unreachable"), or go on with a
/// detail that the message leaves out ("uninitialized element 2").
fn message_matches(expected: &str, got: &str) -> bool {
    got.contains(expected) || expected.starts_with(got)
}

fn is_component(module: &QuoteWat<'_>) -> bool {
    matches!(
        module,
        QuoteWat::Wat(Wat::Component(_)) | QuoteWat::QuoteComponent(..)
    )
}

fn id(id: Option<Id<'_>>) -> Option<String> {
    id.map(|id| id.name().to_owned())
}

fn not_valid(got: String) -> Mismatch {
    Mismatch::new("a valid module", got)
}

fn unknown(what: &str, name: &Option<String>) -> String {
    match name {
        Some(name) => format!("no {what} ${name}"),
        None => format!("no current {what}"),
    }
}

fn unsupported(what: &str) -> String {
    format!("{what} are not supported")
}

/// The first line of an error: what went wrong, without the backtrace.
fn first_line(error: &Error) -> String {
    let text = format!("{error:#}");
    text.lines().next().unwrap_or_default().to_owned()
}
