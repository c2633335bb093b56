//! Components made of WebAssembly text, each hostile in one way.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use anyhow::Result;
use wasm_encoder::{ComponentSection as _, RawSection};
use wasmparser::Payload;
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::{Resolve, WorldId};

/// A function that computes for a good part of a guest's time.
pub const SPIN: &str = r"
(func $harm (local $left i32)
  (local.set $left (i32.const 300000000))
  (loop $again
    (local.set $left (i32.sub (local.get $left) (i32.const 1)))
    (br_if $again (local.get $left))))";

/// How a hostile component must end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// It is not loaded, and the reason contains this text.
    Refused(String),
    /// No Receiver can be bound to it, by a fault of this kind.
    NotReady(String),
    /// Each delivery is a fault of this kind.
    Fault(String),
    /// Each delivery is refused as malformed, which is no fault.
    Malformed,
}

pub struct Hostile {
    /// Its provider name: the file's.
    pub name: String,
    /// What its first line says.
    pub expected: Expected,
    /// The component.
    pub wasm: Vec<u8>,
}

/// Every file of `tests/guests/hostile`, sorted by name.
///
/// # Panics
/// When one cannot be read or is no component.
pub fn all() -> Vec<Hostile> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("guests/hostile");
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "wat"))
        .collect();
    files.sort();
    files.iter().map(|file| read(file)).collect()
}

