//! Modules as embedders meet them: declarations, limits, features, deferred
//! bodies, summaries, names, and bytes that are no module at all.

use std::sync::Arc;

use selvedge_vm::index::*;
use selvedge_vm::init::{MemoryInitialization, SegmentOffset};
use selvedge_vm::module::*;
use selvedge_vm::types::{
    ExternType, FuncType, GlobalType, MemoryType, RefType, TableType, TypeRegistry, ValType,
};

fn wasm(text: &str) -> Vec<u8> {
    wat::parse_str(text).expect("the test's text is valid")
}

fn parse_with(
    bytes: &[u8],
    change: impl FnOnce(&mut ParseOptions<'_>),
) -> Result<Module, ModuleError> {
    let registry = TypeRegistry::new();
    let mut options = ParseOptions::new(&registry);
    change(&mut options);
    Module::parse(bytes.into(), &options)
}

fn parse(text: &str) -> Module {
    parse_with(&wasm(text), |_| ()).unwrap_or_else(|e| panic!("{e}: {text}"))
}

/// What parsing, and validating bodies that were deferred, says.
fn error_of(bytes: &[u8], features: Features, bodies: Bodies) -> Option<ModuleError> {
    let module = parse_with(bytes, |o| {
        o.features = features;
        o.bodies = bodies;
    });
    module.and_then(|m| m.validate_all()).err()
}

/// Finds `needle`, which occurs once.
fn offset_of(bytes: &[u8], needle: &[u8]) -> usize {
    let all: Vec<usize> = (0..bytes.len())
        .filter(|&i| bytes[i..].starts_with(needle))
        .collect();
    assert_eq!(all.len(), 1, "{needle:x?} occurs once");
    all[0]
}

fn summary(module: &Module, func: u32) -> FuncSummary {
    let body = module.body(DefinedFuncIndex::from_u32(func));
    body.expect("a valid body").summary.clone()
}

mod declarations {
    use super::*;

    const MODULE: &str = r#"
        (module $house
          (type $binary (func (param i32 i64) (result f64)))
          (import "env" "log" (func $log (param externref)))
          (import "env" "base" (global $base i32))
          (import "env" "memory" (memory $imported 1 2))
          (import "env" "table" (table $shared 3 funcref))
          (table $own 4 externref)
          (table $filled 5 funcref (ref.func $start))
          (memory $own_memory i64 1)
          (global $counter (mut i32) (i32.add (global.get $base) (i32.const 4)))
          (global $again i32 (global.get $base))
          (global $callback funcref (ref.func $hidden))
          (func $binary (type $binary) f64.const 1)
          (func $start)
          (func $hidden)
          (func $in_segment)
          (func $declared (result funcref) ref.func $declared)
          (func $never)
          (export "binary" (func $binary))
          (export "also" (func $binary))
          (export "memory" (memory $own_memory))
          (export "" (global $counter))
          (start $start)
          (elem (table $shared) (global.get $base) func $in_segment $log)
          (elem declare func $declared)
          (elem externref (ref.null extern))
          (data (memory $own_memory) (i64.const 7) "seven")
          (data $passive "passive")
          (data (memory $imported) (global.get $base) "dynamic")
        )"#;

    #[test]
    fn are_gathered_into_tables() {
        let module = parse(MODULE);
        assert_eq!(module.name.as_deref(), Some("house"));
        let counts = (
            module.num_imported_functions,
            module.num_imported_globals,
            module.num_imported_memories,
            module.num_imported_tables,
        );
        assert_eq!(counts, (1, 1, 1, 1));
        assert_eq!(
            (
                module.functions.len(),
                module.tables.len(),
                module.memories.len()
            ),
            (7, 3, 2)
        );
        assert_eq!((module.bodies.len(), module.table_inits.len()), (6, 2));
        assert_eq!(module.global_inits.len(), 3);
        assert_eq!(module.start, Some(FuncIndex::from_u32(2)));

        let binary = FuncType::new([ValType::I32, ValType::I64], [ValType::F64]);
        assert_eq!(*module.func_type(FuncIndex::from_u32(1)), binary);
        let import = &module.imports[0];
        assert_eq!((&*import.module, &*import.name), ("env", "log"));
        let log = FuncType::new([ValType::ExternRef], []);
        assert_eq!(module.entity_type(import.entity), ExternType::Func(log));

        let table = module.tables[TableIndex::from_u32(1)];
        let expected = TableType {
            element: RefType::ExternRef,
            minimum: 4,
            maximum: None,
            table64: false,
        };
        assert_eq!(table, expected);
        let inits: Vec<_> = module.table_inits.values().collect();
        assert!(matches!(inits[..], [TableInit::Null, TableInit::Expr(_)]));
        let memory = module.memories[MemoryIndex::from_u32(1)];
        assert_eq!(
            (memory.memory64, memory.minimum, memory.page_size_log2),
            (true, 1, 16)
        );
        let imported = module.memories[MemoryIndex::from_u32(0)];
        assert_eq!((imported.memory64, imported.maximum), (false, Some(2)));
        let counter = module.globals[GlobalIndex::from_u32(1)];
        assert_eq!(
            counter,
            GlobalType {
                content: ValType::I32,
                mutable: true
            }
        );
    }

    #[test]
    fn exports_are_found_by_name() {
        let module = parse(MODULE);
        let (index, export) = module.export("also").expect("an export");
        assert_eq!(
            (index, export.entity),
            (1, EntityRef::Func(FuncIndex::from_u32(1)))
        );
        let (index, export) = module.export("").expect("an export");
        assert_eq!(
            (index, export.entity),
            (3, EntityRef::Global(GlobalIndex::from_u32(1)))
        );
        assert!(module.export("never").is_none());
    }

    #[test]
    fn only_functions_whose_reference_can_escape_have_a_func_ref() {
        let module = parse(MODULE);
        let escaping: Vec<u32> = module.func_refs.values().map(|f| f.as_u32()).collect();
        // All but `$never`: imported in a segment, exported, in a table's value, in a global, in
        // a segment, declared.
        assert_eq!(escaping, [0, 1, 2, 3, 4, 5]);
        assert_eq!(module.num_func_refs, 6);
        for (index, function) in module.functions.iter() {
            let of_ref = function.func_ref.map(|r| module.func_refs[r]);
            assert_eq!(of_ref, escaping.contains(&index.as_u32()).then_some(index));
        }
    }

    #[test]
    fn segments_keep_their_modes() {
        let module = parse(MODULE);
        let elements: Vec<_> = module.elements.values().collect();
        assert!(
            matches!(&elements[0].mode, SegmentMode::Active { target, offset }
            if target.as_u32() == 0 && offset.as_constant().is_none())
        );
        assert!(matches!(&elements[0].items, ElementItems::Functions(f)
            if f.iter().map(|f| f.as_u32()).eq([4, 0])));
        assert!(matches!(&elements[1].mode, SegmentMode::Declared));
        assert!(matches!(&elements[2].mode, SegmentMode::Passive));
        assert_eq!(elements[2].ty, RefType::ExternRef);
        assert!(matches!(&elements[2].items, ElementItems::Expressions(e)
            if e[0].as_constant() == Some(ConstValue::default())));

        let data: Vec<_> = module.data.keys().map(|d| module.data_bytes(d)).collect();
        assert_eq!(data, [&b"seven"[..], b"passive", b"dynamic"]);
        assert!(matches!(
            module.data[DataIndex::from_u32(1)].mode,
            SegmentMode::Passive
        ));
        let MemoryInitialization::Segmented(list) = &module.memory_initialization else {
            panic!("modules start out segmented");
        };
        let list: Vec<_> = list
            .iter()
            .map(|i| {
                assert_eq!(i.data, module.data[i.segment].range);
                (i.segment.as_u32(), i.memory_index.as_u32(), i.offset)
            })
            .collect();
        assert_eq!(
            list,
            [
                (0, 1, SegmentOffset::Constant(7)),
                (2, 0, SegmentOffset::Dynamic)
            ]
        );
    }

    #[test]
    fn globals_are_expressions() {
        let module = parse(MODULE);
        let mut globals = vec![ConstValue::slot(38)];
        for init in module.global_inits.values() {
            let value = init.eval(&mut |g| globals[g.as_u32() as usize], &mut |f| {
                1000 + u64::from(f.as_u32())
            });
            globals.push(value);
        }
        let slots: Vec<u64> = globals.iter().map(|v| v.low()).collect();
        assert_eq!(slots, [38, 42, 38, 1003]);
    }

    #[test]
    fn constants_have_the_bits_of_slots() {
        let module = parse(
            "(module (global i32 (i32.const -1)) (global i64 (i64.const -1))
               (global f32 (f32.const -0)) (global f64 (f64.const nan:0x123))
               (global $a i32 (i32.const 5)) (global i32 (i32.mul (global.get $a) (i32.const 3))))",
        );
        let values: Vec<_> = module
            .global_inits
            .values()
            .map(ConstExpr::as_constant)
            .collect();
        let slot = |bits| Some(ConstValue::slot(bits));
        let nan = 0x7ff0_0000_0000_0123;
        assert_eq!(
            values,
            [
                slot(0xffff_ffff),
                slot(u64::MAX),
                slot(1 << 31),
                slot(nan),
                slot(5),
                None
            ]
        );
    }

    #[test]
    fn equal_types_share_an_id_across_modules_and_invalid_modules_add_none() {
        let registry = TypeRegistry::new();
        let options = ParseOptions::new(&registry);
        let invalid = wasm("(module (type (func (param f32))) (func (result i32)))");
        Module::parse(invalid.into(), &options).expect_err("the body is invalid");
        let text = "(module (type (func)) (type (func (param i32))) (type (func)))";
        let a = Module::parse(wasm(text).into(), &options).expect("valid");
        let b = Module::parse(wasm("(module (func (param i32)))").into(), &options).expect("valid");
        let ids = |m: &Module| {
            m.types
                .values()
                .map(|t| t.shared.as_u32())
                .collect::<Vec<_>>()
        };
        assert_eq!((ids(&a), ids(&b)), (vec![0, 1, 0], vec![1]));
    }

    #[test]
    fn bodies_and_custom_sections_are_ranges_of_the_bytes() {
        let bytes = wasm("(module (func i32.const 77 drop) (@custom \"note\" \"text\"))");
        let module = parse_with(&bytes, |_| ()).expect("valid");
        let body = module.body(DefinedFuncIndex::from_u32(0)).expect("valid");
        assert_eq!(body.bytes, [0, 0x41, 0xcd, 0, 0x1a, 0x0b]);
        assert_eq!(&bytes[body.offset..][..body.bytes.len()], body.bytes);
        let note = module
            .custom_sections
            .iter()
            .find(|c| &*c.name == "note")
            .expect("a section");
        assert_eq!(&module.bytes()[note.range.clone()], b"text");
    }

    #[test]
    fn of_host_objects_are_one_export() {
        let memory = MemoryType {
            minimum: 1,
            maximum: Some(4),
            memory64: false,
            shared: false,
            page_size_log2: 16,
        };
        let table = TableType {
            element: RefType::FuncRef,
            minimum: 2,
            maximum: None,
            table64: true,
        };
        let global = GlobalType {
            content: ValType::V128,
            mutable: true,
        };
        let cases = [
            (Module::synthetic_memory(memory), ExternType::Memory(memory)),
            (Module::synthetic_table(table), ExternType::Table(table)),
            (Module::synthetic_global(global), ExternType::Global(global)),
        ];
        for (module, ty) in cases {
            let (_, export) = module.export("").expect("the object");
            assert_eq!(module.entity_type(export.entity), ty);
            let initial = (module.table_inits.len(), module.global_inits.len());
            assert_eq!(initial, (module.tables.len(), module.globals.len()));
            assert!(module.imports.is_empty() && module.validate_all().is_ok());
        }
    }
}

