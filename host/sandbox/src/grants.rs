use std::collections::{BTreeMap, BTreeSet};

use bellpull_core::Description;

/// Which non-secret keys of Secrets components may read, beyond what they ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grants {
    /// Whatever they ask for: components that are part of the binary.
    All,
    /// By provider name.
    Listed(BTreeMap<String, BTreeSet<String>>),
}

impl Grants {
    /// Nothing is granted.
    #[must_use]
    pub fn none() -> Self {
        Self::Listed(BTreeMap::new())
    }

    /// The keys that a component asks for and is granted.
    #[must_use]
    pub fn settings(&self, description: &Description) -> Vec<String> {
        let granted = |key: &&String| match self {
            Self::All => true,
            Self::Listed(keys) => description
                .providers
                .iter()
                .filter_map(|provider| keys.get(provider))
                .any(|granted| granted.contains(*key)),
        };
        let asked = description.setting_keys.iter();
        asked.filter(granted).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asked_and_granted() {
        let description = Description {
            providers: vec!["a".into(), "b".into()],
            version: String::new(),
            documentation: String::new(),
            events: Vec::new(),
            credential_keys: Vec::new(),
            setting_keys: vec!["email".into(), "audience".into()],
            config_schema: String::new(),
            fetch_hosts: Vec::new(),
        };
        let listed = |provider: &str, key: &str| {
            let keys = BTreeSet::from([key.to_owned()]);
            Grants::Listed(BTreeMap::from([(provider.to_owned(), keys)]))
        };
        let cases = [
            (Grants::All, vec!["email", "audience"]),
            (Grants::none(), vec![]),
            (listed("b", "audience"), vec!["audience"]),
            (listed("c", "audience"), vec![]),
            (listed("a", "token"), vec![]),
        ];
        for (grants, expected) in cases {
            assert_eq!(grants.settings(&description), expected, "{grants:?}");
        }
    }
}
