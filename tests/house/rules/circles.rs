//! Within a crate the files import one way too: no two need each other.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use bellpull_house::tokens::{Token, of_file, of_text};
use bellpull_house::{files_below, none, root, shown};

/// The path of a module within its crate; empty: the root.
type Module = Vec<String>;

/// A module that a generator wrote: it needs nothing of the crate.
const GENERATED: &str = "bindings";

/// Files that need each other, and why they stay so.
const KNOWN: &[(&[&str], &str)] = &[(
    &[
        "value::cost",
        "value::equality",
        "value::list",
        "value::map",
        "value::shared_value",
    ],
    "a list or a map holds values, and a value may be a list or a map",
)];

/// The modules of one crate, without those of its tests.
struct Crate {
    modules: BTreeMap<Module, Vec<Token>>,
    /// What a module hands on under its own path: name → where it is from.
    handed_on: BTreeMap<Module, BTreeMap<String, Module>>,
}

impl Crate {
    fn read(source: &Path) -> Self {
        let files = files_below(source);
        let modules = files.iter().filter_map(|file| {
            let module = module_of(file.strip_prefix(source).ok()?)?;
            let tokens = match module.last().is_some_and(|last| last == GENERATED) {
                true => Vec::new(),
                false => without_tests(of_file(file)),
            };
            Some((module, tokens))
        });
        Self::new(modules.collect())
    }

    fn new(modules: BTreeMap<Module, Vec<Token>>) -> Self {
        let mut read = Self {
            modules,
            handed_on: BTreeMap::new(),
        };
        for (module, tokens) in &read.modules {
            let mut handed_on = BTreeMap::new();
            for (path, _) in uses(tokens).into_iter().filter(|(_, is_public)| *is_public) {
                if let Some((name, parents)) = path.split_last()
                    && let Some(from) = read.resolve(module, parents)
                {
                    handed_on.insert(name.clone(), from);
                }
            }
            read.handed_on.insert(module.clone(), handed_on);
        }
        read
    }

    /// The module that a path leads to; none where it leaves the crate.
    fn resolve(&self, from: &Module, path: &[String]) -> Option<Module> {
        let (first, _) = path.split_first()?;
        let mut at = match first.as_str() {
            "crate" => Module::new(),
            "self" | "super" => from.clone(),
            child => {
                let inner = [from.as_slice(), &[child.to_owned()]].concat();
                self.modules.contains_key(&inner).then(|| from.clone())?
            }
        };
        for part in path
            .iter()
            .filter(|part| !["crate", "self"].contains(&part.as_str()))
        {
            let inner = [at.as_slice(), std::slice::from_ref(part)].concat();
            if part == "super" {
                at.pop();
            } else if self.modules.contains_key(&inner) {
                at = inner;
            } else if let Some(from) = self.handed_on.get(&at).and_then(|names| names.get(part)) {
                at = from.clone();
            } else {
                break;
            }
        }
        Some(at)
    }

    /// The modules that each one needs.
    fn needs(&self) -> BTreeMap<&Module, BTreeSet<Module>> {
        let needs = |(module, tokens): (_, &Vec<Token>)| {
            let imported = uses(tokens).into_iter().filter(|(_, is_public)| !is_public);
            let paths = imported.map(|(path, _)| path).chain(paths(tokens));
            let needed = paths.filter_map(|path| self.resolve(module, &path));
            (module, needed.filter(|needed| needed != module).collect())
        };
        self.modules.iter().map(needs).collect()
    }

    /// Modules that need each other, straight or through others.
    fn circles(&self) -> BTreeSet<BTreeSet<Module>> {
        let needs = self.needs();
        let reached: BTreeMap<&Module, BTreeSet<&Module>> = needs
            .keys()
            .map(|module| (*module, reached(module, &needs)))
            .collect();
        let circle = |module: &&Module| -> BTreeSet<Module> {
            let with = reached[module].iter();
            with.filter(|other| reached[*other].contains(module))
                .map(|other| (*other).clone())
                .collect()
        };
        let circles = reached.keys().map(circle);
        circles.filter(|circle| circle.len() > 1).collect()
    }
}

fn reached<'a>(
    module: &Module,
    needs: &'a BTreeMap<&'a Module, BTreeSet<Module>>,
) -> BTreeSet<&'a Module> {
    let mut reached = BTreeSet::new();
    let mut left: Vec<&Module> = needs.get(module).into_iter().flatten().collect();
    while let Some(next) = left.pop() {
        if reached.insert(next) {
            left.extend(needs.get(next).into_iter().flatten());
        }
    }
    reached
}

