//! What `event` can be asked.

use std::any::Any;

use cel::common::traits::Indexer;
use cel::common::types::{CelBool, CelString, STRING_TYPE, Type};
use cel::common::value::{CowVal, StaticVal, Val};
use cel::{DeclarationError, Env, ExecutionError};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::{Args, Outcome, as_a, take, text_of, truth};
use crate::meter::{price_of_bytes, spend};
use crate::value::PRESENT;

pub(crate) const ON_REF: &str = "onRef";
pub(crate) const TOUCHES: &str = "touches";
const IS_ACTION: &str = "isAction";

/// Most patterns of one call.
const PATTERNS: usize = 8;
/// The price of compiling one pattern during an evaluation.
const COMPILING: u64 = 1_000;

static GLOBS_TYPE: Type = Type::new_unspecified_type("bellpull.Globs");
static RULES_TYPE: Type = Type::new_unspecified_type("bellpull.PathRules");

/// Patterns of refs, compiled.
#[derive(Clone, Debug)]
pub(crate) struct Globs(GlobSet);

impl Globs {
    /// `*` stays within a level of the name, `**` does not.
    ///
    /// # Errors
    /// When one is no pattern of a full ref name.
    pub(crate) fn new(patterns: &[&str]) -> Result<Self, String> {
        let mut set = GlobSetBuilder::new();
        for pattern in patterns {
            if !pattern.starts_with("refs/") {
                return Err(format!(
                    "'{pattern}' is no pattern of a full ref name: write 'refs/heads/{pattern}' \
                     for a branch, 'refs/tags/{pattern}' for a tag"
                ));
            }
            let glob = GlobBuilder::new(pattern).literal_separator(true).build();
            set.add(glob.map_err(|error| format!("'{pattern}' is no glob: {}", error.kind()))?);
        }
        set.build().map(Self).map_err(|error| error.to_string())
    }
}

/// Lines of a .gitignore, compiled.
#[derive(Clone, Debug)]
pub(crate) struct PathRules(Gitignore);

impl PathRules {
    /// The last line that names a file decides; `!` takes files out again.
    ///
    /// # Errors
    /// When one is no such line.
    pub(crate) fn new(lines: &[&str]) -> Result<Self, String> {
        let mut rules = GitignoreBuilder::new("");
        for line in lines {
            if line.trim().is_empty() || line.starts_with('#') {
                return Err(format!("'{line}' names no path"));
            }
            let added = rules.add_line(None, line);
            added.map_err(|error| format!("'{line}' is no pattern of paths: {error}"))?;
        }
        rules.build().map(Self).map_err(|error| error.to_string())
    }

    fn names(&self, path: &str) -> bool {
        // Senders differ in whether paths begin at the root.
        let path = path.trim_start_matches("./").trim_start_matches('/');
        !path.is_empty() && self.0.matched_path_or_any_parents(path, false).is_ignore()
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
fn member<'b, 'v>(object: &'b (dyn Val + 'v), name: &str) -> Outcome<'b, 'v> {
    let indexer: Option<&dyn Indexer> = object.as_indexer();
    let indexer = indexer.ok_or_else(|| ExecutionError::no_such_overload(name, Vec::new()))?;
    indexer.get(&CelString::from(name))
}

/// Whether the test holds for some Git change of an event.
fn some_change(
    event: &dyn Val,
    test: impl Fn(&dyn Val) -> Result<bool, ExecutionError>,
) -> Result<bool, ExecutionError> {
    let changes = member(event, "changes")?;
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
    some_change(event, |change| {
        let Ok(reference) = member(change, &format!("{PRESENT}ref")) else {
            return Ok(true);
        };
        let reference = text_of(reference.as_ref())?;
        spend(price_of_bytes(reference.len()))?;
        // Scripts give the short name, of a branch or a tag.
        let full = |prefix| globs.0.is_match([prefix, reference].concat());
        let is_short = !reference.starts_with("refs/");
        Ok(
            globs.0.is_match(reference)
                || (is_short && (full("refs/heads/") || full("refs/tags/"))),
        )
    })
}

fn touched(event: &dyn Val, rules: &PathRules) -> Result<bool, ExecutionError> {
    some_change(event, |change| {
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
            spend(1 + price_of_bytes(path.len()))?;
            if rules.names(path) {
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
fn asked<'a, 'b, 'v>(
    args: &'a [CowVal<'b, 'v>],
) -> Result<(&'a (dyn Val + 'v), Vec<&'a str>), ExecutionError> {
    let (event, texts) = args
        .split_first()
        .ok_or_else(ExecutionError::missing_argument_or_target)?;
    let texts: Result<Vec<&str>, _> = texts.iter().map(|text| text_of(text.as_ref())).collect();
    Ok((event.as_ref(), texts?))
}

fn pay_to_compile(patterns: &[&str]) -> Result<(), ExecutionError> {
    for pattern in patterns {
        spend(COMPILING + 16 * price_of_bytes(pattern.len()))?;
    }
    Ok(())
}

fn on_ref_texts<'b, 'v>(args: Args<'b, 'v>) -> Outcome<'b, 'v> {
    let (event, patterns) = asked(&args)?;
    pay_to_compile(&patterns)?;
    let globs = Globs::new(&patterns);
    let globs = globs.map_err(|error| ExecutionError::function_error(ON_REF, error))?;
    moved(event, &globs).map(truth)
}

fn touches_texts<'b, 'v>(args: Args<'b, 'v>) -> Outcome<'b, 'v> {
    let (event, lines) = asked(&args)?;
    pay_to_compile(&lines)?;
    let rules = PathRules::new(&lines);
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
