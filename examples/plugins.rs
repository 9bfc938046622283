//! A plugin host: plugins that transform text, one after another, and a few that misbehave.
//!
//! A plugin exports its `memory`, `alloc`, which says where the host may write so many bytes, and `transform`, which takes
//! the place of a text and returns the place of another. The host offers `host.log`. Every plugin lives in a store of its
//! own: what one does to its memory, nobody else sees, and one that fails is switched off while the others go on.
//!
//! ```console
//! $ cargo run --example plugins
//! ```

use selvedge::error::Context;
use selvedge::{
    Caller, Engine, Extern, Linker, Memory, Module, Result, Store, StoreLimits, StoreLimitsBuilder,
    Trap, TypedFunc, ensure,
};

/// Writes capital letters in place.
const SHOUT: &str = r#"(module
    (import "host" "log" (func $log (param i32 i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "shouting")
    (func (export "alloc") (param $len i32) (result i32) (i32.const 1024))
    (func (export "transform") (param $at i32) (param $len i32) (result i32 i32)
        (local $i i32) (local $c i32)
        (call $log (i32.const 0) (i32.const 8))
        (loop $next
            (if (i32.lt_u (local.get $i) (local.get $len)) (then
                (local.set $c (i32.load8_u (i32.add (local.get $at) (local.get $i))))
                (if (i32.lt_u (i32.sub (local.get $c) (i32.const 97)) (i32.const 26)) (then
                    (i32.store8 (i32.add (local.get $at) (local.get $i))
                        (i32.sub (local.get $c) (i32.const 32)))))
                (local.set $i (i32.add (local.get $i) (i32.const 1)))
                (br $next))))
        (local.get $at) (local.get $len)))"#;

/// Writes the text twice, one copy behind the other, and returns a text that is longer than its own.
const TWICE: &str = r#"(module
    (memory (export "memory") 1)
    (func (export "alloc") (param $len i32) (result i32) (i32.const 0))
    (func (export "transform") (param $at i32) (param $len i32) (result i32 i32)
        (memory.copy (i32.add (local.get $at) (local.get $len)) (local.get $at) (local.get $len))
        (local.get $at) (i32.mul (local.get $len) (i32.const 2))))"#;

/// Writes far beyond its memory.
const CRASH: &str = r#"(module
    (memory (export "memory") 1)
    (func (export "alloc") (param i32) (result i32) (i32.const 0))
    (func $scribble (param $at i32) (i32.store (local.get $at) (i32.const 0xdead)))
    (func (export "transform") (param i32 i32) (result i32 i32)
        (call $scribble (i32.const 0x7fff0000)) (i32.const 0) (i32.const 0)))"#;

/// Returns a place that is not in its memory. The host must not believe it.
const LIAR: &str = r#"(module
    (memory (export "memory") 1)
    (func (export "alloc") (param i32) (result i32) (i32.const 0))
    (func (export "transform") (param i32 i32) (result i32 i32)
        (i32.const 0xfffffff0) (i32.const 100)))"#;

/// The longest text that is taken from a plugin.
const MAX_TEXT_BYTES: u32 = 1 << 20;

/// What the host knows of a plugin: the data of its store.
struct Host {
    limits: StoreLimits,
    log: Vec<String>,
}

/// A plugin, ready to be called.
struct Plugin {
    name: &'static str,
    store: Store<Host>,
    memory: Memory,
    alloc: TypedFunc<u32, u32>,
    transform: TypedFunc<(u32, u32), (u32, u32)>,
    failed: bool,
}