/// The module of a file below `src`; none for tests and for what is not Rust.
fn module_of(file: &Path) -> Option<Module> {
    if file.extension()? != "rs" {
        return None;
    }
    let mut module: Module = file
        .with_extension("")
        .iter()
        .map(|part| part.to_string_lossy().into_owned())
        .collect();
    if module.iter().any(|part| part == "tests") {
        return None;
    }
    if module
        .last()
        .is_some_and(|last| ["mod", "lib", "main"].contains(&last.as_str()))
    {
        module.pop();
    }
    Some(module)
}

/// The words of a file up to its own tests, which stand at its end.
fn without_tests(mut tokens: Vec<Token>) -> Vec<Token> {
    let tests = ["#", "[", "cfg", "(", "test", ")", "]", "mod"];
    let mut ends = tokens
        .windows(tests.len() + 2)
        .enumerate()
        .filter(|(_, window)| {
            let starts = window
                .iter()
                .zip(tests)
                .all(|(token, text)| token.text == text);
            starts && window[tests.len() + 1].text == "{"
        });
    if let Some((end, _)) = ends.next() {
        tokens.truncate(end);
    }
    tokens
}

/// The paths of every `use`, and whether others see it.
fn uses(tokens: &[Token]) -> Vec<(Vec<String>, bool)> {
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        // `use<'a>` in a type imports nothing.
        if token.text != "use" || tokens.get(at + 1).is_some_and(|next| next.text == "<") {
            continue;
        }
        let before = at.checked_sub(1).map(|before| tokens[before].text.as_str());
        let mut paths = Vec::new();
        expand(&tokens[at + 1..], &[], &mut paths);
        let is_public = matches!(before, Some("pub" | ")"));
        found.extend(paths.into_iter().map(|path| (path, is_public)));
    }
    found
}

/// Reads one tree of a `use`; returns how many words it took.
fn expand(tokens: &[Token], prefix: &[String], paths: &mut Vec<Vec<String>>) -> usize {
    let mut path = prefix.to_vec();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        match token.text.as_str() {
            ":" => at += 1,
            "{" => {
                at += 1;
                while tokens.get(at).is_some_and(|token| token.text != "}") {
                    at += expand(&tokens[at..], &path, paths);
                    at += usize::from(tokens.get(at).is_some_and(|token| token.text == ","));
                }
                return at + 1;
            }
            "as" => at += 2,
            "," | "}" | ";" => break,
            name => {
                path.push(name.to_owned());
                at += 1;
            }
        }
    }
    paths.push(path);
    at
}

/// The paths outside of `use`.
fn paths(tokens: &[Token]) -> Vec<Vec<String>> {
    let text = |at: usize| tokens.get(at).map(|token| token.text.as_str());
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if text(at) == Some("use") && text(at + 1) != Some("<") {
            at += 1 + expand(&tokens[at + 1..], &[], &mut Vec::new());
            continue;
        }
        let mut path = vec![tokens[at].text.clone()];
        at += 1;
        while text(at) == Some(":") && text(at + 1) == Some(":") {
            path.extend(text(at + 2).map(str::to_owned));
            at += 3;
        }
        if path.len() > 1 {
            found.push(path);
        }
    }
    found
}

#[test]
fn no_two_files_need_each_other() {
    let mut found = Vec::new();
    for source in sources() {
        for circle in Crate::read(&source).circles() {
            let names: Vec<String> = circle.iter().map(|module| module.join("::")).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            if !KNOWN.iter().any(|(known, _)| *known == names) {
                found.push(format!("{}: {}", shown(&source), names.join(", ")));
            }
        }
    }
    none(&found, "move what both need into a file below them");
}

fn sources() -> Vec<PathBuf> {
    ["host", "plugins"]
        .into_iter()
        .flat_map(|folder| std::fs::read_dir(root().join(folder)).expect("a folder"))
        .map(|entry| entry.expect("an entry").path().join("src"))
        .filter(|source| source.is_dir())
        .collect()
}

#[test]
fn a_circle_is_found() {
    let sources = [
        ("", "mod one; mod three; mod two; pub use two::Two;"),
        (
            "one",
            "use crate::three::Three; use crate::Two; pub struct One(Two, Three);",
        ),
        ("two", "pub struct Two(Option<Box<super::one::One>>);"),
        (
            "three",
            "pub struct Three; #[cfg(test)] mod tests { use crate::one::One; }",
        ),
    ];
    let module =
        |path: &str| -> Module { path.split_terminator("::").map(str::to_owned).collect() };
    let modules = sources.map(|(path, text)| (module(path), without_tests(of_text(text))));
    assert_eq!(
        Crate::new(modules.into()).circles(),
        BTreeSet::from([BTreeSet::from([module("one"), module("two")])])
    );
}
