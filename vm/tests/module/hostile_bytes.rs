//! Bytes that are no module, or hardly one.

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
