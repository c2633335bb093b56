use globset::{Glob, GlobBuilder};
use regex_automata::util::syntax;

use super::automaton::Automaton;
use super::automaton_budget::AutomatonBudget;

/// A glob whose `*` stays within a level of the path.
pub(super) fn glob(pattern: &str) -> Result<Glob, globset::Error> {
    GlobBuilder::new(pattern).literal_separator(true).build()
}

pub(super) fn automaton(globs: &[Glob], budget: &mut AutomatonBudget) -> Result<Automaton, String> {
    let expressions: Vec<&str> = globs.iter().map(Glob::regex).collect();
    // As globset compiles them.
    let syntax = syntax::Config::new().dot_matches_new_line(true);
    Automaton::new(&expressions, syntax, budget)
}
