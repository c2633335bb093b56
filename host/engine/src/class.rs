use std::fmt;
use std::hash::Hash;

use wasmparser::{Instance, Parser, Payload, TypeRef};

/// The kind of a component's runtime. It decides how instances are laid out, and so how fast a fresh one
/// starts. It is part of the artefact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// Compiled languages: Rust, C, Zig.
    Small,
    /// A language's whole runtime in a component: Go, Python, and JavaScript by SpiderMonkey.
    Large,
    /// Components within a component, each with a memory of its own: JavaScript by QuickJS.
    Composed,
}

/// What one guest of a class may have at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClassLimits {
    /// Bytes of linear memory, of all memories together.
    pub memory: usize,
    pub memories: u32,
    pub tables: u32,
    /// Elements of each table.
    pub table_elements: usize,
    pub core_instances: u32,
}

/// The most that a small component begins with. Rust and C begin with 17 pages of 64 KiB: a stack of
/// 1 MiB, and data.
const SMALL_PAGES: u64 = 64;
const SMALL_TABLE: u64 = Class::Small.limits().table_elements as u64 / 2;

impl Class {
    /// Every class.
    pub const ALL: [Self; 3] = [Self::Small, Self::Large, Self::Composed];

    /// The limits of its guests.
    #[must_use]
    pub const fn limits(self) -> ClassLimits {
        match self {
            // Touching 16 MiB costs about 14 ms of page faults. wit-component's shim has a second
            // table beside the module's own, of which Rust guests use some hundred elements, and
            // the shim, its fixup and WASI's adapter are instances beside the module.
            Self::Small => ClassLimits {
                memory: 16 << 20,
                memories: 1,
                tables: 4,
                table_elements: 10_000,
                core_instances: 8,
            },
            // SpiderMonkey starts with 9 MiB and a table of 7 701; CPython with 12 MiB, a table of
            // 5 684 and 38 core instances.
            Self::Large => ClassLimits {
                memory: 64 << 20,
                memories: 1,
                tables: 8,
                table_elements: 20_000,
                core_instances: 64,
            },
            // QuickJS has a memory of 1.5 MiB, and its module loader one that stays empty.
            Self::Composed => ClassLimits {
                memories: 4,
                ..Self::Large.limits()
            },
        }
    }

    /// The class of a component, by the memories, tables and instances that its modules begin with.
    ///
    /// # Errors
    /// When the bytes are not a component.
    pub fn of(wasm: &[u8]) -> Result<Self, wasmparser::BinaryReaderError> {
        Ok(Self::with_reason(wasm)?.0)
    }

    /// The class of a component, and why it is not [`Class::Small`].
    ///
    /// # Errors
    /// As [`Class::of`].
    pub fn with_reason(
        wasm: &[u8],
    ) -> Result<(Self, Option<String>), wasmparser::BinaryReaderError> {
        let mut begins = Beginning::default();
        for payload in Parser::new(0).parse_all(wasm) {
            match payload? {
                Payload::MemorySection(section) => {
                    for memory in section {
                        begins.memories += 1;
                        begins.pages = begins.pages.max(memory?.initial);
                    }
                }
                Payload::TableSection(section) => {
                    for table in section {
                        begins.elements = begins.elements.max(table?.ty.initial);
                    }
                }
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        if let TypeRef::Memory(memory) = import?.ty {
                            begins.pages = begins.pages.max(memory.initial);
                        }
                    }
                }
                Payload::InstanceSection(section) => {
                    for instance in section {
                        // The other kind only renames exports.
                        let instantiates = matches!(instance?, Instance::Instantiate { .. });
                        begins.instances += u32::from(instantiates);
                    }
                }
                _ => {}
            }
        }
        Ok(begins.class())
    }

    /// What decides about the class of a component, for the name of what an artefact depends on.
    pub(crate) fn rules() -> impl Hash {
        (Self::ALL.map(Self::limits), SMALL_PAGES, SMALL_TABLE)
    }

    /// The first byte of an artefact of this class.
    pub(crate) const fn tag(self) -> u8 {
        match self {
            Self::Small => b'S',
            Self::Large => b'L',
            Self::Composed => b'C',
        }
    }

    pub(crate) fn of_tag(tag: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.tag() == tag)
    }
}

/// What the modules of a component begin with.
#[derive(Default)]
struct Beginning {
    memories: u32,
    /// Of the largest memory.
    pages: u64,
    /// Of the largest table.
    elements: u64,
    instances: u32,
}

impl Beginning {
    fn class(&self) -> (Class, Option<String>) {
        let instances = Class::Small.limits().core_instances;
        if self.memories > 1 {
            let reason = format!("its modules have {} memories", self.memories);
            return (Class::Composed, Some(reason));
        }
        let reasons = [
            (self.pages > SMALL_PAGES).then(|| {
                format!(
                    "its memory begins with {} pages of 64 KiB (small: at most {SMALL_PAGES})",
                    self.pages
                )
            }),
            (self.elements > SMALL_TABLE).then(|| {
                format!(
                    "a table begins with {} elements (small: at most {SMALL_TABLE})",
                    self.elements
                )
            }),
            (self.instances > instances).then(|| {
                format!(
                    "it has {} core instances (small: at most {instances})",
                    self.instances
                )
            }),
        ];
        let reasons: Vec<String> = reasons.into_iter().flatten().collect();
        match reasons.is_empty() {
            true => (Class::Small, None),
            false => (Class::Large, Some(reasons.join("; "))),
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Small => "small",
            Self::Large => "large",
            Self::Composed => "composed",
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
            (
                "(component (component (core module (memory 145))) (core module (memory 0)))"
                    .to_owned(),
                Class::Composed,
            ),
        ];
        for (text, expected) in cases {
            let wasm = wat::parse_str(&text).unwrap();
            let (class, reason) = Class::with_reason(&wasm).unwrap();
            assert_eq!(class, expected, "{text}: {reason:?}");
            assert_eq!(
                reason.is_none(),
                class == Class::Small,
                "{text}: {reason:?}"
            );
        }
    }

    #[test]
    fn what_is_cut_is_no_component() {
        let wasm = wat::parse_str("(component (core module (memory 17)))").unwrap();
        assert!(Class::of(&wasm[..wasm.len() - 1]).is_err());
        assert!(Class::of(b"").is_err());
    }
}
