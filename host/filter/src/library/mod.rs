//! The table of functions that expressions may call. The checker resolves calls by it, and the
//! reference is printed from it. Its rows for CEL are those of Flux's environment (fluxcd/pkg
//! v0.110 `runtime/cel`: cel-go's standard library, strings, sets, encoders and optional types).

mod bellpull;
mod operators;
mod row;
mod standard;
mod strings;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use cel::common::ast::CallExpr;

use crate::syntax_tree::qualified_name;
use crate::types::Signature;

use row::expanded;
pub(crate) use row::{Function, Macro};

/// Every function, in the order of the reference.
pub(crate) fn functions() -> impl Iterator<Item = &'static Function> {
    [
        operators::OPERATORS,
        standard::FUNCTIONS,
        strings::FUNCTIONS,
        bellpull::FUNCTIONS,
    ]
    .into_iter()
    .flatten()
}

pub(crate) const MACROS: &[Macro] = &[
    expanded("has(e.f)", "whether the member is present"),
    expanded(
        "list.all(x, p)",
        "whether p is true of every element, or of every key of a map",
    ),
    expanded("list.exists(x, p)", "whether p is true of some element"),
    expanded(
        "list.exists_one(x, p)",
        "whether p is true of exactly one element",
    ),
    expanded("list.filter(x, p)", "the elements of which p is true"),
    expanded("list.map(x, e)", "e of every element"),
    expanded("list.map(x, p, e)", "e of every element of which p is true"),
    expanded(
        "optional.optMap(x, e)",
        "an optional with e of the value, if there is a value",
    ),
    expanded(
        "optional.optFlatMap(x, e)",
        "the optional that e makes of the value, if there is a value",
    ),
];

/// The ways to call a function, if there is one of that name.
pub(crate) fn signatures(name: &str) -> Option<&'static [Signature]> {
    static TABLE: LazyLock<BTreeMap<&'static str, Vec<Signature>>> = LazyLock::new(|| {
        functions()
            .map(|function| {
                let read = |text: &&str| Signature::parse(function.name, text);
                (
                    function.name,
                    function.signatures.iter().filter_map(read).collect(),
                )
            })
            .collect()
    });
    TABLE.get(name).map(Vec::as_slice)
}

/// Whether the receiver of a call is a namespace, as in `sets.contains`.
pub(crate) fn is_namespaced(call: &CallExpr) -> bool {
    let namespace = call.target.as_deref().and_then(qualified_name);
    namespace
        .is_some_and(|namespace| signatures(&format!("{namespace}.{}", call.func_name)).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_signature_is_well_written() {
        for function in functions() {
            assert!(!function.about.is_empty(), "{} says nothing", function.name);
            for text in function.signatures {
                assert!(Signature::parse(function.name, text).is_some(), "{text}");
            }
        }
    }

    #[test]
    fn every_function_stands_once() {
        let names: Vec<&str> = functions().map(|function| function.name).collect();
        let mut once = names.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), names.len(), "{names:?}");
    }
}
