/// The memory that the program of one expression may take, bytes: about a thousand states.
pub(super) const PROGRAM: usize = 32 << 10;
/// The memory that the table of one automaton may take, bytes.
pub(super) const TABLE: usize = 256 << 10;

const TOO_MANY: &str = "expressions too large: the programs of one filter take more than 256 KiB";

/// The memory that automata may take together, bytes.
#[derive(Debug)]
pub(crate) struct AutomatonBudget {
    programs: usize,
    tables: usize,
    used: usize,
}

impl AutomatonBudget {
    /// For the literal expressions of one filter, which are compiled with it.
    pub(crate) fn of_a_filter() -> Self {
        Self {
            programs: 8 * PROGRAM,
            tables: 4 * TABLE,
            used: 0,
        }
    }

    /// For one call during an evaluation. A table takes too long to build there.
    pub(crate) fn of_a_call() -> Self {
        Self {
            programs: PROGRAM,
            tables: 0,
            used: 0,
        }
    }

    /// The memory of the automata that were built, bytes.
    pub(crate) fn used(&self) -> usize {
        self.used
    }

    /// # Errors
    /// When nothing is left for programs.
    pub(super) fn check(&self) -> Result<(), String> {
        if self.programs == 0 {
            return Err(TOO_MANY.to_owned());
        }
        Ok(())
    }

    /// # Errors
    /// When not enough is left for the program. Then nothing is left for any other.
    pub(super) fn take_program(&mut self, bytes: usize) -> Result<(), String> {
        let left = self.programs.checked_sub(bytes);
        self.programs = left.unwrap_or_default();
        left.map(|_| ()).ok_or_else(|| TOO_MANY.to_owned())
    }

    /// Whether a table of the largest size is left.
    pub(super) fn has_table(&self) -> bool {
        self.tables >= TABLE
    }

    pub(super) fn take_table(&mut self, bytes: usize) {
        self.tables = self.tables.saturating_sub(bytes);
    }

    pub(super) fn count(&mut self, bytes: usize) {
        self.used += bytes;
    }
}
