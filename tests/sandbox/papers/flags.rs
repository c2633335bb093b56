//! The pages say the default that a flag has.

use std::time::Duration;

use bellpull::settings::Cli;
use bellpull_house::{files_with_extension, none, read, shown};
use clap::{ArgMatches, CommandFactory as _};

#[test]
fn papers_say_the_defaults_that_flags_have() {
    let mut checked = 0;
    let mut found = Vec::new();
    let papers = ["md", "yaml"].into_iter().flat_map(files_with_extension);
    for file in papers {
        for (flag, said) in said_defaults(&read(&file)) {
            let (Some(said_value), Some(default)) = (value(&flag, Some(&said)), value(&flag, None))
            else {
                continue;
            };
            checked += 1;
            if said_value != default {
                found.push(format!("{}: --{flag} ({said})", shown(&file)));
            }
        }
    }
    assert!(checked > 0, "no paper says a default");
    none(&found, "`bellpull serve --help` shows another default");
}

/// The names of flags with the text in parentheses behind them.
fn said_defaults(text: &str) -> Vec<(String, String)> {
    let mut said = Vec::new();
    for behind in text.split("--").skip(1) {
        let end = behind.find(|c: char| !c.is_ascii_lowercase() && c != '-');
        let (flag, rest) = behind.split_at(end.unwrap_or(behind.len()));
        let rest = rest.strip_prefix('`').unwrap_or(rest);
        let inside = rest
            .strip_prefix(" (")
            .and_then(|rest| rest.split_once(')'));
        if let Some((inside, _)) = inside {
            said.push((flag.to_owned(), inside.replace(' ', "")));
        }
    }
    said
}

/// The value of a flag of `serve`. None for a flag without a value, or for a text that is no value.
fn value(flag: &str, said: Option<&str>) -> Option<Value> {
    let said = said.map(|said| format!("--{flag}={said}"));
    let line = ["bellpull", "serve"]
        .map(str::to_owned)
        .into_iter()
        .chain(said);
    let matches = Cli::command().try_get_matches_from(line).ok()?;
    let matches = matches.subcommand_matches("serve")?;
    Value::of(matches, &flag.replace('-', "_"))
}

#[derive(Debug, PartialEq, Eq)]
enum Value {
    Time(Duration),
    Number(usize),
}

impl Value {
    fn of(matches: &ArgMatches, id: &str) -> Option<Self> {
        if let Ok(time) = matches.try_get_one(id) {
            return time.copied().map(Self::Time);
        }
        matches.try_get_one(id).ok()?.copied().map(Self::Number)
    }
}

#[test]
fn a_default_in_prose_is_found() {
    let text = "`--max-body` (3 MiB), # --drain-delay (5 s) and `--on-notify` alone (x)";
    let expected = [("max-body", "3MiB"), ("drain-delay", "5s")];
    let expected = expected.map(|(flag, said)| (flag.to_owned(), said.to_owned()));
    assert_eq!(said_defaults(text), expected);
    assert_eq!(value("max-body", Some("3MiB")), value("max-body", None));
    assert_ne!(value("drain-delay", Some("6s")), value("drain-delay", None));
    assert_eq!(value("drain-delay", Some("short")), None);
    assert_eq!(value("on-notify", None), None);
}