mod limits {
    use super::*;

    /// Fails with `limit` one below what `text` needs, and passes with just that.
    fn check(limit: &str, need: u64, text: &str, set: fn(&mut ModuleLimits, u64)) {
        let bytes = wasm(text);
        for bodies in Bodies::ALL {
            let parse = |max| {
                let module = parse_with(&bytes, |o| {
                    set(&mut o.limits, max);
                    o.bodies = bodies;
                })?;
                module.validate_all()
            };
            parse(need).unwrap_or_else(|e| panic!("{limit}: {e}"));
            let error = parse(need - 1).expect_err(limit);
            let ModuleError::Limit {
                limit: name,
                max,
                offset,
            } = error
            else {
                panic!("{limit}: {error}");
            };
            assert_eq!((name, max), (limit, need - 1));
            assert!((8..bytes.len()).contains(&offset), "{limit}: at {offset}");
        }
    }

    #[test]
    fn are_typed_errors() {
        check(
            "types",
            2,
            "(module (type (func)) (type (func)))",
            |l, n| l.types = n as u32,
        );
        check(
            "params",
            2,
            "(module (type (func (param i32 i32))))",
            |l, n| l.params = n as u32,
        );
        let results = "(module (type (func (result i32 i32))))";
        check("results", 2, results, |l, n| l.results = n as u32);
        let imports = r#"(module (import "" "" (func)) (import "" "" (func)))"#;
        check("imports", 2, imports, |l, n| l.imports = n as u32);
        check("functions", 2, imports, |l, n| l.functions = n as u32);
        let func =
            r#"(module (import "" "" (func)) (func) (export "a" (func 0)) (export "b" (func 1)))"#;
        check("functions", 2, func, |l, n| l.functions = n as u32);
        check("exports", 2, func, |l, n| l.exports = n as u32);
        let tables = r#"(module (import "" "" (table 0 funcref)) (table 0 funcref))"#;
        check("tables", 2, tables, |l, n| l.tables = n as u32);
        let memories = r#"(module (import "" "" (memory 0)) (memory 0))"#;
        check("memories", 2, memories, |l, n| l.memories = n as u32);
        let globals = r#"(module (import "" "" (global i32)) (global i32 (i32.const 1)))"#;
        check("globals", 2, globals, |l, n| l.globals = n as u32);
        let elements = "(module (elem func) (elem func))";
        check("element_segments", 2, elements, |l, n| {
            l.element_segments = n as u32
        });
        let data = r#"(module (data "") (data ""))"#;
        check("data_segments", 2, data, |l, n| l.data_segments = n as u32);
        let custom = r#"(module (@custom "a" "") (@custom "a" ""))"#;
        check("custom_sections", 2, custom, |l, n| {
            l.custom_sections = n as u32
        });
        let body = "(module (func nop nop))";
        check("body_bytes", 4, body, |l, n| l.body_bytes = n as u32);
        let locals = "(module (func (param i32) (local i32 i64)))";
        check("locals", 3, locals, |l, n| l.locals = n as u32);
        let stack = "(module (func i32.const 1 i32.const 2 drop drop))";
        check("operand_stack", 2, stack, |l, n| l.operand_stack = n as u32);
        let table = r#"(module (import "" "" (table 10 funcref)))"#;
        check("table_elements", 10, table, |l, n| l.table_elements = n);
        check("memory_pages", 10, "(module (memory i64 10))", |l, n| {
            l.memory_pages = n
        });
        let name = r#"(module (func (export "abc")))"#;
        check("name_bytes", 3, name, |l, n| l.name_bytes = n as u32);
        let name = r#"(module (import "abc" "" (func)))"#;
        check("name_bytes", 3, name, |l, n| l.name_bytes = n as u32);
    }

