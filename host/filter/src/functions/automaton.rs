//! Regular expressions whose memory and time are known before they are used.

use std::fmt;
use std::sync::Arc;

use regex_automata::dfa::{Automaton as _, StartKind, dense};
use regex_automata::nfa::thompson::pikevm::PikeVM;
use regex_automata::nfa::thompson::{self, NFA, WhichCaptures};
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input, MatchKind};

use super::automaton_budget::{AutomatonBudget, PROGRAM, TABLE};
use crate::meter::price_of_bytes;

/// The memory that building a table may take, bytes.
const WORK: usize = 1 << 20;
/// States per step: looking at one state for one byte takes 11 ns at worst, a step 50.
const STATES: u64 = 4;

enum Program {
    /// One look-up for each byte, whatever the expression.
    Table(Box<dense::DFA<Vec<u32>>>),
    /// Each byte may visit every state.
    States(PikeVM),
}

/// Finds any of its expressions in a text. A search does not grow it, and the price of a search is
/// known from the length of the text.
#[derive(Clone)]
pub(crate) struct Automaton(Arc<Program>);

impl Automaton {
    /// Compiles expressions in the syntax of the regex crates. A table is built when the budget has
    /// room for one.
    ///
    /// # Errors
    /// With one line, when an expression is invalid or the budget is exhausted.
    pub(super) fn new<T: AsRef<str>>(
        expressions: &[T],
        syntax: syntax::Config,
        budget: &mut AutomatonBudget,
    ) -> Result<Self, String> {
        budget.check()?;
        let states = Self::of_states(expressions, syntax)?;
        budget.take_program(states.memory())?;
        let automaton = if budget.has_table() {
            let tabulated = states.tabulated();
            budget.take_table(match &*tabulated.0 {
                Program::Table(table) => table.memory_usage(),
                // It was as much work to find out that there is none.
                Program::States(_) => TABLE,
            });
            tabulated
        } else {
            states
        };
        budget.count(automaton.memory());
        Ok(automaton)
    }

    /// Matches may begin within a character, which is no harm: the text searched is UTF-8.
    fn of_states<T: AsRef<str>>(expressions: &[T], syntax: syntax::Config) -> Result<Self, String> {
        let config = thompson::Config::new()
            .utf8(false)
            .nfa_size_limit(Some(PROGRAM))
            .which_captures(WhichCaptures::None);
        let nfa = NFA::compiler()
            .syntax(syntax.utf8(false))
            .configure(config)
            .build_many(expressions);
        let states = nfa.and_then(PikeVM::new_from_nfa);
        let states = states.map_err(|error| reason(&error))?;
        Ok(Self(Arc::new(Program::States(states))))
    }

    /// With a table, if that is small enough. Building it takes up to 20 ms.
    pub(super) fn tabulated(self) -> Self {
        let Program::States(states) = &*self.0 else {
            return self;
        };
        let config = dense::Config::new()
            .match_kind(MatchKind::All)
            .start_kind(StartKind::Unanchored)
            .dfa_size_limit(Some(TABLE))
            .determinize_size_limit(Some(WORK));
        let table = dense::Builder::new()
            .configure(config)
            .build_from_nfa(states.get_nfa());
        match table {
            Ok(table) => Self(Arc::new(Program::Table(Box::new(table)))),
            Err(_) => self,
        }
    }

    /// Bytes.
    fn memory(&self) -> usize {
        match &*self.0 {
            Program::Table(table) => table.memory_usage(),
            Program::States(machine) => machine.get_nfa().memory_usage(),
        }
    }

    /// The most steps that a search through so many bytes takes.
    pub(super) fn price(&self, bytes: usize) -> u64 {
        match &*self.0 {
            Program::Table(_) => price_of_bytes(bytes),
            Program::States(machine) => {
                let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
                let states = count(machine.get_nfa().states().len());
                states.saturating_mul(1 + count(bytes)) / STATES + 1
            }
        }
    }

