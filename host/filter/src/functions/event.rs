//! What `event` can be asked.

use std::any::Any;
use std::path::Path;

use cel::common::traits::Indexer;
use cel::common::types::{CelBool, CelString, STRING_TYPE, Type};
use cel::common::value::{CowVal, StaticVal, Val};
use cel::{DeclarationError, Env, ExecutionError};
use globset::{Glob, GlobBuilder};
use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use regex_automata::util::syntax;

use super::automaton::{Automaton, Budget};
use super::{Args, Outcome, as_a, take, text_of, truth};
use crate::meter::{price_of_bytes, spend};
use crate::value::PRESENT;

pub(crate) const ON_REF: &str = "onRef";
pub(crate) const TOUCHES: &str = "touches";
const IS_ACTION: &str = "isAction";

/// The list of an event's Git changes.
const GIT: &str = "changes";

/// Most patterns of one call.
pub(super) const PATTERNS: usize = 8;
/// The price of compiling those of one call during an evaluation: at worst it takes 2 ms.
const COMPILING: u64 = 40_000;
/// The price of a copy of rules: at worst it takes 50 µs.
const COPYING: u64 = 1_000;
/// The price of asking a line about a path, beside reading that.
const ASKING: u64 = 6;

pub(super) static GLOBS_TYPE: Type = Type::new_unspecified_type("bellpull.Globs");
static RULES_TYPE: Type = Type::new_unspecified_type("bellpull.PathRules");

/// Patterns of refs, compiled.
#[derive(Clone, Debug)]
pub(crate) struct Globs(Automaton);

impl Globs {
    /// `*` stays within a level of the name, `**` does not.
    ///
    /// # Errors
    /// When one is no pattern of a full ref name.
    pub(crate) fn new(patterns: &[&str], budget: &mut Budget) -> Result<Self, String> {
        let globs = patterns.iter().map(|pattern| {
            if !pattern.starts_with("refs/") {
                return Err(format!(
                    "'{pattern}' is no pattern of a full ref name: write 'refs/heads/{pattern}' \
                     for a branch, 'refs/tags/{pattern}' for a tag"
                ));
            }
            glob(pattern).map_err(|error| format!("'{pattern}' is no glob: {}", error.kind()))
        });
        let globs: Vec<Glob> = globs.collect::<Result<_, _>>()?;
        automaton(&globs, budget).map(Self)
    }

    fn names(&self, reference: &str) -> Result<bool, ExecutionError> {
        spend(self.0.price(reference.len()))?;
        Ok(self.0.is_match(reference))
    }

    /// Whether that member of a change is a ref that one of them names. What is not said may be any.
    pub(super) fn name_ref(&self, change: &dyn Val, field: &str) -> Result<bool, ExecutionError> {
        let Ok(reference) = member(change, &format!("{PRESENT}{field}")) else {
            return Ok(true);
        };
        let reference = text_of(reference.as_ref())?;
        if self.names(reference)? {
            return Ok(true);
        }
        // Scripts give the short name, of a branch or a tag.
        let full = |prefix| self.names(&[prefix, reference].concat());
        Ok(!reference.starts_with("refs/") && (full("refs/heads/")? || full("refs/tags/")?))
    }
}

fn glob(pattern: &str) -> Result<Glob, globset::Error> {
    GlobBuilder::new(pattern).literal_separator(true).build()
}

fn automaton(globs: &[Glob], budget: &mut Budget) -> Result<Automaton, String> {
    let expressions: Vec<&str> = globs.iter().map(Glob::regex).collect();
    // As globset compiles them.
    let syntax = syntax::Config::new().dot_matches_new_line(true);
    Automaton::new(&expressions, syntax, budget)
}

/// Lines of a .gitignore, compiled.
#[derive(Clone, Debug)]
pub(crate) struct PathRules(Vec<Line>);

