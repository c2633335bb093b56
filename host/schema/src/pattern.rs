use regex_automata::nfa::thompson::pikevm::PikeVM;
use regex_automata::nfa::thompson::{Config, WhichCaptures};

/// Bytes of one `pattern`.
const SOURCE: usize = 1 << 10;
/// Bytes of the program that it becomes: a class of all letters, twice.
const PROGRAM: usize = 32 << 10;
/// Bytes of a program for each step that its text may cost it: a state has about as many.
const STATE: usize = 32;

/// A regular expression, run in time linear in text and program, and without anything that a run
/// would leave behind.
#[derive(Debug)]
pub(super) struct Pattern {
    program: PikeVM,
    source: String,
}

impl Pattern {
    /// Compiles a pattern in the dialect that JSON Schema names (ECMA-262), without look-around and
    /// back-references.
    pub(super) fn new(source: &str) -> Result<Self, String> {
        if source.len() > SOURCE {
            return Err(format!(
                "it has {} bytes, at most {SOURCE} are taken",
                source.len()
            ));
        }
        let translated = jsonschema_regex::to_rust_regex(source).map_err(|()| {
            "it is no regular expression without look-around and back-references".to_owned()
        })?;
        let config = Config::new()
            .nfa_size_limit(Some(PROGRAM))
            .which_captures(WhichCaptures::None);
        let program = PikeVM::builder()
            .thompson(config)
            .build(&translated)
            .map_err(|error| match error.size_limit() {
                Some(limit) => {
                    format!("it becomes a program of more than {limit} bytes: shorten its classes and repetitions")
                }
                None => error.to_string(),
            })?;
        Ok(Self {
            program,
            source: source.to_owned(),
        })
    }

    /// As the schema writes it.
    pub(super) fn source(&self) -> &str {
        &self.source
    }

    /// Steps that a text of so many bytes may cost at most.
    pub(super) fn price(&self, bytes: usize) -> u64 {
        let states = self.program.get_nfa().memory_usage() / STATE + 1;
        (bytes as u64 + 1).saturating_mul(states as u64)
    }

    pub(super) fn matches(&self, text: &str) -> bool {
        self.program
            .is_match(&mut self.program.create_cache(), text)
    }
}