fn read(file: &Path) -> Hostile {
    let text = fs::read_to_string(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    let name = file.file_stem().expect("a name").to_string_lossy();
    let first = text.lines().next().unwrap_or_default();
    let says = first.strip_prefix(";; ").unwrap_or_else(|| {
        panic!(
            "{}: the first line says what must come of it",
            file.display()
        )
    });
    let expected = match says.split_once(": ") {
        Some(("refused", reason)) => Expected::Refused(reason.to_owned()),
        Some(("not ready", fault)) => Expected::NotReady(fault.to_owned()),
        _ if says == "malformed" => Expected::Malformed,
        _ => Expected::Fault(says.to_owned()),
    };
    Hostile {
        expected,
        wasm: component(&name, &text),
        name: name.into_owned(),
    }
}

/// The component of a provider `name`, with `text` in its core module. A function that `text` does
/// not define is harmless: it binds by the path alone and accepts.
///
/// # Panics
/// When it is no component.
pub fn component(name: &str, text: &str) -> Vec<u8> {
    component_of_version("1.0.0", name, text)
}

/// As [`component`], with a version of five characters.
///
/// # Panics
/// When it is no component.
pub fn component_of_version(version: &str, name: &str, text: &str) -> Vec<u8> {
    encode(version, name, text).unwrap_or_else(|error| panic!("{name}: {error:#}"))
}

/// As [`component`], of a text that nobody has checked.
///
/// # Errors
/// Why it is no component.
pub fn component_if_any(name: &str, text: &str) -> Result<Vec<u8>> {
    encode("1.0.0", name, text)
}

fn encode(version: &str, name: &str, text: &str) -> Result<Vec<u8>> {
    let mut module = format!("(module\n{text}\n");
    for (function, default) in DEFAULTS {
        if !text.contains(&format!("(func ${function} ")) {
            module.push_str(default);
        }
    }
    module.push_str(&data(version, name));
    module.push_str(EXPORTS);
    module.push(')');
    let mut module = wat::parse_str(&module)?;
    let (resolve, world) = &*WORLD;
    embed_component_metadata(&mut module, resolve, *world, StringEncoding::UTF8)?;
    ComponentEncoder::default()
        .module(&module)?
        .validate(true)
        .encode()
}

/// What hostile components import and export.
static WORLD: LazyLock<(Resolve, WorldId)> = LazyLock::new(|| {
    let mut resolve = Resolve::default();
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let contract = resolve.push_dir(tests.join("../wit/v0.1"));
    contract.expect("the contract");
    let hostile = resolve.push_dir(tests.join("guests/hostile/wit"));
    let (package, _) = hostile.expect("what hostile components import");
    let world = resolve.select_world(&[package], Some("hostile"));
    (resolve, world.expect("its world"))
});

/// The same component with one more core instance, whose own memory has this many pages.
///
/// # Panics
/// When it is no component.
#[must_use]
pub fn with_memory(component: &[u8], pages: u32) -> Vec<u8> {
    let module = wat::parse_str(format!("(module (memory {pages}))")).expect("a module");
    with_module(component, &module)
}

/// The same component with one more core instance, of this module without imports.
///
/// # Panics
/// When it is no component.
#[must_use]
pub fn with_module(component: &[u8], module: &[u8]) -> Vec<u8> {
    let parser = wasmparser::Parser::new(0);
    let payloads = parser
        .parse_all(component)
        .map(|payload| payload.expect("a component"));
    let modules = payloads.filter(|payload| matches!(payload, Payload::ModuleSection { .. }));
    let index = u8::try_from(modules.count()).expect("few");
    assert!(index < 128, "{index}");
    let mut composed = component.to_vec();
    // A section of one core module, and one of one core instance of it (component-model,
    // design/mvp/Binary.md).
    for (id, data) in [(1, module), (2, &[1, 0, index, 0])] {
        RawSection { id, data }.append_to_component(&mut composed);
    }
    composed
}

/// The part of a module that puts this schema of `spec.config` into its description.
///
/// # Panics
/// When it is longer than 23 KiB, which is what lies between the records and the heap.
#[must_use]
pub fn with_schema(schema: &str) -> String {
    assert!(
        schema.len() <= 23 << 10,
        "a schema of {} bytes",
        schema.len()
    );
    let bytes =
        |bytes: &[u8]| -> String { bytes.iter().map(|byte| format!("\\{byte:02x}")).collect() };
    let word = |number: usize| bytes(&u32::try_from(number).expect("small").to_le_bytes());
    format!(
        "(data (i32.const 8192) \"{}\")(data (i32.const 1072) \"{}{}\")",
        bytes(schema.as_bytes()),
        word(8192),
        word(schema.len())
    )
}

/// The functions of a file that does not define its own.
const DEFAULTS: [(&str, &str); 4] = [
    (
        "describe",
        "(func $describe (result i32) (i32.const 1024))\n",
    ),
    (
        "configure",
        "(func $configure (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32) (i32.const 2048))\n",
    ),
    (
        "receive",
        "(func $receive (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32) (i32.const 4096))\n",
    ),
    (
        "realloc",
        "(func $realloc (param i32 i32 i32 i32) (result i32) (call $bump (local.get 3)))\n",
    ),
];

/// The records that the functions give, as the canonical ABI lays them out: a description at 1024,
/// a binding at 2048, an acceptance at 4096 and its event at 4352; zeros are empty lists and absent
/// options. Words that a file may have use for are "x" at 48, "token" at 52, "sha256" at 58,
/// "signature" at 148 and "body" at 160.
fn data(version: &str, name: &str) -> String {
    let word = |number: usize| {
        let bytes = u32::try_from(number).expect("small").to_le_bytes();
        bytes.map(|byte| format!("\\{byte:02x}")).concat()
    };
    let words = |numbers: &[usize]| {
        numbers
            .iter()
            .map(|number| word(*number))
            .collect::<String>()
    };
    assert!(name.len() <= 24, "{name} is too long a name");
    assert!(version.len() == 5, "{version} has not five characters");
    format!(
        r#"(data (i32.const 16) "{name}")
        (data (i32.const 40) "{version}")
        (data (i32.const 48) "x")
        (data (i32.const 52) "token")
        (data (i32.const 58) "sha256")
        (data (i32.const 64) "{providers}")
        (data (i32.const 80) "{keys}")
        (data (i32.const 88) "text")
        (data (i32.const 96) "{credential}")
        (data (i32.const 4) "path-only")
        (data (i32.const 148) "signature")
        (data (i32.const 160) "body")
        (data (i32.const 1024) "{description}")
        (data (i32.const 2052) "{binding}")
        (data (i32.const 4104) "{acceptance}")
        (data (i32.const 4352) "{event}")
        "#,
        providers = words(&[16, name.len()]),
        keys = words(&[52, 5]),
        credential = words(&[52, 5, 88, 4, 0]),
        description = words(&[64, 1, 40, 5, 0, 0, 0, 0, 80, 1]),
        // By the path alone; one credential, which proves nothing.
        binding = words(&[4, 9, 96, 1]),
        // One event, and it is all.
        acceptance = words(&[4352, 1, 1]),
        event = words(&[48, 1]),
    )
}

const EXPORTS: &str = r#"
(memory (export "memory") 4)
(global $heap (mut i32) (i32.const 32768))
(func $bump (param $length i32) (result i32)
  (local $at i32)
  (local.set $at (i32.and (i32.add (global.get $heap) (i32.const 7)) (i32.const -8)))
  (global.set $heap (i32.add (local.get $at) (local.get $length)))
  (local.get $at))
(export "cabi_realloc" (func $realloc))
(export "bellpull:provider/guest@0.1.0#describe" (func $describe))
(export "bellpull:provider/guest@0.1.0#configure" (func $configure))
(export "bellpull:provider/guest@0.1.0#receive" (func $receive))
"#;