    #[test]
    fn have_values_that_raising_does_not_raise() {
        let raise = |o: &mut ParseOptions<'_>| {
            o.limits.params = u32::MAX;
            o.limits.locals = u32::MAX;
            o.limits.name_bytes = u32::MAX;
            o.limits.memories = u32::MAX;
            o.limits.results = u32::MAX;
        };
        let limit = |text: String| match parse_with(&wasm(&text), raise) {
            Err(ModuleError::Limit { limit, max, .. }) => (limit, max),
            other => panic!("{other:?}"),
        };
        let many = |n: usize| "i32 ".repeat(n);
        assert_eq!(
            limit(format!("(module (func (param {})))", many(1001))),
            ("params", 1000)
        );
        let results = format!("(module (type (func (result {}))))", many(1001));
        assert_eq!(limit(results), ("results", 1000));
        assert_eq!(
            limit(format!("(module (func (local {})))", many(50_001))),
            ("locals", 50_000)
        );
        let name = "n".repeat(100_001);
        let text = format!("(module (func (export \"{name}\")))");
        assert_eq!(limit(text), ("name_bytes", 100_000));
        assert_eq!(
            limit(format!("(module {})", "(memory 0)".repeat(101))),
            ("memories", 100)
        );
    }

    #[test]
    fn are_told_with_their_name_and_value() {
        let error = parse_with(&wasm("(module (func) (func))"), |o| o.limits.functions = 1);
        let text = error.expect_err("two functions").to_string();
        assert_eq!(
            text,
            "module exceeds the limit `functions` of 1 (at offset 0x10)"
        );
    }

    #[test]
    fn do_not_apply_to_what_instances_may_refuse() {
        parse("(module (memory i64 0x1000000000000) (table i64 0xffffffffffffffff funcref))");
    }
}

