//! Bodies that are validated later.

use super::*;

const MIXED: &str = "(module (func) (func (result i32)) (func i32.const 1 drop))";

fn deferred(text: &str) -> Module {
    parse_with(&wasm(text), |o| o.bodies = Bodies::Deferred).expect("the declarations are valid")
}

#[test]
fn are_validated_one_by_one() {
    let module = deferred(MIXED);
    assert!(module.body(DefinedFuncIndex::from_u32(0)).is_ok());
    assert!(module.body(DefinedFuncIndex::from_u32(2)).is_ok());
    let eager = parse_with(&wasm(MIXED), |_| ()).expect_err("a body is invalid");
    assert!(matches!(&eager, ModuleError::Invalid { message, .. } if message.contains("type")));
    for _ in 0..3 {
        let error = module
            .body(DefinedFuncIndex::from_u32(1))
            .expect_err("invalid");
        assert_eq!(error, eager);
    }
    assert_eq!(module.validate_all(), Err(eager));
}

#[test]
fn have_the_same_summaries() {
    let text = "(module (func (param i32 f32) (local v128) loop
        local.get 0 local.get 0 i32.add local.set 0 local.get 1 local.tee 1 drop br 0 end))";
    let text = text.replace("v128", "i64");
    let [now, in_part, later] = Bodies::ALL.map(|bodies| {
        let module = parse_with(&wasm(&text), |o| o.bodies = bodies);
        summary(&module.expect("a valid module"), 0)
    });
    assert_eq!(now.regions.len(), 2);
    assert_eq!(now, in_part);
    assert_eq!(now, later);
}

#[test]
fn may_be_asked_for_by_many_threads() {
    let funcs = "(func (result i32) i32.const 1)".repeat(100) + "(func (result i32))";
    let module = Arc::new(deferred(&format!("(module {funcs})")));
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let module = module.clone();
            std::thread::spawn(move || {
                let keys = module.bodies.keys();
                keys.map(|f| module.body(f).map(|b| b.summary.clone()))
                    .collect::<Vec<_>>()
            })
        })
        .collect();
    let results: Vec<_> = threads
        .into_iter()
        .map(|t| t.join().expect("no panic"))
        .collect();
    assert!(results[0][..100].iter().all(Result::is_ok) && results[0][100].is_err());
    assert!(results.iter().all(|r| *r == results[0]));
}
