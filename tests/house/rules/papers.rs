//! The papers: what they list is there, and what is there is listed.

use std::path::Path;

use bellpull_house::tokens::{of_file, text_of_literal};
use bellpull_house::{files_below, files_with_extension, none, read, root, shown};

/// The folders of `plugins/` that are providers.
fn provider_names() -> Vec<String> {
    let folder = root().join("plugins");
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .expect("plugins/ is there")
        .map(|entry| entry.expect("a readable entry"))
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().expect("a name in UTF-8"))
        .filter(|name| !name.starts_with("bundle") && name != "sdk" && !name.starts_with("sdk-"))
        .collect();
    names.sort();
    names
}

#[test]
fn the_table_of_providers_equals_the_folders() {
    let page = read(&root().join("plugins/README.md"));
    let listed: Vec<String> = section(&page, "## Bundled providers")
        .lines()
        .filter_map(|line| line.strip_prefix("| [")?.split_once(']'))
        .map(|(name, _)| name.trim_matches('`').to_owned())
        .collect();
    assert_eq!(
        listed,
        provider_names(),
        "the table \"Bundled providers\" of plugins/README.md (left) must have a row for each folder \
         of plugins/ (right), in the order of their names"
    );
}

#[test]
fn the_bundle_has_every_provider() {
    let tokens = of_file(&root().join("plugins/bundle/build/main.rs"));
    let start = tokens.iter().position(|token| token.text == "PROVIDERS");
    let list = tokens.iter().skip(start.expect("the list"));
    let bundled: Vec<&str> = list
        .skip_while(|token| token.text != "=")
        .take_while(|token| token.text != ";")
        .filter_map(|token| text_of_literal(&token.text))
        .collect();
    assert_eq!(
        bundled,
        provider_names(),
        "PROVIDERS of plugins/bundle/build/main.rs (left) must name each folder of plugins/ (right)"
    );
}

#[test]
fn every_metric_has_a_row() {
    let page = read(&root().join("host/README.md"));
    let rows = section(&page, "## Metrics");
    let mut missing = Vec::new();
    for file in files_below(&root().join("host")) {
        if file.extension().is_none_or(|end| end != "rs") {
            continue;
        }
        for window in of_file(&file).windows(4) {
            let [register, _, name, _] = window else {
                continue;
            };
            let is_metric = ["register", "register_with_unit", "encode_descriptor"]
                .contains(&register.text.as_str());
            let Some(name) = text_of_literal(&name.text).filter(|_| is_metric) else {
                continue;
            };
            let units = ["", "_seconds", "_bytes"];
            if !units
                .iter()
                .any(|unit| rows.contains(&format!("| `{name}{unit}`")))
            {
                missing.push(format!("{}: {name}", shown(&file)));
            }
        }
    }
    none(
        &missing,
        "the table \"Metrics\" of host/README.md has no row for these",
    );
}

/// The text below a heading, to the next one of its rank.
fn section<'a>(text: &'a str, heading: &str) -> &'a str {
    let (_, rest) = text
        .split_once(&format!("\n{heading}\n"))
        .unwrap_or_else(|| panic!("the page has no heading {heading:?}"));
    rest.split_once("\n## ")
        .map_or(rest, |(section, _)| section)
}

#[test]
fn every_provider_has_a_page_and_cases() {
    let mut missing = Vec::new();
    for name in provider_names() {
        if !root().join(format!("plugins/{name}/README.md")).is_file() {
            missing.push(format!("plugins/{name}/README.md"));
        }
        if !has_case(&root().join(format!("tests/cases/{name}"))) {
            missing.push(format!("tests/cases/{name}/<case>/case.yaml"));
        }
    }
    none(
        &missing,
        "plugins/README.md says what a provider comes with",
    );
}

fn has_case(folder: &Path) -> bool {
    let Ok(mut cases) = std::fs::read_dir(folder) else {
        return false;
    };
    cases.any(|case| case.is_ok_and(|case| case.path().join("case.yaml").is_file()))
}

#[test]
fn links_lead_somewhere() {
    let mut broken = Vec::new();
    for file in files_with_extension("md") {
        let folder = file.parent().expect("a file is in a folder");
        for link in links(&read(&file)) {
            let (path, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let target = if path.is_empty() {
                file.clone()
            } else {
                folder.join(path)
            };
            if !target.exists() {
                broken.push(format!("{}: {link}: no such file", shown(&file)));
            } else if !anchor.is_empty()
                && !anchors(&read(&target)).iter().any(|known| known == anchor)
            {
                broken.push(format!("{}: {link}: no such heading", shown(&file)));
            }
        }
    }
    none(&broken, "links are relative to the page that they stand on");
}

/// The anchors of a page's headings, as GitHub makes them.
fn anchors(page: &str) -> Vec<String> {
    prose(page)
        .lines()
        .filter_map(|line| {
            line.trim_start_matches('#')
                .strip_prefix(' ')
                .filter(|_| line.starts_with('#'))
        })
        .map(|heading| {
            let heading = heading.trim().to_lowercase().replace(' ', "-");
            heading
                .chars()
                .filter(|letter| letter.is_alphanumeric() || "-_".contains(*letter))
                .collect()
        })
        .collect()
}

/// The targets of a page's inline links that lead into the repository. Code is not looked at.
fn links(page: &str) -> Vec<String> {
    // What is left between every other pair of backticks is no code.
    let text: Vec<String> = prose(page)
        .lines()
        .map(|line| line.split('`').step_by(2).collect())
        .collect();
    text.join("\n")
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(')'))
        .map(|(target, _)| target.to_owned())
        .filter(|target| !target.contains("://") && !target.starts_with("mailto:"))
        .collect()
}

/// A page without its blocks of code.
fn prose(page: &str) -> String {
    let mut fenced = false;
    let mut prose = String::new();
    for line in page.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            prose.push_str(line);
            prose.push('\n');
        }
    }
    prose
}

#[test]
fn links_are_found_in_prose_alone() {
    let page = "[`a`](a.md#b), `[code](no)` and [b](https://b)\n```\n[c](no)\n```\n[d](d)";
    assert_eq!(links(page), ["a.md#b", "d"]);
}

#[test]
fn anchors_are_those_of_headings() {
    let page = "# From Flux's receiver, and back\ntext # none\n```\n# code\n```\n### `a` b";
    assert_eq!(anchors(page), ["from-fluxs-receiver-and-back", "a-b"]);
}