mod features {
    use super::*;

    /// A module that needs `feature`, and the bytes at which it needs it.
    const IMPLEMENTED: &[(Feature, &str, &[u8])] = &[
        (
            Feature::MutableGlobal,
            r#"(module (global (export "g") (mut i32) (i32.const 1)))"#,
            &[1, b'g', 3],
        ),
        (
            Feature::SignExtension,
            "(module (func (param i32) local.get 0 i32.extend8_s drop))",
            &[0xc0],
        ),
        (
            Feature::SaturatingFloatToInt,
            "(module (func (param f32) local.get 0 i32.trunc_sat_f32_s drop))",
            &[0xfc, 0],
        ),
        (
            Feature::MultiValue,
            "(module (func (result i32 i64) unreachable))",
            &[0x60, 0, 2],
        ),
        (
            Feature::BulkMemory,
            "(module (memory 1) (func i32.const 0 i32.const 0 i32.const 0 memory.fill))",
            &[0xfc, 11],
        ),
        (
            Feature::BulkMemory,
            r#"(module (memory 1) (data "x"))"#,
            &[1, 1, b'x'],
        ),
        (
            Feature::ReferenceTypes,
            "(module (func (param externref)))",
            &[0x60, 1],
        ),
        (
            Feature::ReferenceTypes,
            "(module (func ref.null func drop))",
            &[0xd0, 0x70],
        ),
        (
            Feature::ExtendedConst,
            "(module (global i32 (i32.add (i32.const 1) (i32.const 1))))",
            &[0x6a],
        ),
        (
            Feature::ExtendedConst,
            "(module (global $a i32 (i32.const 1)) (global i32 (global.get $a)))",
            &[0x23],
        ),
        (
            Feature::ExtendedConst,
            "(module (table 1 funcref (ref.null func)))",
            &[0x40],
        ),
        (
            Feature::TailCall,
            "(module (func $f return_call $f))",
            &[0x12],
        ),
        (
            Feature::MultiMemory,
            "(module (memory 1) (memory 1))",
            &[5, 5],
        ),
        (Feature::Memory64, "(module (memory i64 1))", &[4, 1]),
        (
            Feature::Memory64,
            "(module (table i64 1 funcref))",
            &[0x70, 4],
        ),
        (
            Feature::WideArithmetic,
            "(module (func (param i64 i64) (result i64 i64)
               local.get 0 local.get 0 local.get 1 local.get 1 i64.add128))",
            &[0xfc, 19],
        ),
        (
            Feature::CustomPageSizes,
            "(module (memory 1 (pagesize 1)))",
            &[8, 1, 0],
        ),
    ];

    const MISSING: &[(Feature, &str)] = &[
        (Feature::Simd, "(module (func (param v128)))"),
        (Feature::Simd, "(module (func v128.const i64x2 0 0 drop))"),
        (Feature::Simd, "(module (func (local v128)))"),
        (
            Feature::Simd,
            "(module (global v128 (v128.const i64x2 0 0)))",
        ),
        (Feature::Threads, "(module (memory 1 1 shared))"),
        // Invalid besides, at the same place.
        (
            Feature::Threads,
            "(module (memory 1) (func i32.atomic.load drop))",
        ),
        (Feature::Threads, "(module (func atomic.fence))"),
        (Feature::Exceptions, "(module (tag))"),
        (Feature::Exceptions, r#"(module (import "" "" (tag)))"#),
        (Feature::Exceptions, "(module (func (block try_table end)))"),
        (Feature::Exceptions, "(module (func (param exnref)))"),
        (Feature::LegacyExceptions, "(module (func try end))"),
        (
            Feature::FunctionReferences,
            "(module (func (param (ref func))))",
        ),
        (
            Feature::FunctionReferences,
            "(module (type $t (func)) (func (param (ref null $t))))",
        ),
        (
            Feature::FunctionReferences,
            "(module (type $t (func)) (func (local (ref null $t))))",
        ),
        (
            Feature::FunctionReferences,
            "(module (type $t (func)) (global (ref null $t) (ref.null $t)))",
        ),
        (
            Feature::FunctionReferences,
            "(module (func) (table 1 (ref func) (ref.func 0)))",
        ),
        (
            Feature::FunctionReferences,
            "(module (func) (elem (ref func) (ref.func 0)))",
        ),
        (
            Feature::FunctionReferences,
            "(module (func (param funcref) local.get 0 ref.as_non_null drop))",
        ),
        (Feature::Gc, "(module (type (struct)))"),
        (Feature::Gc, "(module (type (array i8)))"),
        (Feature::Gc, "(module (type (sub (func))))"),
        (Feature::Gc, "(module (rec (type (func)) (type (func))))"),
        (Feature::Gc, "(module (func (param anyref)))"),
        (Feature::Gc, "(module (func (local i31ref)))"),
        (Feature::Gc, "(module (global funcref (ref.null nofunc)))"),
        (
            Feature::Gc,
            "(module (global externref (extern.convert_any (ref.null any))))",
        ),
        (Feature::Gc, "(module (elem anyref (ref.null any)))"),
        (Feature::Gc, "(module (func i32.const 1 ref.i31 drop))"),
        (
            Feature::SharedEverythingThreads,
            "(module (global (shared i32) (i32.const 1)))",
        ),
        (
            Feature::StackSwitching,
            "(module (type $f (func)) (type (cont $f)))",
        ),
    ];

    #[test]
    fn that_are_off_are_named_with_their_offset() {
        for (feature, text, at) in IMPLEMENTED {
            let bytes = wasm(text);
            for bodies in Bodies::ALL {
                assert_eq!(
                    error_of(&bytes, Features::IMPLEMENTED, bodies),
                    None,
                    "{text}"
                );
                let off = Features::IMPLEMENTED - feature.flag();
                let error = error_of(&bytes, off, bodies).expect(text);
                let ModuleError::Feature {
                    feature: named,
                    offset,
                    implemented,
                    ..
                } = error
                else {
                    panic!("{text}: {error}");
                };
                assert_eq!((named, implemented), (*feature, true), "{text}");
                let expected = offset_of(&bytes, at);
                let near = expected..=expected + at.len();
                assert!(
                    near.contains(&offset),
                    "{text}: {offset} is not in {near:?}"
                );
            }
        }
        for feature in Features::IMPLEMENTED.features() {
            assert!(
                IMPLEMENTED.iter().any(|(f, ..)| *f == feature),
                "{feature} has a case"
            );
        }
    }

    #[test]
    fn that_are_missing_are_named_whatever_is_asked_for() {
        for (feature, text) in MISSING {
            let bytes = wasm(text);
            for features in [Features::IMPLEMENTED, Features::all()] {
                for bodies in Bodies::ALL {
                    let error = error_of(&bytes, features, bodies).expect(text);
                    let ModuleError::Feature {
                        feature: named,
                        offset,
                        implemented,
                        ..
                    } = error
                    else {
                        panic!("{text}: {error}");
                    };
                    assert_eq!((named, implemented), (*feature, false), "{text}");
                    assert!((8..bytes.len()).contains(&offset), "{text}");
                }
            }
        }
    }

    #[test]
    fn are_found_with_everything_off() {
        // Nothing is on that a feature's module might need besides it, so the
        // feature that is named may be another one; it is never none.
        for (text, missing) in IMPLEMENTED
            .iter()
            .map(|(_, text, _)| (text, true))
            .chain(MISSING.iter().map(|(_, text)| (text, true)))
        {
            let error = error_of(&wasm(text), Features::MVP, Bodies::Valid).expect(text);
            assert_eq!(
                matches!(error, ModuleError::Feature { .. }),
                missing,
                "{text}: {error}"
            );
        }
    }

    #[test]
    fn are_told_in_words() {
        let error = |text, features| error_of(&wasm(text), features, Bodies::Valid).expect(text);
        let tail = error("(module (func $f return_call $f))", Features::MVP).to_string();
        assert!(
            tail.ends_with(
                ": requires the `tail_call` feature, which is disabled (at offset 0x17)"
            ),
            "{tail}"
        );
        let simd = error("(module (func (param v128)))", Features::default()).to_string();
        assert!(
            simd.ends_with("the `simd` feature, which is not supported (at offset 0xb)"),
            "{simd}"
        );
    }

    #[test]
    fn are_not_blamed_for_plain_mistakes() {
        let cases = [
            wasm("(module (func (result i32) i64.const 1))"),
            wasm("(module (func call 7))"),
            wasm("(module (func) (export \"a\" (func 0)) (export \"a\" (func 0)))"),
            wasm("(module (func local.get 0 drop))"),
            wasm("(module (import \"\" \"\" (global (mut i32))) (global i32 (global.get 0)))"),
            wasm("(module (import \"\" \"\" (memory 2 1)))"),
            b"\0asm\x01\0\0\0\x01\x02\x01".to_vec(),
            b"\0asm\x02\0\0\0".to_vec(),
            b"not wasm".to_vec(),
            Vec::new(),
        ];
        for bytes in cases {
            for features in [
                Features::MUTABLE_GLOBAL,
                Features::default(),
                Features::all(),
            ] {
                let error = error_of(&bytes, features, Bodies::Deferred).expect("invalid");
                assert!(matches!(error, ModuleError::Invalid { .. }), "{error}");
            }
        }
    }

    #[test]
    fn include_components_only_by_name() {
        let component = b"\0asm\x0d\0\x01\0";
        let error = error_of(component, Features::all(), Bodies::Summarised).expect("no module");
        assert!(matches!(
            error,
            ModuleError::Feature {
                feature: Feature::ComponentModel,
                implemented: false,
                ..
            }
        ));
    }
}

