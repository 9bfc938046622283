//! Options that configure the engine, shared by every subcommand that has one.

use std::fmt::Write as _;

use clap::{Args, ValueEnum};
use selvedge::{Config, Engine};

use crate::outcome::{Failure, Outcome};

/// What modules may use.
#[derive(Args)]
pub(crate) struct WasmOptions {
    /// Switch a proposal on or off, or set a limit; `-W help` lists them.
    #[arg(
        short = 'W',
        long = "wasm",
        value_name = "NAME[=VAL],...",
        value_delimiter = ','
    )]
    wasm: Vec<String>,
}

/// What modules may use, and how they are run.
#[derive(Args)]
pub(crate) struct EngineOptions {
    #[command(flatten)]
    pub(crate) wasm: WasmOptions,

    /// How the interpreter goes from one instruction to the next.
    #[arg(long, value_enum, default_value_t = Dispatch::Auto)]
    dispatch: Dispatch,

    /// When function bodies are validated and translated.
    #[arg(long, value_enum, default_value_t = CompilationMode::LazyTranslation)]
    compilation_mode: CompilationMode,
}

#[derive(Clone, Copy, ValueEnum)]
enum Dispatch {
    /// The fastest that this build has.
    Auto,
    /// Each handler calls the next one as a tail call.
    Tail,
    /// A loop calls one handler after the other.
    Step,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum CompilationMode {
    /// Validate and translate everything before the module runs.
    Eager,
    /// Validate everything, translate each function when it is first called.
    LazyTranslation,
    /// Validate and translate each function when it is first called.
    Lazy,
}

/// One name that `-W` knows.
struct Setting {
    name: &'static str,
    help: &'static str,
    set: Set,
}

/// What a setting does to the configuration.
enum Set {
    Switch(fn(&mut Config, bool) -> &mut Config),
    Size(fn(&mut Config, usize) -> &mut Config),
}

macro_rules! settings {
    ($($name:literal $kind:ident $method:ident $help:literal;)*) => {
        const SETTINGS: &[Setting] = &[$(Setting {
            name: $name,
            help: $help,
            set: Set::$kind(Config::$method),
        },)*];
    };
}

settings! {
    "bulk-memory" Switch wasm_bulk_memory "bulk memory and table instructions";
    "custom-page-sizes" Switch wasm_custom_page_sizes "memories with pages of one byte";
    "extended-const" Switch wasm_extended_const "arithmetic in constant expressions";
    "memory64" Switch wasm_memory64 "64-bit memories and tables";
    "multi-memory" Switch wasm_multi_memory "more than one memory";
    "multi-value" Switch wasm_multi_value "blocks and functions with several results";
    "mutable-global" Switch wasm_mutable_global "imported and exported mutable globals";
    "reference-types" Switch wasm_reference_types "`funcref` and `externref` values";
    "saturating-float-to-int" Switch wasm_saturating_float_to_int "conversions that do not trap";
    "sign-extension" Switch wasm_sign_extension "sign extension of a part of an integer";
    "tail-call" Switch wasm_tail_call "calls that replace their caller";
    "wide-arithmetic" Switch wasm_wide_arithmetic "128-bit addition, subtraction and multiplication";
    "component-model" Switch wasm_component_model "components (not supported)";
    "exceptions" Switch wasm_exceptions "exceptions (not supported yet)";
    "function-references" Switch wasm_function_references "typed references (not supported yet)";
    "gc" Switch wasm_gc "structs and arrays (not supported yet)";
    "relaxed-simd" Switch wasm_relaxed_simd "relaxed vectors (not supported yet)";
    "simd" Switch wasm_simd "128-bit vectors (not supported yet)";
    "threads" Switch wasm_threads "shared memories and atomics (not supported yet)";
    "max-wasm-stack" Size max_wasm_stack "bytes that the stack of a guest may take";
}

impl WasmOptions {
    /// The configuration that these options describe.
    pub(crate) fn config(&self) -> Outcome<Config> {
        let mut config = Config::new();
        for setting in &self.wasm {
            apply(&mut config, setting)?;
        }
        Ok(config)
    }

    /// The engine that these options describe.
    pub(crate) fn engine(&self) -> Outcome<Engine> {
        engine(&self.config()?)
    }

    /// The list of settings, if that is what `-W help` asks for.
    pub(crate) fn help(&self) -> Option<String> {
        if !self.wasm.iter().any(|setting| setting == "help") {
            return None;
        }
        let mut text = String::from("Settings of -W:\n");
        for setting in SETTINGS {
            let value = match setting.set {
                Set::Switch(_) => "[=y|n]",
                Set::Size(_) => "=N",
            };
            let name = format!("{}{value}", setting.name);
            let _ = writeln!(text, "  {name:<30} {}", setting.help);
        }
        Some(text)
    }
}

impl EngineOptions {
    /// The configuration that these options describe.
    pub(crate) fn config(&self) -> Outcome<Config> {
        let mut config = self.wasm.config()?;
        config.dispatch(match self.dispatch {
            Dispatch::Auto => selvedge::Dispatch::Auto,
            Dispatch::Tail => selvedge::Dispatch::Tail,
            Dispatch::Step => selvedge::Dispatch::Step,
        });
        config.compilation_mode(match self.compilation_mode {
            CompilationMode::Eager => selvedge::CompilationMode::Eager,
            CompilationMode::LazyTranslation => selvedge::CompilationMode::LazyTranslation,
            CompilationMode::Lazy => selvedge::CompilationMode::Lazy,
        });
        Ok(config)
    }

    /// The engine that these options describe.
    pub(crate) fn engine(&self) -> Outcome<Engine> {
        engine(&self.config()?)
    }

    /// Whether function bodies are validated only when they are called.
    pub(crate) fn defers_validation(&self) -> bool {
        self.compilation_mode == CompilationMode::Lazy
    }
}

/// What this build cannot do is asked for on the command line.
fn engine(config: &Config) -> Outcome<Engine> {
    Engine::new(config).map_err(|error| Failure::Usage(error.to_string()))
}

/// Applies one setting, `name` or `name=value`.
fn apply(config: &mut Config, text: &str) -> Outcome {
    let (name, value) = match text.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (text, None),
    };
    let Some(setting) = SETTINGS.iter().find(|setting| setting.name == name) else {
        let message = format!("-W {name}: there is no such setting, see `-W help`");
        return Err(Failure::Usage(message));
    };
    match setting.set {
        Set::Switch(set) => {
            let on = match value {
                None | Some("y" | "yes" | "true") => true,
                Some("n" | "no" | "false") => false,
                Some(other) => {
                    let message = format!("-W {name}: {other:?} is neither y nor n");
                    return Err(Failure::Usage(message));
                }
            };
            set(config, on);
        }
        Set::Size(set) => {
            let size = value.and_then(|value| value.parse().ok());
            let Some(size) = size else {
                let message = format!("-W {name}: a number of bytes is needed, {name}=N");
                return Err(Failure::Usage(message));
            };
            set(config, size);
        }
    }
    Ok(())
}