impl Plugin {
    /// Loads a plugin, and checks that it has the whole interface.
    fn load(linker: &Linker<Host>, name: &'static str, wasm: &str) -> Result<Self> {
        let module = Module::new(linker.engine(), wasm)?;
        let limits = StoreLimitsBuilder::new().memory_size(4 << 20).build();
        let log = Vec::new();
        let mut store = Store::new(linker.engine(), Host { limits, log });
        store.limiter(|host| &mut host.limits);
        let instance = linker.instantiate(&mut store, &module)?;
        let memory = instance.get_memory(&mut store, "memory");
        Ok(Self {
            name,
            memory: memory.context("no export `memory`")?,
            alloc: instance.get_typed_func(&mut store, "alloc")?,
            transform: instance.get_typed_func(&mut store, "transform")?,
            store,
            failed: false,
        })
    }

    /// Hands a text to the plugin and takes one back. Every number that comes from the guest is checked: `read` and `write`
    /// refuse what does not lie in its memory.
    fn transform(&mut self, text: &str) -> Result<String> {
        let len = u32::try_from(text.len())?;
        let at = self.alloc.call(&mut self.store, len)?;
        self.memory
            .write(&mut self.store, at as usize, text.as_bytes())?;
        let (at, len) = self.transform.call(&mut self.store, (at, len))?;
        ensure!(len <= MAX_TEXT_BYTES, "a text of {len} bytes is too long");
        let mut bytes = vec![0; len as usize];
        self.memory.read(&self.store, at as usize, &mut bytes)?;
        Ok(String::from_utf8(bytes)?)
    }
}

/// `host.log`: keeps a line that the plugin has in its memory.
fn log(mut caller: Caller<'_, Host>, at: u32, len: u32) -> Result<()> {
    let memory = caller.get_export("memory").and_then(Extern::into_memory);
    let memory = memory.context("no export `memory`")?;
    ensure!(len <= 1000, "a line of {len} bytes is too long");
    let mut line = vec![0; len as usize];
    memory.read(&caller, at as usize, &mut line)?;
    let line = String::from_utf8_lossy(&line).into_owned();
    caller.data_mut().log.push(line);
    Ok(())
}

/// Sends the text through all plugins that work. One that fails is left out, now and from now on.
fn run(plugins: &mut [Plugin], text: &str) -> String {
    let mut text = text.to_string();
    for plugin in plugins.iter_mut().filter(|plugin| !plugin.failed) {
        match plugin.transform(&text) {
            Ok(transformed) => text = transformed,
            Err(error) => {
                println!("plugin `{}` is switched off: {error:#}", plugin.name);
                plugin.failed = true;
            }
        }
    }
    text
}

fn main() -> Result<()> {
    let engine = Engine::default();
    let mut linker = Linker::new(&engine);
    linker.func_wrap("host", "log", log)?;

    // A plugin without the interface is refused when it is loaded.
    let error = Plugin::load(&linker, "empty", "(module)").err();
    println!("plugin `empty`: {:#}", error.expect("it exports nothing"));

    let mut plugins = Vec::new();
    for (name, wasm) in [
        ("crash", CRASH),
        ("shout", SHOUT),
        ("liar", LIAR),
        ("twice", TWICE),
    ] {
        plugins.push(Plugin::load(&linker, name, wasm).with_context(|| name)?);
    }

    let text = run(&mut plugins, "Knit one, purl two. ");
    println!("{text}");
    assert_eq!(text, "KNIT ONE, PURL TWO. KNIT ONE, PURL TWO. ");
    let failed: Vec<_> = plugins.iter().map(|plugin| plugin.failed).collect();
    assert_eq!(failed, [true, false, true, false]);

    // The others are as they were.
    assert_eq!(run(&mut plugins, "ok"), "OKOK");
    assert_eq!(plugins[1].store.data().log, ["shouting", "shouting"]);

    // An error says what happened, and where in the guest.
    let crash = &mut plugins[0];
    let error = crash
        .transform("again")
        .expect_err("it has not become better");
    assert_eq!(error.as_trap_code(), Some(Trap::MemoryOutOfBounds));
    let backtrace = error.backtrace().context("traps have a backtrace")?;
    assert_eq!(backtrace.frames()[0].func_name(), Some("scribble"));
    Ok(())
}
