//! Reads and builds syntax trees.

use cel::IdedExpr;
use cel::common::ast::{CallExpr, EntryExpr, Expr, LiteralValue};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) nodes: usize,
    pub(crate) depth: usize,
}

/// The direct children of a node, in the order of the source.
pub(crate) fn children(of: &IdedExpr) -> Vec<&IdedExpr> {
    match &of.expr {
        Expr::Unspecified | Expr::Ident(_) | Expr::Literal(_) => Vec::new(),
        Expr::Call(call) => call
            .target
            .as_deref()
            .into_iter()
            .chain(&call.args)
            .collect(),
        Expr::Select(select) => vec![&select.operand],
        Expr::List(list) => list.elements.iter().collect(),
        Expr::Map(map) => map
            .entries
            .iter()
            .flat_map(|entry| of_entry(&entry.expr))
            .collect(),
        Expr::Struct(made) => made
            .entries
            .iter()
            .flat_map(|entry| of_entry(&entry.expr))
            .collect(),
        Expr::Comprehension(folded) => vec![
            &folded.iter_range,
            &folded.accu_init,
            &folded.loop_cond,
            &folded.loop_step,
            &folded.result,
        ],
    }
}

fn of_entry(entry: &EntryExpr) -> Vec<&IdedExpr> {
    match entry {
        EntryExpr::MapEntry(entry) => vec![&entry.key, &entry.value],
        EntryExpr::StructField(field) => vec![&field.value],
    }
}

pub(crate) fn measure(tree: &IdedExpr) -> Size {
    let mut size = Size::default();
    for child in children(tree) {
        let below = measure(child);
        size.nodes += below.nodes;
        size.depth = size.depth.max(below.depth);
    }
    Size {
        nodes: size.nodes + 1,
        depth: size.depth + 1,
    }
}

/// The name that an identifier and selections form, as in `google.protobuf.Duration`.
pub(crate) fn qualified_name(part: &IdedExpr) -> Option<String> {
    match &part.expr {
        Expr::Ident(name) => Some(name.clone()),
        Expr::Select(select) if !select.test => {
            let prefix = qualified_name(&select.operand)?;
            Some(format!("{prefix}.{}", select.field))
        }
        _ => None,
    }
}

/// The text of a part that is a text literal.
pub(crate) fn literal_text(part: &IdedExpr) -> Option<&str> {
    match &part.expr {
        Expr::Literal(LiteralValue::String(text)) => Some(text.inner()),
        _ => None,
    }
}

/// A part that does not stand in the source.
pub(crate) fn synthetic(expr: Expr) -> IdedExpr {
    IdedExpr { id: 0, expr }
}

pub(crate) fn ident(name: impl Into<String>) -> IdedExpr {
    synthetic(Expr::Ident(name.into()))
}

pub(crate) fn literal(value: LiteralValue) -> IdedExpr {
    synthetic(Expr::Literal(value))
}

pub(crate) fn global_call(name: &str, args: Vec<IdedExpr>) -> IdedExpr {
    call(None, name, args)
}

pub(crate) fn member_call(target: IdedExpr, name: &str) -> IdedExpr {
    call(Some(target), name, Vec::new())
}

fn call(target: Option<IdedExpr>, name: &str, args: Vec<IdedExpr>) -> IdedExpr {
    synthetic(Expr::Call(CallExpr {
        func_name: name.to_owned(),
        target: target.map(Box::new),
        args,
    }))
}
