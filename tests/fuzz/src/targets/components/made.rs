//! Makes a component of an input.
//!
//! | first line | the rest |
//! |---|---|
//! | `text` | WebAssembly text for the core module of a provider, as in `tests/guests/hostile` |
//! | `module` | what wasm-smith makes a module of, which is instantiated beside the module of a provider |
//! | `component` | what wasm-smith makes a component of |
//! | `altered` | lines of an offset and bytes in hexadecimal, which replace those of a bundled component |
//! | anything else | the whole input is the component |

use arbitrary::Unstructured;
use bellpull_bundle::BUNDLED;
use bellpull_tests::hostile;
use wasm_smith::{Component, Config, Module};

/// Of a provider whose component is small, so that it is soon compiled.
const ALTERED: &str = "generic";
/// Longer modules would take the time of others.
const LONGEST_MODULE: usize = 8 << 10;

/// The component, if the input makes one.
pub(super) fn of(input: &[u8]) -> Option<Vec<u8>> {
    let mut halves = input.splitn(2, |byte| *byte == b'\n');
    let (first, rest) = (halves.next()?, halves.next().unwrap_or_default());
    match first {
        b"text" => {
            let text = std::str::from_utf8(rest).ok()?;
            hostile::component_if_any("fuzz", text).ok()
        }
        b"module" => {
            let module = Module::new(small(), &mut Unstructured::new(rest)).ok()?;
            let module = module.to_bytes();
            let usual = hostile::component_if_any("fuzz", "").ok()?;
            (module.len() <= LONGEST_MODULE).then(|| hostile::with_module(&usual, &module))
        }
        b"component" => {
            let component = Component::new(small(), &mut Unstructured::new(rest)).ok()?;
            Some(component.to_bytes())
        }
        b"altered" => altered(rest),
        _ => Some(input.to_vec()),
    }
}

/// Few of everything, and no imports, so that a module can be instantiated by itself.
fn small() -> Config {
    Config {
        max_imports: 0,
        max_funcs: 6,
        max_instructions: 60,
        max_memories: 1,
        max_memory32_bytes: 32 << 20,
        max_tables: 3,
        max_table_elements: 20_000,
        max_types: 20,
        max_data_segments: 6,
        max_element_segments: 6,
        memory_max_size_required: false,
        allow_start_export: true,
        threads_enabled: false,
        memory64_enabled: false,
        gc_enabled: false,
        exceptions_enabled: false,
        ..Config::default()
    }
}

fn altered(lines: &[u8]) -> Option<Vec<u8>> {
    let bundled = BUNDLED.iter().find(|one| one.provider == ALTERED);
    let mut component = bundled.expect("it is bundled").wasm.to_vec();
    for line in std::str::from_utf8(lines).ok()?.lines() {
        let (offset, bytes) = line.split_once(' ')?;
        let (offset, bytes) = (offset.parse::<usize>().ok()?, hex::decode(bytes).ok()?);
        let place = component.get_mut(offset..offset.checked_add(bytes.len())?)?;
        place.copy_from_slice(&bytes);
    }
    Some(component)
}
