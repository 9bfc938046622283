//! A deterministic metered contract: every machine computes the same result for the same price, or both do nothing.
//!
//! Gas is fuel, which counts what a guest executes, the same on every tier and platform. What the host does for a contract is
//! not counted, so the host functions charge for it. A call that fails, by a trap or without enough gas, leaves no trace:
//! its writes are in a journal that is thrown away, and its instance is one that nobody uses again.
//!
//! ```console
//! $ cargo run --example contract
//! ```

use std::collections::BTreeMap;

use selvedge::{
    Caller, Config, Engine, InstancePre, Linker, Module, Result, Store, StoreLimits,
    StoreLimitsBuilder, Strategy, Trap,
};

/// A ledger of balances: `transfer` from one account to another, and `airdrop` to many.
const CONTRACT: &str = r#"(module
    (import "storage" "get" (func $get (param i64) (result i64)))
    (import "storage" "set" (func $set (param i64 i64)))
    (func $transfer (export "transfer") (param $from i64) (param $to i64) (param $amount i64)
        (local $balance i64)
        (local.set $balance (call $get (local.get $from)))
        (if (i64.gt_u (local.get $amount) (local.get $balance)) (then unreachable))
        (call $set (local.get $from) (i64.sub (local.get $balance) (local.get $amount)))
        (call $set (local.get $to) (i64.add (call $get (local.get $to)) (local.get $amount))))
    (func (export "airdrop") (param $from i64) (param $accounts i64) (param $amount i64)
        (loop $next
            (call $transfer (local.get $from) (local.get $accounts) (local.get $amount))
            (local.set $accounts (i64.sub (local.get $accounts) (i64.const 1)))
            (br_if $next (i64.ne (local.get $accounts) (i64.const 0))))))"#;

/// What the host takes for an access of the storage.
const GET_GAS: u64 = 50;
const SET_GAS: u64 = 200;

type Ledger = BTreeMap<u64, u64>;

/// A call under way: the data of its store.
struct Call {
    /// The state before the call.
    ledger: Ledger,
    /// What the call has written.
    journal: Ledger,
    limits: StoreLimits,
}

/// What became of a call.
#[derive(Clone, PartialEq, Debug)]
enum Outcome {
    Committed,
    Trapped(Trap),
}

#[derive(Clone, PartialEq, Debug)]
struct Receipt {
    outcome: Outcome,
    gas_used: u64,
}

/// A chain with one contract.
struct Chain {
    engine: Engine,
    contract: InstancePre<Call>,
    ledger: Ledger,
}

impl Chain {
    /// Settings are part of the rules that all agree on. Where a guest runs is not.
    fn new(strategy: Strategy) -> Result<Self> {
        let mut config = Config::new();
        config
            .strategy(strategy)
            // Compile soon, so that calls of this example cross from tier to tier.
            .tier_up_thresholds(2, 10)
            .consume_fuel(true)
            // The depth of recursion decides whether a guest traps.
            .max_wasm_stack(256 << 10)
            // What WebAssembly leaves open: bits of NaNs, and relaxed operators.
            .nan_canonicalization(true)
            .relaxed_simd_deterministic(true);
        let engine = Engine::new(&config)?;
        let module = Module::new(&engine, CONTRACT)?;
        let mut linker = Linker::new(&engine);
        linker.func_wrap("storage", "get", get)?;
        linker.func_wrap("storage", "set", set)?;
        Ok(Self {
            contract: linker.instantiate_pre(&module)?,
            engine,
            ledger: Ledger::from([(1, 1_000)]),
        })
    }

    /// Runs a function of the contract. The state changes only if it returns.
    fn call(&mut self, function: &str, args: (u64, u64, u64), gas: u64) -> Result<Receipt> {
        let call = Call {
            ledger: std::mem::take(&mut self.ledger),
            journal: Ledger::new(),
            limits: StoreLimitsBuilder::new().memory_size(1 << 20).build(),
        };
        let mut store = Store::new(&self.engine, call);
        store.limiter(|call| &mut call.limits);
        let result = self.enter(&mut store, function, args, gas);
        let gas_used = gas - store.get_fuel()?;
        let call = store.into_data();
        self.ledger = call.ledger;
        let outcome = match result {
            Ok(()) => {
                self.ledger.extend(call.journal);
                Outcome::Committed
            }
            // A trap is the contract's affair; anything else is a mistake of ours.
            Err(error) => Outcome::Trapped(error.as_trap_code().ok_or(error)?),
        };
        Ok(Receipt { outcome, gas_used })
    }

