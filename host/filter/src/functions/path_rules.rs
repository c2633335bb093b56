use std::path::Path;

use cel::ExecutionError;
use cel::common::types::Type;
use cel::common::value::{StaticVal, Val};
use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::automaton::Automaton;
use super::automaton_budget::AutomatonBudget;
use super::compiled_value::compiled_value;
use super::glob_automaton::{automaton, glob};
use crate::meter::spend;

/// The price of matching a line against a path, beside reading the path.
const MATCHING: u64 = 6;

pub(super) static RULES_TYPE: Type = Type::new_unspecified_type("bellpull.PathRules");

/// Compiled lines of a .gitignore.
#[derive(Clone, Debug)]
pub(crate) struct PathRules(Vec<PathRule>);

/// One line. Each line is compiled by itself: the table of all lines together may be as large as
/// the product of theirs, and the steps of a search would not be known.
#[derive(Clone, Debug)]
struct PathRule {
    rule: Gitignore,
    /// The line as one glob, from which the price of matching is known.
    glob: Automaton,
}

impl PathRules {
    /// The last line that matches a file decides. A line with `!` excludes files again.
    ///
    /// # Errors
    /// When a line is not a pattern of a .gitignore.
    pub(crate) fn new(lines: &[&str], budget: &mut AutomatonBudget) -> Result<Self, String> {
        let lines = lines.iter().map(|line| PathRule::new(line, budget));
        lines.collect::<Result<_, _>>().map(Self)
    }

    /// Whether a path matches: the path itself decides, else the nearest folder above it that a
    /// line matches. Some senders begin paths with `/` or `./`.
    pub(super) fn match_path(&self, path: &str) -> Result<bool, ExecutionError> {
        let path = path.trim_start_matches("./").trim_start_matches('/');
        let mut is_folder = false;
        for path in Path::new(path).ancestors() {
            if path.as_os_str().is_empty() {
                break;
            }
            for PathRule { rule, glob } in self.0.iter().rev() {
                spend(MATCHING + glob.price(path.as_os_str().len()))?;
                match rule.matched(path, is_folder) {
                    Match::None => {}
                    decided => return Ok(decided.is_ignore()),
                }
            }
            is_folder = true;
        }
        Ok(false)
    }
}

impl PathRule {
    fn new(line: &str, budget: &mut AutomatonBudget) -> Result<Self, String> {
        if line.trim().is_empty() || line.starts_with('#') {
            return Err(format!("'{line}' does not name a path"));
        }
        let wrong = |error: String| format!("'{line}' is not a pattern of paths: {error}");
        let mut rule = GitignoreBuilder::new("");
        rule.add_line(None, line)
            .map_err(|error| wrong(error.to_string()))?;
        // At any depth, with all below it: no line matches more.
        let anywhere = ["**/", line, "/**"].concat();
        let anywhere = glob(&anywhere).map_err(|error| wrong(error.kind().to_string()))?;
        Ok(Self {
            rule: rule.build().map_err(|error| wrong(error.to_string()))?,
            glob: automaton(&[anywhere], budget)?,
        })
    }
}

compiled_value!(PathRules, RULES_TYPE);