mod deferred_bodies {
    use super::*;

    const MIXED: &str = "(module (func) (func (result i32)) (func i32.const 1 drop))";

    fn deferred(text: &str) -> Module {
        parse_with(&wasm(text), |o| o.bodies = Bodies::Deferred)
            .expect("the declarations are valid")
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
}

mod summaries {
    use super::*;

    fn of(text: &str) -> FuncSummary {
        summary(&parse(text), 0)
    }

    const NONE: u16 = FuncSummary::NO_LOCAL;

    #[test]
    fn count_the_operand_stack_at_its_highest() {
        assert_eq!(of("(module (func))").max_stack_slots, 0);
        let text =
            "(module (func (result i32) i32.const 1 i32.const 2 i32.const 3 i32.add i32.add))";
        assert_eq!(of(text).max_stack_slots, 3);
        let text = "(module (func $f (result i32 i32 i32 i32) call $f))";
        assert_eq!(of(text).max_stack_slots, 4);
    }

    #[test]
    fn count_the_slots_of_locals() {
        let text = "(module (func (param i32 f64) (local i64 externref funcref) (local f32)))";
        assert_eq!(of(text).local_slots, 6);
    }

    #[test]
    fn tell_the_hottest_locals() {
        // Uses: $a 1, $b 2, $c 1 in a loop, $d 1 in an inner loop, $r 2, $x 1 in a loop, $y 3.
        let text = "(module (func
            (param $a i32) (param $b i64) (param $c i32) (param $d i32) (param $r externref)
            (param $x f32) (param $y f64) (param $z f64)
            local.get $a drop
            local.get $b local.set $b
            block loop local.get $c drop local.get $x drop
              loop (if (local.get $d) (then)) end
            end end
            local.get $r local.tee $r drop
            local.get $y local.tee $y local.set $y))";
        let summary = of(text);
        assert_eq!(summary.int_locals, [3, 2, 1, 4, NONE, NONE, NONE, NONE]);
        assert_eq!(summary.float_locals, [5, 6, NONE, NONE, NONE, NONE, NONE]);
    }

    #[test]
    fn keep_the_heaviest_when_there_are_too_many() {
        let mut text = "(module (func (local".to_owned();
        text += &" i32".repeat(20);
        text += &" f64".repeat(20);
        text += ")";
        for local in 0..40 {
            for _ in 0..2 + local % 20 {
                text += &format!(" local.get {local} drop");
            }
        }
        let summary = of(&(text + "))"));
        assert_eq!(summary.int_locals, [19, 18, 17, 16, 15, 14, 13, 12]);
        assert_eq!(summary.float_locals, [39, 38, 37, 36, 35, 34, 33]);
    }

    #[test]
    fn leave_the_loop_at_its_end_and_cap_the_depth() {
        let deep = "loop ".repeat(7) + "local.get 0 drop" + &" end".repeat(7);
        // 7 uses at depth 5 against one at depth 7, which counts as depth 5.
        let five = "loop ".repeat(5) + &"local.get 1 drop ".repeat(2) + &" end".repeat(5);
        let after = "local.get 2 drop ".repeat(9);
        let summary = of(&format!(
            "(module (func (local i32 i32 i32) {deep} {five} {after}))"
        ));
        assert_eq!(summary.int_locals[..4], [1, 0, 2, NONE]);
    }

    /// The locals used in each region with their numbers of uses, and whether it calls.
    fn regions(body: &str) -> Vec<(Vec<(u16, u16)>, bool)> {
        let locals = "(param $a i32) (param $x f64) (local $b i64) (local $y f32)";
        let text = format!(
            "(module (table 1 funcref) (type $t (func))
               (func $f {locals} {body}) (func $g (type $t)))"
        );
        let regions = of(&text).regions;
        let used = |uses: &[LocalUses]| -> Vec<_> {
            let named = uses.iter().filter(|u| u.local != NONE);
            named.map(|u| (u.local, u.uses)).collect()
        };
        let region = |r: &RegionSummary| ([used(&r.ints), used(&r.floats)].concat(), r.calls);
        regions.iter().map(region).collect()
    }

    const A: &str = "local.get $a drop ";
    const B: &str = "local.get $b local.set $b ";
    const X: &str = "local.get $x local.tee $x drop ";
    const Y: &str = "local.get $y drop ";

    #[test]
    fn count_uses_for_the_innermost_loop() {
        let quiet = |uses: &[(u16, u16)]| (uses.to_vec(), false);
        assert_eq!(regions(""), [quiet(&[])]);
        assert_eq!(
            regions(&format!("{A} {X} loop {A} {B} end {A}")),
            [quiet(&[(0, 2), (1, 2)]), quiet(&[(2, 2), (0, 1)])]
        );
        // In a loop, after the loops in it, and in blocks that are none.
        assert_eq!(
            regions(&format!(
                "loop {A} loop {X} loop {Y} end {Y} end block {A} i32.const 0 if {B} else {B} end end
                   loop {B} end {A} end {Y}"
            )),
            [
                quiet(&[(3, 1)]),
                quiet(&[(2, 4), (0, 3)]),
                quiet(&[(1, 2), (3, 1)]),
                quiet(&[(3, 1)]),
                quiet(&[(2, 2)]),
            ]
        );
        assert_eq!(
            regions(&format!("loop {A} end loop {X} end loop {B} end")),
            [
                quiet(&[]),
                quiet(&[(0, 1)]),
                quiet(&[(1, 2)]),
                quiet(&[(2, 2)])
            ]
        );
    }

    #[test]
    fn number_loops_in_dead_code() {
        let regions = regions(&format!("return loop {A} loop end end loop {B} end {X}"));
        let uses: Vec<_> = regions.iter().map(|(uses, _)| uses.as_slice()).collect();
        assert_eq!(uses, [&[(1, 2)][..], &[(0, 1)], &[], &[(2, 2)]]);
    }

    #[test]
    fn tell_the_regions_that_call() {
        let calls =
            |body: &str| -> Vec<_> { regions(body).into_iter().map(|(_, calls)| calls).collect() };
        assert_eq!(calls("call $g loop end"), [true, false]);
        assert_eq!(calls("loop call $g end"), [false, true]);
        assert_eq!(
            calls("loop loop call $g end loop end end"),
            [false, false, true, false]
        );
        assert_eq!(
            calls("loop loop end call $g loop end end"),
            [false, true, false, false]
        );
        let indirect = "i32.const 0 call_indirect (type $t)";
        assert_eq!(calls(&format!("loop {indirect} end")), [false, true]);
        let tail = "i32.const 0 return_call_indirect (type $t)";
        assert_eq!(
            calls(&format!("loop return_call $g end {tail}")),
            [false; 2]
        );
    }

    #[test]
    fn start_afresh_with_each_function() {
        let hot = "(func (param i32) loop local.get 0 drop local.get 0 drop br 0 end)";
        let cold = "(func (param i32) local.get 0 drop)";
        let module = parse(&format!("(module {hot} {cold} {hot})"));
        assert_eq!(summary(&module, 0).int_locals[0], 0);
        assert_eq!(summary(&module, 1).int_locals[0], NONE);
        assert_eq!(summary(&module, 1).flags, SummaryFlags::empty());
        assert_eq!(summary(&module, 2), summary(&module, 0));
    }

    #[test]
    fn tell_what_occurs() {
        let flags = |body: &str| {
            let text =
                format!("(module (memory 1) (table 1 funcref) (type $t (func)) (func $f {body}))");
            of(&text).flags
        };
        assert_eq!(flags("nop"), SummaryFlags::empty());
        assert_eq!(flags("loop end"), SummaryFlags::LOOP);
        assert_eq!(flags("call $f"), SummaryFlags::CALL);
        let indirect = flags("i32.const 0 call_indirect (type $t)");
        assert_eq!(indirect, SummaryFlags::CALL | SummaryFlags::INDIRECT_CALL);
        assert_eq!(flags("return_call $f"), SummaryFlags::TAIL_CALL);
        let tail = flags("i32.const 0 return_call_indirect (type $t)");
        assert_eq!(tail, SummaryFlags::TAIL_CALL | SummaryFlags::INDIRECT_CALL);
        assert_eq!(flags("i32.const 0 i32.load drop"), SummaryFlags::MEMORY);
        assert_eq!(
            flags("i32.const 0 i64.const 0 i64.store8"),
            SummaryFlags::MEMORY
        );
        assert_eq!(
            flags("i32.const 1 memory.grow drop"),
            SummaryFlags::MEMORY_GROW
        );
    }

    #[test]
    fn are_small() {
        assert!(size_of::<FuncSummary>() <= 56);
        assert!(size_of::<RegionSummary>() <= 34);
    }
}