    fn enter(
        &self,
        store: &mut Store<Call>,
        function: &str,
        args: (u64, u64, u64),
        gas: u64,
    ) -> Result<()> {
        store.set_fuel(gas)?;
        let instance = self.contract.instantiate(&mut *store)?;
        let function = instance.get_typed_func::<(u64, u64, u64), ()>(&mut *store, function)?;
        function.call(store, args)
    }
}

/// Takes gas for what the host does. A guest that has too little ends as if it had spent it itself.
fn charge(caller: &mut Caller<'_, Call>, gas: u64) -> Result<()> {
    let left = caller.get_fuel()?;
    caller.set_fuel(left.saturating_sub(gas))?;
    match left < gas {
        true => Err(Trap::OutOfFuel.into()),
        false => Ok(()),
    }
}

fn get(mut caller: Caller<'_, Call>, key: u64) -> Result<u64> {
    charge(&mut caller, GET_GAS)?;
    let Call {
        ledger, journal, ..
    } = caller.data();
    let value = journal.get(&key).or_else(|| ledger.get(&key));
    Ok(value.copied().unwrap_or(0))
}

fn set(mut caller: Caller<'_, Call>, key: u64, value: u64) -> Result<()> {
    charge(&mut caller, SET_GAS)?;
    caller.data_mut().journal.insert(key, value);
    Ok(())
}

/// A history of calls: function, arguments, and gas.
const CALLS: [(&str, (u64, u64, u64), u64); 6] = [
    ("transfer", (1, 2, 300), 10_000),
    // More than there is: the contract traps, before it has written anything.
    ("transfer", (2, 1, 301), 10_000),
    // Out of gas after some of the accounts have their share.
    ("airdrop", (1, 50, 2), 10_000),
    // The same with enough of it.
    ("airdrop", (1, 50, 2), 100_000),
    ("transfer", (2, 3, 1), 10_000),
    ("transfer", (2, 3, 1), 10_000),
];

/// What a validator gets for the history: the receipts, and the state after all of them.
fn history(strategy: Strategy) -> Result<(Vec<Receipt>, Ledger)> {
    let mut chain = Chain::new(strategy)?;
    let mut receipts = Vec::new();
    for (function, args, gas) in CALLS {
        let before = chain.ledger.clone();
        let receipt = chain.call(function, args, gas)?;
        if receipt.outcome != Outcome::Committed {
            assert_eq!(chain.ledger, before, "a failed call leaves no trace");
        }
        receipts.push(receipt);
    }
    Ok((receipts, chain.ledger))
}

fn main() -> Result<()> {
    let (receipts, ledger) = history(Strategy::Interpreter)?;
    for ((function, args, gas), receipt) in CALLS.iter().zip(&receipts) {
        println!("{function}{args:?} with {gas} gas: {receipt:?}");
    }
    let outcomes: Vec<_> = receipts.iter().map(|receipt| &receipt.outcome).collect();
    let (done, trapped) = (Outcome::Committed, Outcome::Trapped);
    let (no_money, no_gas) = (
        trapped(Trap::UnreachableCodeReached),
        trapped(Trap::OutOfFuel),
    );
    assert_eq!(outcomes, [&done, &no_money, &no_gas, &done, &done, &done]);
    // The same call costs the same. Nothing was lost, and nothing was made.
    assert_eq!(receipts[4], receipts[5]);
    assert_eq!(ledger.values().sum::<u64>(), 1_000);
    assert_eq!(
        (ledger[&1], ledger[&2], ledger[&3], ledger[&50]),
        (602, 300, 4, 2)
    );

    // Another validator runs what is hot as machine code, where there is a compiler: the same receipts, to the last unit of gas.
    assert_eq!(history(Strategy::Auto)?, (receipts, ledger));
    println!("both validators agree");
    Ok(())
}
