use std::path::PathBuf;

use bellpull_core::is_provider_name;
use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
pub struct NewArgs {
    /// Name of the provider, as in spec.type of a Receiver
    #[arg(value_parser = provider_name, required_unless_present = "update_sdk")]
    pub name: Option<String>,
    /// Programming language of the project
    #[arg(long, value_enum, default_value_t)]
    pub language: Language,
    /// Directory of the project; it must be new or empty [default: NAME in the current directory]
    #[arg(long, value_name = "DIR")]
    pub path: Option<PathBuf>,
    /// Replace the SDK of an existing project by the one of this Bellpull
    ///
    /// The project is in the current directory, or in --path. An SDK that was changed is left as it is.
    #[arg(long, conflicts_with_all = ["name", "language"])]
    pub update_sdk: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// Rust, built by cargo
    #[default]
    Rust,
    /// Go, built by go and packed by bellpull
    Go,
    /// C, built by clang or zig and packed by bellpull
    C,
    /// JavaScript, built by npm and run by QuickJS
    #[value(name = "javascript")]
    JavaScript,
    /// Python, built by make with componentize-py and run by CPython
    Python,
}

fn provider_name(text: &str) -> Result<String, String> {
    // The names of a Receiver and of its Secret are made of it.
    let is_name = is_provider_name(text) && !text.starts_with('-') && !text.ends_with('-');
    if is_name {
        return Ok(text.to_owned());
    }
    Err(
        "a provider name has 1 to 63 characters of a-z, 0-9 and -, with no - at an end, for example acme-ci"
            .to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_that_a_receiver_can_have() {
        for name in ["a", "acme-ci", "0", &"a".repeat(63)] {
            assert_eq!(provider_name(name).as_deref(), Ok(name));
        }
        for name in [
            "",
            "-",
            "a-",
            "-a",
            "Acme",
            "acme_ci",
            "acme/ci",
            "..",
            "é",
            &"a".repeat(64),
        ] {
            let error = provider_name(name).unwrap_err();
            assert!(error.contains("acme-ci"), "{name}: {error}");
        }
    }
}
