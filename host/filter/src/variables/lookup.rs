use cel::common::value::Val;

/// Finds the values of variables by name.
pub(crate) trait VariableLookup: Send + Sync {
    fn variable(&self, name: &str) -> Option<&dyn Val>;
}
