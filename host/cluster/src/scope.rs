use std::collections::BTreeSet;

use bellpull_core::KindKey;

/// The namespaces whose Receivers are served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Every namespace.
    All,
    /// Only these namespaces.
    Namespaces(BTreeSet<String>),
}

impl Scope {
    /// Where to watch the objects of a kind. One watch covers all namespaces, unless the scope is
    /// limited: then only the named namespace may be permitted.
    pub(crate) fn watched(&self, kind: KindKey) -> KindKey {
        match self {
            Self::All => kind.in_all_namespaces(),
            Self::Namespaces(_) => kind,
        }
    }
}