/// One of them. Apart from the others what a search takes is known: together they are one
/// expression, whose table may be as large as all of theirs multiplied.
#[derive(Clone, Debug)]
struct Line {
    rule: Gitignore,
    /// The same as one glob.
    glob: Automaton,
}

impl PathRules {
    /// The last line that names a file decides; `!` takes files out again.
    ///
    /// # Errors
    /// When one is no such line.
    pub(crate) fn new(lines: &[&str], budget: &mut Budget) -> Result<Self, String> {
        let lines = lines.iter().map(|line| Line::new(line, budget));
        lines.collect::<Result<_, _>>().map(Self)
    }

    /// Whether a path is named: itself or the nearest folder above that a line names decides.
    /// Senders differ in whether paths begin at the root.
    fn name(&self, path: &str) -> Result<bool, ExecutionError> {
        let path = path.trim_start_matches("./").trim_start_matches('/');
        let mut is_folder = false;
        for path in Path::new(path).ancestors() {
            if path.as_os_str().is_empty() {
                break;
            }
            for Line { rule, glob } in self.0.iter().rev() {
                spend(ASKING + glob.price(path.as_os_str().len()))?;
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

impl Line {
    fn new(line: &str, budget: &mut Budget) -> Result<Self, String> {
        if line.trim().is_empty() || line.starts_with('#') {
            return Err(format!("'{line}' names no path"));
        }
        let wrong = |error: String| format!("'{line}' is no pattern of paths: {error}");
        let mut rule = GitignoreBuilder::new("");
        rule.add_line(None, line)
            .map_err(|error| wrong(error.to_string()))?;
        // At any depth, and all below it: the most that a line comes to.
        let anywhere = ["**/", line, "/**"].concat();
        let anywhere = glob(&anywhere).map_err(|error| wrong(error.kind().to_string()))?;
        Ok(Self {
            rule: rule.build().map_err(|error| wrong(error.to_string()))?,
            glob: automaton(&[anywhere], budget)?,
        })
    }
}

macro_rules! compiled_value {
    ($of:ty, $named:ident) => {
        impl Val for $of {
            fn get_type(&self) -> &Type {
                &$named
            }

            fn cel_type() -> &'static Type {
                &$named
            }

            fn clone_as_boxed<'v>(&self) -> Box<dyn Val + 'v>
            where
                Self: 'v,
            {
                Box::new(self.clone())
            }

            fn as_any(&self) -> Option<&dyn Any> {
                Some(self)
            }
        }

        impl StaticVal for $of {}
    };
}

compiled_value!(Globs, GLOBS_TYPE);
compiled_value!(PathRules, RULES_TYPE);

pub(super) fn declare(env: &mut Env) -> Result<(), DeclarationError> {
    let object = crate::value::OBJECT;
    let mut member = |name: &str, id: &str, args, op| {
        env.add_member_overload(name, id, object.to_owned(), args, op)
    };
    member(ON_REF, "compiled", vec![GLOBS_TYPE.to_owned()], on_ref)?;
    member(TOUCHES, "compiled", vec![RULES_TYPE.to_owned()], touches)?;
    for count in 1..=PATTERNS {
        let texts = || (0..count).map(|_| STRING_TYPE).collect();
        let id = count.to_string();
        member(ON_REF, &id, texts(), on_ref_texts)?;
        member(TOUCHES, &id, texts(), touches_texts)?;
        member(IS_ACTION, &id, texts(), is_action)?;
    }
    Ok(())
}

/// A member, read even if it is absent.
pub(super) fn member<'b, 'v>(object: &'b (dyn Val + 'v), name: &str) -> Outcome<'b, 'v> {
    let indexer: Option<&dyn Indexer> = object.as_indexer();
    let indexer = indexer.ok_or_else(|| ExecutionError::no_such_overload(name, Vec::new()))?;
    indexer.get(&CelString::from(name))
}

/// Whether the test holds for some change in that list of an event.
pub(super) fn some_of(
    event: &dyn Val,
    list: &str,
    test: impl Fn(&dyn Val) -> Result<bool, ExecutionError>,
) -> Result<bool, ExecutionError> {
    let changes = member(event, list)?;
    let changes = changes.as_iterable();
    let changes = changes.ok_or_else(|| ExecutionError::no_such_overload("", Vec::new()))?;
    let mut changes = changes.iter();
    while let Some(change) = changes.next() {
        spend(1)?;
        if test(change)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn moved(event: &dyn Val, globs: &Globs) -> Result<bool, ExecutionError> {
    some_of(event, GIT, |change| globs.name_ref(change, "ref"))
}

fn touched(event: &dyn Val, rules: &PathRules) -> Result<bool, ExecutionError> {
    // What searches leave behind in the rules goes with the copy.
    spend(COPYING)?;
    let rules = rules.clone();
    some_of(event, GIT, |change| {
        let complete = member(change, "pathsComplete")?;
        if !as_a::<CelBool>(complete.as_ref())?.inner() {
            return Ok(true);
        }
        let paths = member(change, "paths")?;
        let paths = paths.as_iterable();
        let paths = paths.ok_or_else(|| ExecutionError::no_such_overload("", Vec::new()))?;
        let mut paths = paths.iter();
        while let Some(path) = paths.next() {
            let path = text_of(path)?;
            spend(1)?;
            if rules.name(path)? {
                return Ok(true);
            }
        }
        Ok(false)
    })
}

fn on_ref<'b, 'v>(args: Args<'b, 'v>) -> Outcome<'b, 'v> {
    let [event, globs] = take(args)?;
    moved(event.as_ref(), as_a(globs.as_ref())?).map(truth)
}

fn touches<'b, 'v>(args: Args<'b, 'v>) -> Outcome<'b, 'v> {
    let [event, rules] = take(args)?;
    touched(event.as_ref(), as_a(rules.as_ref())?).map(truth)
}

/// The event and the texts that it is asked about.
pub(super) fn asked<'a, 'b, 'v>(
    args: &'a [CowVal<'b, 'v>],
) -> Result<(&'a (dyn Val + 'v), Vec<&'a str>), ExecutionError> {
    let (event, texts) = args
        .split_first()
        .ok_or_else(ExecutionError::missing_argument_or_target)?;
    let texts: Result<Vec<&str>, _> = texts.iter().map(|text| text_of(text.as_ref())).collect();
    Ok((event.as_ref(), texts?))
}

pub(super) fn pay_to_compile(patterns: &[&str]) -> Result<(), ExecutionError> {
    let bytes = patterns.iter().map(|pattern| pattern.len()).sum();
    spend(COMPILING + 16 * price_of_bytes(bytes))
}

fn on_ref_texts<'b, 'v>(args: Args<'b, 'v>) -> Outcome<'b, 'v> {
    let (event, patterns) = asked(&args)?;
    pay_to_compile(&patterns)?;
    let globs = Globs::new(&patterns, &mut Budget::of_a_call());
    let globs = globs.map_err(|error| ExecutionError::function_error(ON_REF, error))?;
    moved(event, &globs).map(truth)
}

fn touches_texts<'b, 'v>(args: Args<'b, 'v>) -> Outcome<'b, 'v> {
    let (event, lines) = asked(&args)?;
    pay_to_compile(&lines)?;
    let rules = PathRules::new(&lines, &mut Budget::of_a_call());
    let rules = rules.map_err(|error| ExecutionError::function_error(TOUCHES, error))?;
    touched(event, &rules).map(truth)
}

fn is_action<'b, 'v>(args: Args<'b, 'v>) -> Outcome<'b, 'v> {
    let (event, actions) = asked(&args)?;
    let action = member(event, "action")?;
    let action = text_of(action.as_ref())?;
    Ok(truth(
        actions
            .iter()
            .any(|wanted| action.eq_ignore_ascii_case(wanted)),
    ))
}