    /// Whether one of the expressions is found. The caller has paid the price.
    pub(super) fn is_match(&self, text: &str) -> bool {
        let input = Input::new(text).anchored(Anchored::No).earliest(true);
        match &*self.0 {
            Program::Table(table) => {
                matches!(table.try_search_fwd(&input), Ok(Some(_)))
            }
            Program::States(machine) => machine.is_match(&mut machine.create_cache(), input),
        }
    }
}

impl fmt::Debug for Automaton {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match &*self.0 {
            Program::Table(_) => "table",
            Program::States(_) => "states",
        };
        write!(f, "{kind} of {} bytes", self.memory())
    }
}

fn reason(error: &thompson::BuildError) -> String {
    if error.size_limit().is_some() {
        return format!(
            "expression too large: its program takes more than {} KiB; write smaller classes and \
             counts",
            PROGRAM >> 10
        );
    }
    // The message draws the expression first. Its last line says what is wrong.
    let source = std::error::Error::source(error);
    let text = source.map_or_else(|| error.to_string(), ToString::to_string);
    let last = text.lines().last().unwrap_or_default();
    last.trim_start_matches("error: ").to_owned()
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        reason = "in tests a panic is how a failure is told"
    )]

    use super::*;

    fn with(expression: &str, mut budget: AutomatonBudget) -> Result<Automaton, String> {
        Automaton::new(&[expression], syntax::Config::new(), &mut budget)
    }

    #[test]
    fn a_table_finds_what_states_find() {
        let expressions = [
            "",
            "a",
            "^a$",
            "a|bc",
            "(?i)B+c",
            "x[xy]{4}[^xy]",
            r"\pL",
            "^.{2}$",
            r"(?-u:\b)c",
        ];
        let texts = [
            "", "a", "bc", "BBC", "xyxyxyz", "\u{e9}", "\u{e9}c", "a\nb", "-c-",
        ];
        for expression in expressions {
            let table = with(expression, AutomatonBudget::of_a_filter()).unwrap();
            let states = with(expression, AutomatonBudget::of_a_call()).unwrap();
            let kinds = [&table, &states].map(|one| format!("{one:?}"));
            assert!(
                kinds[0].starts_with("table") && kinds[1].starts_with("states"),
                "{expression}: {kinds:?}"
            );
            for text in texts {
                let found = [table.is_match(text), states.is_match(text)];
                assert_eq!(found[0], found[1], "{expression} in {text:?}");
            }
        }
    }

    #[test]
    fn states_cost_with_their_number_and_a_table_does_not() {
        let bytes = 1 << 20;
        let price = |expression| {
            with(expression, AutomatonBudget::of_a_filter())
                .unwrap()
                .price(bytes)
        };
        let (few, many) = (price("x[xy]{20}[^xy]"), price("x[xy]{40}[^xy]"));
        assert!(many > few + few / 2, "{few}, then {many}");
        assert_eq!(price("x[xy]{8}[^xy]"), price_of_bytes(bytes), "a table");
    }

    #[test]
    fn a_filter_has_room_for_so_many_programs_and_tables() {
        let mut budget = AutomatonBudget::of_a_filter();
        let kinds: Vec<String> = (0..20)
            .map(|_| Automaton::new(&[r"\pL"], syntax::Config::new(), &mut budget))
            .map_while(Result::ok)
            .map(|one| format!("{one:?}"))
            .collect();
        let tables = kinds.iter().filter(|kind| kind.starts_with("table"));
        assert_eq!((tables.count(), kinds.len()), (5, 16), "{kinds:?}");
        assert!(budget.used() < 8 * PROGRAM + 4 * TABLE, "{budget:?}");
    }

    #[test]
    fn a_program_is_bounded() {
        let expected = Err(
            "expression too large: its program takes more than 32 KiB; write smaller \
                            classes and counts"
                .to_owned(),
        );
        for expression in [r"\pL{20}", "(x[xy]{1000}[^xy])", "((a{100}){100}){100}"] {
            let compiled = with(expression, AutomatonBudget::of_a_filter());
            assert_eq!(
                compiled.map(|one| format!("{one:?}")),
                expected,
                "{expression}"
            );
        }
    }
}
