use std::collections::BTreeSet;
use std::fmt;

use cel::IdedExpr;
use cel::common::ast::Expr;

use crate::invalid_expression::InvalidExpression;
use crate::pool::Reservation;
use crate::rewrite::{self, Rewritten};
use crate::scope::ExpressionScope;
use crate::{Limits, check, parse, syntax_tree};

/// What one node of a compiled tree takes with what it holds, bytes.
const NODE_MEMORY: usize = 128;

/// An expression that was parsed, checked and rewritten.
pub(crate) struct CompiledExpression {
    source: String,
    rewritten: Rewritten,
    variables_read: BTreeSet<&'static str>,
    steps: u64,
    /// Its share of the pool that it was compiled for, if any.
    _reservation: Option<Reservation<Self>>,
}

impl CompiledExpression {
    /// # Errors
    /// With everything that is wrong with the source.
    pub(crate) fn new(
        source: &str,
        scope: &ExpressionScope,
        limits: &Limits,
    ) -> Result<Self, InvalidExpression> {
        parse::on_large_stack(|| {
            let parsed = parse::parse(source, limits)?;
            let types = check::check(source, &parsed, scope)?;
            let mut variables_read = BTreeSet::new();
            collect_variables(&parsed.tree, scope, &mut variables_read);
            let rewritten = rewrite::rewrite(source, parsed, &types)?;
            Ok(Self {
                source: source.to_owned(),
                rewritten,
                variables_read,
                steps: limits.steps,
                _reservation: None,
            })
        })
    }

    pub(crate) fn with_reservation(self, reservation: Reservation<Self>) -> Self {
        Self {
            _reservation: Some(reservation),
            ..self
        }
    }

    /// About how much memory it takes, bytes.
    pub(crate) fn memory(&self) -> usize {
        let Rewritten { tree, automata, .. } = &self.rewritten;
        self.source.len() + NODE_MEMORY * syntax_tree::measure(tree).nodes + automata
    }

    pub(crate) fn source(&self) -> &str {
        &self.source
    }

    pub(crate) fn reads(&self, variable: &str) -> bool {
        self.variables_read.contains(variable)
    }

    pub(crate) fn rewritten(&self) -> &Rewritten {
        &self.rewritten
    }

    /// The steps that one evaluation may take.
    pub(crate) fn steps(&self) -> u64 {
        self.steps
    }
}

impl fmt::Debug for CompiledExpression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Expression").field(&self.source).finish()
    }
}

/// A macro's variable of the same name counts as well: an expression is at worst taken to read
/// more than it does.
fn collect_variables(part: &IdedExpr, scope: &ExpressionScope, found: &mut BTreeSet<&'static str>) {
    if let Expr::Ident(name) = &part.expr
        && let Some(variable) = scope.variable(name.strip_prefix('.').unwrap_or(name))
    {
        found.insert(variable.name);
    }
    for child in syntax_tree::children(part) {
        collect_variables(child, scope, found);
    }
}