mod names {
    use super::*;

    fn func_name(module: &Module, func: u32) -> Option<&str> {
        module.func_name(FuncIndex::from_u32(func))
    }

    #[test]
    fn come_from_the_name_section_or_an_export() {
        let module = parse(
            r#"(module $m (import "" "" (func $imported)) (func $own) (func (export "b") (export "a")) (func))"#,
        );
        assert_eq!(module.name.as_deref(), Some("m"));
        let names: Vec<_> = (0..5).map(|f| func_name(&module, f)).collect();
        assert_eq!(
            names,
            [Some("imported"), Some("own"), Some("b"), None, None]
        );
        let all: Vec<_> = module
            .function_names()
            .iter()
            .map(|(f, n)| (f.as_u32(), n.to_owned()))
            .collect();
        assert_eq!(all, [(0, "imported".to_owned()), (1, "own".to_owned())]);
    }

    /// A module of three functions with a name section of these bytes.
    fn with_section(section: &[u8]) -> Module {
        let mut bytes = wasm("(module (func) (func) (func))");
        bytes.extend([0, u8::try_from(section.len() + 5).expect("short"), 4]);
        bytes.extend(b"name");
        bytes.extend(section);
        parse_with(&bytes, |_| ()).expect("a name section cannot make a module invalid")
    }

