use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use cel::common::ast::Expr;
use cel::common::value::{CowVal, Val};
use cel::context::VariableResolver;
use cel::{Context, IdedExpr};

use crate::error::EvaluationError;
use crate::functions::{HAND_OUT, Handed};
use crate::holdings::Hold;
use crate::problem::CompileError;
use crate::rewrite::{self, Rewritten, constant_index, global_call};
use crate::scope::Scope;
use crate::value::Value;
use crate::variables::{Bindings, Variables};
use crate::{Limits, check, environment, meter, source, tree};

/// A compiled expression: checked once, evaluated as often as need be, by any thread.
#[derive(Clone)]
pub struct Expression(Arc<Compiled>);

pub(crate) struct Compiled {
    source: String,
    rewritten: Rewritten,
    reads: BTreeSet<&'static str>,
    steps: u64,
    /// What it takes of what is shared, if it does.
    _hold: Option<Hold>,
}

/// What a node of a compiled tree takes with what it holds, bytes.
const NODE: usize = 128;

impl Expression {
    /// Parses and checks.
    ///
    /// # Errors
    /// With everything that is wrong with it.
    pub fn compile(source: &str, scope: &Scope, limits: &Limits) -> Result<Self, CompileError> {
        let compiled = source::on_large_stack(|| Compiled::new(source, scope, limits))?;
        Ok(Self(Arc::new(compiled)))
    }
}

impl Compiled {
    fn new(source: &str, scope: &Scope, limits: &Limits) -> Result<Self, CompileError> {
        let parsed = source::parse(source, limits)?;
        let types = check::check(source, &parsed, scope)?;
        let mut reads = BTreeSet::new();
        collect_reads(&parsed.tree, scope, &mut reads);
        let rewritten = rewrite::rewrite(source, parsed, &types)?;
        Ok(Self {
            source: source.to_owned(),
            rewritten,
            reads,
            steps: limits.steps,
            _hold: None,
        })
    }
}

impl Expression {
    pub(crate) fn of(compiled: Arc<Compiled>) -> Self {
        Self(compiled)
    }

    pub(crate) fn compiled(&self) -> &Arc<Compiled> {
        &self.0
    }

    /// The same, which holds on to what it takes.
    pub(crate) fn held(self, hold: Hold) -> Self {
        match Arc::try_unwrap(self.0) {
            Ok(compiled) => Self(Arc::new(Compiled {
                _hold: Some(hold),
                ..compiled
            })),
            Err(shared) => Self(shared),
        }
    }

    /// What it takes, bytes: about.
    #[must_use]
    pub fn memory(&self) -> usize {
        let Rewritten { tree, automata, .. } = &self.0.rewritten;
        self.source().len() + NODE * tree::measure(tree).nodes + automata
    }

    /// As it was written.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.0.source
    }

    /// Whether it reads the variable.
    #[must_use]
    pub fn reads(&self, variable: &str) -> bool {
        self.0.reads.contains(variable)
    }

    /// Evaluates over variables that hold JSON objects, by name.
    ///
    /// # Errors
    /// When the expression fails or takes more than its steps.
    pub fn evaluate(&self, variables: &Bindings) -> Result<Value, EvaluationError> {
        self.value_of(&self.0.rewritten.tree, variables)
    }

    /// As [`Expression::evaluate`], with steps of which others are evaluated as well.
    ///
    /// # Errors
    /// As there.
    pub(crate) fn evaluate_within(
        &self,
        variables: &Bindings,
        steps: &mut u64,
    ) -> Result<Value, EvaluationError> {
        let value = self.value_within(&self.0.rewritten.tree, variables, *steps);
        *steps = meter::left();
        value
    }

    pub(crate) fn rewritten(&self) -> &Rewritten {
        &self.0.rewritten
    }

    /// What one evaluation may take.
    pub(crate) fn steps(&self) -> u64 {
        self.0.steps
    }

    /// Evaluates what can only come to a boolean, with steps of which others are evaluated as well.
    pub(crate) fn truth(
        &self,
        variables: &dyn Variables,
        steps: &mut u64,
    ) -> Result<bool, EvaluationError> {
        let value = self.resolve(&self.0.rewritten.tree, variables, *steps);
        *steps = meter::left();
        match value? {
            cel::Value::Bool(truth) => Ok(truth),
            other => Err(EvaluationError::NotBoolean(other.type_of().to_string())),
        }
    }

    /// Evaluates a part of the tree.
    pub(crate) fn value_of(
        &self,
        part: &IdedExpr,
        variables: &dyn Variables,
    ) -> Result<Value, EvaluationError> {
        self.value_within(part, variables, self.0.steps)
    }

    fn value_within(
        &self,
        part: &IdedExpr,
        variables: &dyn Variables,
        steps: u64,
    ) -> Result<Value, EvaluationError> {
        let handed_out = global_call(HAND_OUT, vec![part.clone()]);
        match self.resolve(&handed_out, variables, steps)? {
            cel::Value::Opaque(handed) => {
                let handed = handed.downcast_ref::<Handed>();
                Ok(handed.map_or(Value::Null, |handed| handed.0.clone()))
            }
            _ => Ok(Value::Null),
        }
    }

    /// Through the evaluator's own entry, so that its recursion is compiled with it and not, with
    /// the settings of a debug build, here: that takes twenty times the stack.
    fn resolve(
        &self,
        part: &IdedExpr,
        variables: &dyn Variables,
        steps: u64,
    ) -> Result<cel::Value, EvaluationError> {
        let resolver = Resolver {
            constants: &self.0.rewritten.constants,
            variables,
        };
        let mut context = Context::with_env(Arc::clone(environment::shared()));
        context.set_variable_resolver(&resolver);
        match meter::with_steps(steps, || context.resolve(part)) {
            Some(result) => result.map_err(|error| EvaluationError::of(&error)),
            None => Err(EvaluationError::Steps(steps)),
        }
    }
}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Expression").field(&self.source()).finish()
    }
}

struct Resolver<'a> {
    constants: &'a [Box<dyn Val>],
    variables: &'a dyn Variables,
}

impl VariableResolver for Resolver<'_> {
    fn resolve<'b>(&'b self, name: &str) -> Option<CowVal<'b, 'b>> {
        let value = match constant_index(name) {
            Some(index) => self.constants.get(index)?.as_ref(),
            None => self
                .variables
                .variable(name.strip_prefix('.').unwrap_or(name))?,
        };
        Some(CowVal::Borrowed(value))
    }
}

/// A macro's variable of the same name counts as well: that is on the safe side.
fn collect_reads(part: &IdedExpr, scope: &Scope, reads: &mut BTreeSet<&'static str>) {
    if let Expr::Ident(name) = &part.expr
        && let Some(variable) = scope.variable(name.strip_prefix('.').unwrap_or(name))
    {
        reads.insert(variable.name);
    }
    for child in tree::children(part) {
        collect_reads(child, scope, reads);
    }
}
