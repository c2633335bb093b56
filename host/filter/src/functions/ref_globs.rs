use cel::ExecutionError;
use cel::common::types::Type;
use cel::common::value::{StaticVal, Val};
use globset::Glob;

use super::automaton::Automaton;
use super::automaton_budget::AutomatonBudget;
use super::compiled_value::compiled_value;
use super::glob_automaton::{automaton, glob};
use crate::meter::spend;

pub(super) static GLOBS_TYPE: Type = Type::new_unspecified_type("bellpull.Globs");

/// Compiled globs of full ref names.
#[derive(Clone, Debug)]
pub(crate) struct RefGlobs(Automaton);

impl RefGlobs {
    /// `*` stays within a level of the name, `**` does not.
    ///
    /// # Errors
    /// When a pattern is not a glob of a full ref name.
    pub(crate) fn new(patterns: &[&str], budget: &mut AutomatonBudget) -> Result<Self, String> {
        let globs = patterns.iter().map(|pattern| {
            if !pattern.starts_with("refs/") {
                return Err(format!(
                    "'{pattern}' is not a pattern of a full ref name: write 'refs/heads/{pattern}' \
                     for a branch, 'refs/tags/{pattern}' for a tag"
                ));
            }
            glob(pattern).map_err(|error| format!("'{pattern}' is not a glob: {}", error.kind()))
        });
        let globs: Vec<Glob> = globs.collect::<Result<_, _>>()?;
        automaton(&globs, budget).map(Self)
    }

    fn match_full(&self, reference: &str) -> Result<bool, ExecutionError> {
        spend(self.0.price(reference.len()))?;
        Ok(self.0.is_match(reference))
    }

    /// Whether one of them matches a ref. Scripts may send the short name of a branch or a tag.
    pub(super) fn match_ref(&self, reference: &str) -> Result<bool, ExecutionError> {
        if self.match_full(reference)? {
            return Ok(true);
        }
        let full = |prefix| self.match_full(&[prefix, reference].concat());
        Ok(!reference.starts_with("refs/") && (full("refs/heads/")? || full("refs/tags/")?))
    }
}

compiled_value!(RefGlobs, GLOBS_TYPE);