    #[test]
    fn may_be_malformed() {
        // Functions 0 "a", then 1 with bytes that are no text, then 2 "c".
        let module = with_section(&[1, 10, 3, 0, 1, b'a', 1, 1, 0xff, 2, 1, b'c']);
        assert_eq!(
            (0..3).map(|f| func_name(&module, f)).collect::<Vec<_>>(),
            [Some("a"), None, None]
        );
        // Out of order, twice, and beyond the functions.
        let module = with_section(&[1, 13, 4, 1, 1, b'b', 0, 1, b'a', 1, 1, b'x', 9, 1, b'n']);
        assert_eq!(
            (0..3).map(|f| func_name(&module, f)).collect::<Vec<_>>(),
            [None, Some("b"), None]
        );
        assert_eq!(func_name(&module, 9), None);
        // A count and a length that the section does not have.
        let module = with_section(&[1, 5, 0xff, 0xff, 0xff, 0xff, 0xf]);
        assert_eq!(func_name(&module, 0), None);
        let module = with_section(&[0, 0x7f, 1]);
        assert_eq!(module.name, None);
        // An unknown subsection before, a broken one after.
        let module = with_section(&[0x20, 1, 0xff, 1, 4, 1, 2, 1, b'c', 1, 0x7f]);
        assert_eq!(func_name(&module, 2), Some("c"));
        assert_eq!(with_section(&[]).name, None);
    }
}

mod hostile_bytes {
    use super::*;

