//! Any module without imports, and one of its exports with given arguments.

use selvedge::{Engine, ExternType, Module, ValType};

use crate::Error;
use crate::case::{Case, Expected, Unit, Work};
use crate::runtimes;
use crate::value::{Type, Value};

/// The case of calling an export. Its result on each runtime is compared with the first one's.
///
/// # Errors
///
/// If the module is invalid or has imports, there is no such function, its type is of other than
/// numbers, or the arguments do not match it.
pub fn case(name: &str, wasm: &[u8], export: &str, arguments: &[String]) -> Result<Case, Error> {
    let binary = runtimes::binary(wasm)?.into_owned();
    let module = Module::from_binary(&Engine::default(), &binary)?;
    if let Some(import) = module.imports().next() {
        let (module, name) = (import.module(), import.name());
        return Err(
            format!("it imports `{module}` `{name}`; only modules without imports run").into(),
        );
    }
    let Some(ExternType::Func(ty)) = module.get_export(export) else {
        return Err(format!("there is no function `{export}`").into());
    };
    let params: Vec<Type> = ty.params().map(number).collect::<Result<_, _>>()?;
    if params.len() != arguments.len() {
        let (wanted, given) = (params.len(), arguments.len());
        return Err(format!("`{export}` takes {wanted} arguments, {given} are given").into());
    }
    let values = params.iter().zip(arguments);
    let values: Result<Vec<_>, _> = values.map(|(ty, text)| Value::parse(*ty, text)).collect();
    Ok(Case {
        group: "file",
        name: name.to_owned().into(),
        wasm: binary.into(),
        work: Work::Invoke(export.to_owned(), values?),
        n: 1,
        expected: Expected::Same,
        unit: Unit::Milliseconds,
    })
}

fn number(ty: ValType) -> Result<Type, Error> {
    match ty {
        ValType::I32 => Ok(Type::I32),
        ValType::I64 => Ok(Type::I64),
        ValType::F32 => Ok(Type::F32),
        ValType::F64 => Ok(Type::F64),
        other => Err(format!("a parameter is of type {other}, which is no number").into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"(module
        (func (export "scale") (param f64 i32) (result f64)
            (f64.mul (local.get 0) (f64.convert_i32_s (local.get 1)))))"#;

    fn arguments(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn arguments_are_of_the_types_of_the_parameters() {
        let case = case("x", TEXT.as_bytes(), "scale", &arguments(&["2.5", "4"])).unwrap();
        let values = vec![Value::F64(2.5_f64.to_bits()), Value::I32(4)];
        assert_eq!(case.work, Work::Invoke("scale".to_owned(), values));
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        let message = |export: &str, texts: &[&str]| {
            case("x", TEXT.as_bytes(), export, &arguments(texts))
                .unwrap_err()
                .to_string()
        };
        assert_eq!(message("other", &[]), "there is no function `other`");
        assert_eq!(
            message("scale", &["1"]),
            "`scale` takes 2 arguments, 1 are given"
        );
        assert!(message("scale", &["1", "x"]).contains("`x` is not a value"));
        let importing = b"(module (import \"a\" \"b\" (func)))";
        let error = case("x", importing, "f", &[]).unwrap_err().to_string();
        assert!(error.contains("imports `a` `b`"));
    }
}
