//! The functions, constants and layouts of this crate against the official witx documents.

use std::path::Path;

use selvedge::{Engine, ExternType, Linker, Store, ValType};
use selvedge_wasi::types::{self, Version, layout};
use selvedge_wasi::{WasiCtx, WasiCtxBuilder};
use witx::{Document, Layout, Type, TypeRef, WasmType};

fn document(version: Version) -> Document {
    let (folder, file) = match version {
        Version::Preview0 => ("preview0", "wasi_unstable.witx"),
        Version::Preview1 => ("preview1", "wasi_snapshot_preview1.witx"),
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("witx");
    witx::load(&[root.join(folder).join(file)]).expect("the documents are valid")
}

const VERSIONS: [Version; 2] = [Version::Preview0, Version::Preview1];

fn type_of(document: &Document, name: &str) -> TypeRef {
    let name = witx::Id::new(name);
    TypeRef::Name(
        document
            .typename(&name)
            .expect("the type is in the document"),
    )
}

/// The names of the cases of an enumeration or a union.
fn cases(document: &Document, name: &str) -> Vec<String> {
    match &**type_of(document, name).type_() {
        Type::Variant(variant) => {
            let cases = variant.cases.iter();
            cases.map(|case| case.name.as_str().to_owned()).collect()
        }
        ty => panic!("{name} is {ty:?}"),
    }
}

/// The names of flags, which a document has as records of single bits.
fn flags(document: &Document, name: &str) -> Vec<String> {
    match &**type_of(document, name).type_() {
        Type::Record(record) if record.bitflags_repr().is_some() => {
            let members = record.members.iter();
            members
                .map(|member| member.name.as_str().to_owned())
                .collect()
        }
        ty => panic!("{name} is {ty:?}"),
    }
}

#[test]
fn every_function_has_its_name_and_signature() {
    let engine = Engine::default();
    let mut linker = Linker::new(&engine);
    selvedge_wasi::add_to_linker(&mut linker, |wasi: &mut WasiCtx| wasi).unwrap();
    let mut store = Store::new(&engine, WasiCtxBuilder::new().build());
    let mut all = 0;
    for version in VERSIONS {
        let document = document(version);
        let module = document
            .module(&witx::Id::new(version.module_name()))
            .unwrap();
        for function in module.funcs() {
            let name = function.name.as_str();
            let found = linker.get(&mut store, version.module_name(), name);
            let found = found.unwrap_or_else(|| panic!("{version:?} has no {name}"));
            let ExternType::Func(found) = found.ty(&store) else {
                panic!("{name} is a function");
            };
            let (params, results) = function.wasm_signature();
            let of = |types: Vec<WasmType>| types.into_iter().map(val_type).collect::<Vec<_>>();
            assert!(
                of(params).iter().eq(&found.params().collect::<Vec<_>>()),
                "{name}"
            );
            assert!(
                of(results).iter().eq(&found.results().collect::<Vec<_>>()),
                "{name}"
            );
            all += 1;
        }
    }
    assert_eq!(
        linker.iter(&mut store).count(),
        all,
        "and there are no others"
    );
}

fn val_type(ty: WasmType) -> ValType {
    match ty {
        WasmType::I32 => ValType::I32,
        WasmType::I64 => ValType::I64,
        WasmType::F32 => ValType::F32,
        WasmType::F64 => ValType::F64,
    }
}

#[test]
fn enumerations_have_their_names_in_order() {
    macro_rules! check {
        ($document:ident, $($name:literal $ty:ident)*) => { $(
            let ours: Vec<_> = types::$ty::ALL.iter().map(|case| case.name()).collect();
            assert_eq!(ours, cases(&$document, $name), $name);
            for (i, &case) in types::$ty::ALL.iter().enumerate() {
                assert_eq!(case as usize, i, $name);
            }
            assert_eq!(size_of::<types::$ty>(), type_of(&$document, $name).mem_size(), $name);
        )* };
    }
    for version in VERSIONS {
        let document = document(version);
        check! { document, "errno" Errno "clockid" ClockId "filetype" FileType "advice" Advice
        "eventtype" EventType "preopentype" PreopenType "signal" Signal }
        let whence = cases(&document, "whence");
        for (tag, name) in whence.iter().enumerate() {
            let ours = version.whence(tag as u32).map(types::Whence::name);
            assert_eq!(ours, Some(name.as_str()), "{version:?}");
        }
        assert_eq!(version.whence(whence.len() as u32), None);
    }
}

#[test]
fn flags_have_their_names_in_order() {
    macro_rules! check {
        ($document:ident, $($name:literal $ty:ident)*) => { $(
            let ours = types::$ty::all().iter_names();
            let ours: Vec<_> = ours.map(|(name, bit)| (name.to_lowercase(), bit.bits() as u64)).collect();
            let theirs = flags(&$document, $name).into_iter().enumerate();
            let theirs: Vec<_> = theirs.map(|(i, name)| (name, 1 << i)).collect();
            assert_eq!(ours, theirs, $name);
            assert_eq!(size_of::<types::$ty>(), type_of(&$document, $name).mem_size(), $name);
        )* };
    }
    for version in VERSIONS {
        let document = document(version);
        check! { document, "fdflags" FdFlags "oflags" OFlags "lookupflags" LookupFlags
        "fstflags" FstFlags "eventrwflags" EventRwFlags "subclockflags" SubclockFlags
        "riflags" RiFlags "roflags" RoFlags "sdflags" SdFlags }
    }
    let document = document(Version::Preview1);
    check! { document, "rights" Rights }
    // Preview 0 knows all but the last.
    let older = flags(&self::document(Version::Preview0), "rights");
    assert_eq!(older, flags(&document, "rights")[..older.len()]);
}

/// The fields of a record and their offsets. Fields that are unions are their parts.
fn fields(document: &Document, name: &str) -> Vec<(String, u32)> {
    let ty = type_of(document, name);
    let record = match &**ty.type_() {
        Type::Record(record) => record.member_layout(),
        ty => panic!("{name} is {ty:?}"),
    };
    let mut fields = Vec::new();
    for member in record {
        let (name, offset) = (member.member.name.as_str(), member.offset as u32);
        match (name, &**member.member.tref.type_()) {
            ("u", Type::Variant(variant)) => {
                fields.push(("tag".to_owned(), offset));
                let contents = variant.payload_offset() as u32;
                fields.push(("contents".to_owned(), offset + contents));
            }
            ("fd_readwrite", Type::Record(inner)) => {
                for inner in inner.member_layout() {
                    let inner_name = inner.member.name.as_str().to_owned();
                    fields.push((inner_name, offset + inner.offset as u32));
                }
            }
            _ => fields.push((name.to_owned(), offset)),
        }
    }
    fields
}

#[test]
fn records_have_their_layouts() {
    macro_rules! check {
        ($document:ident, $($name:literal $layout:expr;)*) => { $(
            let ours = $layout.fields().into_iter();
            let ours: Vec<_> = ours.map(|(name, at)| (name.trim_start_matches("r#").to_owned(), at)).collect();
            assert_eq!(ours, fields(&$document, $name), $name);
            let size = type_of(&$document, $name).mem_size_align();
            assert_eq!(($layout.bytes as usize, $layout.align as usize), (size.size, size.align), $name);
        )* };
    }
    for version in VERSIONS {
        let document = document(version);
        check! { document,
            "iovec" layout::IOVEC;
            "ciovec" layout::IOVEC;
            "dirent" layout::DIRENT;
            "fdstat" layout::FDSTAT;
            "filestat" version.filestat();
            "event" layout::EVENT;
            "subscription" version.subscription();
        }
        let clock = version.subscription_clock();
        let mut theirs = fields(&document, "subscription_clock");
        theirs.retain(|(name, _)| name != "identifier");
        let ours = clock
            .fields()
            .into_iter()
            .map(|(name, at)| (name.to_owned(), at));
        assert_eq!(ours.collect::<Vec<_>>(), theirs);
        let size = type_of(&document, "subscription_clock").mem_size_align();
        assert_eq!(
            (clock.bytes as usize, clock.align as usize),
            (size.size, size.align)
        );

        let prestat = type_of(&document, "prestat");
        let size = prestat.mem_size_align();
        let Type::Variant(variant) = &**prestat.type_() else {
            panic!("prestat is a union");
        };
        assert_eq!((8, 4), (size.size, size.align));
        assert_eq!((layout::PRESTAT.bytes, layout::PRESTAT.align), (8, 4));
        assert_eq!(layout::PRESTAT.tag, 0);
        assert_eq!(
            layout::PRESTAT.pr_name_len as usize,
            variant.payload_offset()
        );
        assert_eq!(
            fields(&document, "prestat_dir"),
            [("pr_name_len".to_owned(), 0)]
        );
    }
}