    /// A module with something in every section.
    const RICH: &str = r#"
        (module $rich
          (type $t (func (param i32) (result i32)))
          (import "env" "f" (func $f (type $t)))
          (import "env" "g" (global $g i32))
          (table $table 3 10 funcref)
          (table externref (elem (ref.null extern)))
          (memory $memory 1 2)
          (memory i64 1)
          (global $own (mut i64) (i64.mul (i64.const 3) (i64.const 4)))
          (global funcref (ref.func $loop))
          (func $loop (export "loop") (type $t) (local $i i32) (local f64)
            block $out (result i32)
              loop $again
                local.get $i local.get 0 i32.ge_s
                if local.get $i br $out end
                local.get $i i32.const 1 i32.add local.set $i
                local.get $i local.get $i i32.store offset=8 align=2
                br $again
              end
              unreachable
            end)
          (func $table (param i32) (result i32)
            block block block local.get 0 br_table 0 1 2 0 end end end
            local.get 0 i32.const 0 call_indirect (type $t)
            (drop (table.grow $table (ref.null func) (i32.const 1)))
            return_call $f)
          (func $bulk i32.const 0 i32.const 0 i32.const 0 memory.init $data data.drop $data
            f32.const 1.5 i64.trunc_sat_f32_u drop)
          (func $start)
          (export "memory" (memory $memory))
          (start $start)
          (elem (i32.const 0) $f $loop)
          (elem declare func $bulk)
          (data $data "passive")
          (data (i32.const 5) "active")
          (@custom "note" "text"))"#;

    /// Looks at `bytes` in every way; returns whether they are a valid module.
    fn look(bytes: &[u8]) -> bool {
        let features = [Features::default(), Features::MVP];
        let mut valid = false;
        for features in features {
            let [now, in_part, later] = Bodies::ALL.map(|bodies| error_of(bytes, features, bodies));
            assert_eq!(now, in_part);
            assert_eq!(now.is_none(), later.is_none(), "{now:?} {later:?}");
            valid |= now.is_none();
            if let Some(error) = now {
                assert!(error.offset() <= bytes.len(), "{error}");
                assert!(!error.to_string().is_empty());
            }
        }
        if let Ok(module) = parse_with(bytes, |o| o.bodies = Bodies::Deferred) {
            for func in module.functions.keys() {
                module.func_name(func);
                module.func_type(func);
            }
            let summarised = parse_with(bytes, |_| ()).ok();
            let in_part = parse_with(bytes, |o| o.bodies = Bodies::Valid).ok();
            for func in module.bodies.keys() {
                let summary = module.body(func).ok().map(|body| body.summary);
                for other in [&summarised, &in_part].into_iter().flatten() {
                    let body = other.body(func).expect("the module is valid");
                    assert_eq!(summary, Some(body.summary));
                }
            }
            for data in module.data.keys() {
                module.data_bytes(data);
            }
            for custom in &module.custom_sections {
                assert!(module.bytes().get(custom.range.clone()).is_some());
            }
        }
        valid
    }

    /// A xorshift generator.
    struct Random(u64);

    impl Random {
        fn next(&mut self) -> u64 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            self.0
        }

        fn below(&mut self, n: usize) -> usize {
            (self.next() % n as u64) as usize
        }
    }

    #[test]
    fn truncated_modules_are_errors() {
        let bytes = wasm(RICH);
        assert!(look(&bytes));
        let cut = (0..bytes.len()).filter(|&len| look(&bytes[..len])).count();
        // Only cuts between sections can leave a module, and few of those do.
        assert!((1..8).contains(&cut), "{cut} valid prefixes");
    }

    #[test]
    fn changed_modules_do_not_panic() {
        let bytes = wasm(RICH);
        let mut random = Random(0x9e37_79b9_7f4a_7c15);
        let (mut valid, mut invalid) = (0, 0);
        for _ in 0..4000 {
            let mut changed = bytes.clone();
            for _ in 0..=random.below(3) {
                let at = random.below(changed.len());
                match random.below(4) {
                    0 => changed[at] ^= 1 << random.below(8),
                    1 => changed[at] = random.next() as u8,
                    2 => drop(changed.remove(at)),
                    _ => changed.insert(at, random.next() as u8),
                }
            }
            if look(&changed) {
                valid += 1
            } else {
                invalid += 1
            }
        }
        assert!(
            valid > 100 && invalid > 1000,
            "{valid} valid, {invalid} invalid"
        );
    }

    #[test]
    fn random_bodies_do_not_panic() {
        let mut random = Random(42);
        for _ in 0..3000 {
            let len = 1 + random.below(40);
            let mut body: Vec<u8> = (0..len).map(|_| random.next() as u8).collect();
            body[0] = 0;
            *body.last_mut().expect("not empty") = 0x0b;
            let mut bytes = wasm("(module (type (func)) (memory 1) (table 1 funcref))");
            let at = offset_of(&bytes, &[4, 4, 1, 0x70]);
            bytes.splice(at..at, [3, 2, 1, 0]);
            bytes.extend([10, len as u8 + 2, 1, len as u8]);
            bytes.extend(body);
            look(&bytes);
        }
    }

    #[test]
    fn huge_declared_counts_are_errors() {
        let huge = [0xff, 0xff, 0xff, 0xff, 0x0f];
        for section in 1..=13 {
            let mut bytes = b"\0asm\x01\0\0\0".to_vec();
            bytes.extend([section, huge.len() as u8]);
            bytes.extend(huge);
            assert!(!look(&bytes), "section {section}");
        }
    }
}
