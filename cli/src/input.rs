//! Reading what the command line names: files, or standard input as `-`.

use std::io::{self, Read};
use std::path::Path;

use wasmparser::{BinaryReaderError, Encoding, Parser, Payload};

use crate::outcome::{Failure, Outcome};

/// The bytes of `path`.
pub(crate) fn read(path: &Path) -> Outcome<Vec<u8>> {
    let bytes = if path.as_os_str() == "-" {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        std::fs::read(path)
    };
    bytes.map_err(|error| Failure::Message(format!("cannot read {}: {error}", path.display())))
}

/// The module at `path` in the binary format; the text format is converted.
pub(crate) fn read_module(path: &Path) -> Outcome<Vec<u8>> {
    let bytes = read(path)?;
    if bytes.starts_with(b"\0asm") {
        return Ok(bytes);
    }
    let problem = |what: &str| Failure::Message(format!("{}: {what}", path.display()));
    let Ok(text) = std::str::from_utf8(&bytes) else {
        return Err(problem("neither a WebAssembly module nor a text in UTF-8"));
    };
    if text.trim().is_empty() {
        return Err(problem("the file is empty"));
    }
    let binary = wat::Parser::new().parse_str(Some(path), text);
    binary.map_err(|error| Failure::Message(error.to_string()))
}

/// Gives each part of `binary` to `part`, up to the end or the first error.
pub(crate) fn for_each_payload<'a>(
    binary: &'a [u8],
    mut part: impl FnMut(Payload<'a>) -> Result<(), BinaryReaderError>,
) -> Result<(), String> {
    for payload in Parser::new(0).parse_all(binary) {
        let payload = payload.map_err(|error| error.to_string())?;
        if let Payload::Version {
            encoding: Encoding::Component,
            ..
        } = payload
        {
            return Err("components are not supported".to_owned());
        }
        part(payload).map_err(|error| error.to_string())?;
    }
    Ok(())
}
