//! What a project is made of, by language.

use anyhow::{Context as _, Result};
use clap::ValueEnum as _;

use crate::settings::Language;

/// Files by their path.
pub(super) type Files = &'static [(&'static str, &'static str)];

/// The templates that every project has, and those of each language.
struct Kits {
    /// Files of every project.
    shared: Files,
    /// Texts that templates include.
    parts: Files,
    kits: &'static [Kit],
}

/// One language's own templates, and its SDK with what the SDK is built from.
pub(super) struct Kit {
    pub(super) language: &'static str,
    project: Files,
    pub(super) sdk: Files,
}

static KITS: Kits = include!(concat!(env!("OUT_DIR"), "/kits.rs"));

impl Kit {
    pub(super) fn of(language: Language) -> Result<&'static Self> {
        let name = language.to_possible_value();
        let kit = KITS.kits.iter().find(|kit| {
            let name = name.as_ref();
            name.is_some_and(|name| name.matches(kit.language, false))
        });
        kit.with_context(|| format!("this Bellpull has no kit for {language:?}"))
    }

    /// The templates of a project.
    pub(super) fn templates(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.project.iter().chain(KITS.shared).copied()
    }
}

/// A provider, as the templates need it.
pub(super) struct Project<'a> {
    pub(super) name: &'a str,
    pub(super) language: Language,
}

impl Project<'_> {
    /// A template with its placeholders replaced: `{{>part}}` by a part, then the values. A part may
    /// include those before it by name.
    pub(super) fn fill(&self, template: &str) -> String {
        let mut text = template.to_owned();
        for (name, part) in KITS.parts.iter().rev() {
            text = text.replace(&format!("{{{{>{name}}}}}"), part.trim_end());
        }
        text.replace("{{component}}", &self.component())
            .replace("{{name}}", self.name)
            .replace("{{module}}", &self.module())
            .replace("{{version}}", env!("CARGO_PKG_VERSION"))
            .replace("{{rust-version}}", env!("CARGO_PKG_RUST_VERSION"))
    }

    /// The name of the file that cargo builds, without its extension.
    fn module(&self) -> String {
        format!("bellpull_provider_{}", self.name.replace('-', "_"))
    }

    /// The commands that build the component.
    pub(super) fn build(&self) -> &'static [&'static str] {
        match self.language {
            Language::Rust => &["cargo build --release --target wasm32-wasip2"],
            Language::Go | Language::C | Language::Python => &["make"],
            Language::JavaScript => &["npm ci", "npm run build"],
        }
    }

    /// The file of the built component.
    pub(super) fn component(&self) -> String {
        match self.language {
            Language::Rust => format!("target/wasm32-wasip2/release/{}.wasm", self.module()),
            Language::Go | Language::C | Language::JavaScript | Language::Python => {
                format!("{}.wasm", self.name)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(language: Language) -> Project<'static> {
        Project {
            name: "acme-ci",
            language,
        }
    }

    #[test]
    fn every_language_has_its_kit_and_every_placeholder_is_filled() {
        for &language in Language::value_variants() {
            let (project, kit) = (project(language), Kit::of(language).unwrap());
            assert!(!kit.sdk.is_empty(), "{language:?}");
            for (path, text) in kit.templates() {
                let text = project.fill(text);
                let rest = text.replace("${{", "");
                assert!(!rest.contains("{{"), "{language:?}: {path}: {text}");
            }
        }
    }

    #[test]
    fn the_file_that_cargo_builds_has_no_hyphen() {
        assert_eq!(
            project(Language::Rust).component(),
            "target/wasm32-wasip2/release/bellpull_provider_acme_ci.wasm"
        );
    }
}
