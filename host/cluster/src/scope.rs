use std::collections::BTreeSet;

use bellpull_core::KindKey;

/// Where Receivers are looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// In every namespace.
    All,
    /// In these alone.
    Namespaces(BTreeSet<String>),
}

impl Scope {
    /// Where objects of a kind are to be watched for: in all namespaces by one watch, or in the one
    /// that is named, since nothing else may be allowed.
    pub(crate) fn watched(&self, kind: KindKey) -> KindKey {
        match self {
            Self::All => kind.in_all_namespaces(),
            Self::Namespaces(_) => kind,
        }
    }
}
