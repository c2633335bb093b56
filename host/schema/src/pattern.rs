use regex_automata::nfa::thompson::pikevm::PikeVM;
use regex_automata::nfa::thompson::{Config, WhichCaptures};

/// Maximum length of a `pattern`, in bytes.
const SOURCE: usize = 1 << 10;
/// Maximum size of a compiled pattern, in bytes: a pattern may use the Unicode class of all letters
/// twice.
const PROGRAM: usize = 32 << 10;
/// Bytes of a compiled pattern for each step per character: about the size of one state.
const STATE: usize = 32;

/// A regular expression that runs in time linear in the text and the compiled pattern, and that
/// keeps no memory between runs.
#[derive(Debug)]
pub(super) struct Pattern {
    program: PikeVM,
    source: String,
}

impl Pattern {
    /// Compiles a pattern in the dialect of JSON Schema (ECMA-262), without look-around and
    /// back-references.
    pub(super) fn new(source: &str) -> Result<Self, String> {
        if source.len() > SOURCE {
            return Err(format!(
                "it has {} bytes, the maximum is {SOURCE}",
                source.len()
            ));
        }
        let translated = jsonschema_regex::to_rust_regex(source).map_err(|()| {
            "it is not a regular expression, or it uses look-around or back-references".to_owned()
        })?;
        let config = Config::new()
            .nfa_size_limit(Some(PROGRAM))
            .which_captures(WhichCaptures::None);
        let program = PikeVM::builder()
            .thompson(config)
            .build(&translated)
            .map_err(|error| match error.size_limit() {
                Some(limit) => {
                    format!("it compiles to more than {limit} bytes: shorten its classes and repetitions")
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

    /// The maximum number of steps for a text of this length.
    pub(super) fn price(&self, bytes: usize) -> u64 {
        let states = self.program.get_nfa().memory_usage() / STATE + 1;
        (bytes as u64 + 1).saturating_mul(states as u64)
    }

    pub(super) fn matches(&self, text: &str) -> bool {
        self.program
            .is_match(&mut self.program.create_cache(), text)
    }
}
