//! The bindings of `plugins/sdk-c`.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use wit_bindgen_c::Opts;

use crate::contract::Contract;

/// The generator names its types and files after the world.
const WORLD: &str = "bellpull";
/// What the generator writes, and where it goes. The SDK has a `bellpull.h` of its own.
const HEADER: (&str, &str) = ("bellpull.h", "plugins/sdk-c/bindings.h");
const SOURCE: (&str, &str) = ("bellpull.c", "plugins/sdk-c/bindings.c");
/// Each interface with the prefix of its names.
const NAMES: &[(&str, &str)] = &[
    ("types", "bellpull"),
    ("delivery", "bellpull_delivery"),
    ("document", "bellpull_document"),
    ("credentials", "bellpull_credentials"),
    ("crypto", "bellpull_crypto"),
    ("jwt", "bellpull_jwt"),
    ("fetch", "bellpull_fetch"),
    ("log", "bellpull_log"),
    ("clock", "bellpull_clock"),
    ("guest", "bellpull"),
];
const HEAD: &str = "// The contract as C. Authors include bellpull.h.
//
// Written by `make bindings` from wit/v0.1/provider.wit, whose SHA-256 is
// ";
/// The bindings free what a provider returned. That may be a literal, and an instance is too short-lived
/// for freed memory to be used again.
const INCLUDES: &str = "#include <string.h>\n";
const FREES_NOTHING: &str = "\n// What a provider returns may be a literal: nothing is freed.\n\
     #define free(pointer) ((void)(pointer))\n";
/// Where the generator has the linker ask for an object with the contract. `bellpull pack` embeds the
/// contract instead.
const ASKS_FOR_CONTRACT: &str = "\n// Ensure that the *_component_type.o object is linked in\n";

pub(crate) fn write(contract: &Contract, root: &Path) -> Result<()> {
    let rename = NAMES.iter().map(|(interface, prefix)| {
        let interface = format!("bellpull:provider/{interface}@0.1.0");
        (interface, (*prefix).to_owned())
    });
    let options = Opts {
        no_object_file: true,
        rename: rename.collect(),
        rename_world: Some(WORLD.to_owned()),
        ..Opts::default()
    };
    let files = contract.generate(options.build())?;
    let generated = |name: &str| {
        let file = files.iter().find(|(generated, _)| *generated == name);
        let (_, bytes) = file.with_context(|| format!("no {name} was generated"))?;
        anyhow::Ok(std::str::from_utf8(bytes)?)
    };
    let write = |path: &str, text: &str| {
        let file = root.join(path);
        let text = [HEAD, &contract.digest, "\n", text].concat();
        fs::write(&file, text).with_context(|| file.display().to_string())
    };

    write(HEADER.1, generated(HEADER.0)?)?;

    let source = generated(SOURCE.0)?;
    let (source, _) = source
        .split_once(ASKS_FOR_CONTRACT)
        .context("the generator no longer asks for the contract as an object")?;
    ensure!(source.contains(INCLUDES), "nothing is included");
    let source = source
        .replace(INCLUDES, &[INCLUDES, FREES_NOTHING].concat())
        .replace("\"bellpull.h\"", "\"bindings.h\"");
    write(SOURCE.1, &source)
}
