use std::fmt;

use wasmparser::{Instance, Parser, Payload, TypeRef};

/// The size of a component's runtime. It decides how instances are laid out, and so how fast a fresh one
/// starts. It is part of the artefact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// Compiled languages: Rust, C, Zig, Go by TinyGo.
    Small,
    /// A language's whole runtime in a component: JavaScript, Python.
    Large,
}

/// What one guest of a class may have at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClassLimits {
    /// Bytes of linear memory.
    pub memory: usize,
    pub tables: u32,
    /// Elements of each table.
    pub table_elements: usize,
    pub core_instances: u32,
}

impl Class {
    /// Every class.
    pub const ALL: [Self; 2] = [Self::Small, Self::Large];

    /// The limits of its guests.
    #[must_use]
    pub const fn limits(self) -> ClassLimits {
        match self {
            // Touching 16 MiB costs about 14 ms of page faults. wit-component's shim has a second
            // table beside the module's own, of which Rust guests use some hundred elements, and
            // the shim, its fixup and WASI's adapter are instances beside the module.
            Self::Small => ClassLimits {
                memory: 16 << 20,
                tables: 4,
                table_elements: 10_000,
                core_instances: 8,
            },
            // SpiderMonkey starts with 9 MiB and a table of 7 701; CPython with 12 MiB, a table of
            // 5 684 and 38 core instances.
            Self::Large => ClassLimits {
                memory: 64 << 20,
                tables: 8,
                table_elements: 20_000,
                core_instances: 64,
            },
        }
    }

    /// The class of a component, by the memory, tables and instances that its modules begin with.
    ///
    /// # Errors
    /// When the bytes are not a component.
    pub fn of(wasm: &[u8]) -> Result<Self, wasmparser::BinaryReaderError> {
        /// Rust and C begin with 17 pages of 64 KiB: a stack of 1 MiB, and data.
        const SMALL_PAGES: u64 = 64;
        let small = Self::Small.limits();
        let mut instances = 0;
        for payload in Parser::new(0).parse_all(wasm) {
            let large = match payload? {
                Payload::MemorySection(memories) => {
                    any(memories, |memory| memory.initial > SMALL_PAGES)?
                }
                Payload::TableSection(tables) => any(tables, |table| {
                    table.ty.initial > small.table_elements as u64 / 2
                })?,
                Payload::ImportSection(imports) => any(
                    imports.into_imports(),
                    |import| matches!(import.ty, TypeRef::Memory(memory) if memory.initial > SMALL_PAGES),
                )?,
                Payload::InstanceSection(section) => {
                    for instance in section {
                        // The other kind only renames exports.
                        instances += u32::from(matches!(instance?, Instance::Instantiate { .. }));
                    }
                    instances > small.core_instances
                }
                _ => false,
            };
            if large {
                return Ok(Self::Large);
            }
        }
        Ok(Self::Small)
    }

    /// The first byte of an artefact of this class.
    pub(crate) const fn tag(self) -> u8 {
        match self {
            Self::Small => b'S',
            Self::Large => b'L',
        }
    }

    pub(crate) fn of_tag(tag: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.tag() == tag)
    }
}

fn any<T>(
    items: impl IntoIterator<Item = Result<T, wasmparser::BinaryReaderError>>,
    mut is: impl FnMut(&T) -> bool,
) -> Result<bool, wasmparser::BinaryReaderError> {
    for item in items {
        if is(&item?) {
            return Ok(true);
        }
    }
    Ok(false)
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Small => "small",
            Self::Large => "large",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goes_by_what_a_module_asks_for() {
        let instances = "(core instance (instantiate 0))".repeat(9);
        let names = "(core instance)".repeat(30);
        let cases = [
            ("(component)".to_owned(), Class::Small),
            (
                "(component (core module (memory 17)))".to_owned(),
                Class::Small,
            ),
            (
                "(component (core module (memory 145)))".to_owned(),
                Class::Large,
            ),
            (
                r#"(component (core module (import "a" "b" (memory 145))))"#.to_owned(),
                Class::Large,
            ),
            (
                "(component (core module (table 7701 funcref)))".to_owned(),
                Class::Large,
            ),
            (
                format!("(component (core module) {instances})"),
                Class::Large,
            ),
            (format!("(component {names})"), Class::Small),
        ];
        for (text, expected) in cases {
            let wasm = wat::parse_str(&text).unwrap();
            assert_eq!(Class::of(&wasm).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_cut_is_no_component() {
        let wasm = wat::parse_str("(component (core module (memory 17)))").unwrap();
        assert!(Class::of(&wasm[..wasm.len() - 1]).is_err());
        assert!(Class::of(b"").is_err());
    }
}
