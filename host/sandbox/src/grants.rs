use std::collections::{BTreeMap, BTreeSet};

use bellpull_core::Description;

/// What components may do beyond the least, of what they ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grants {
    /// Whatever they ask for: components that are part of the binary.
    All,
    /// By provider name.
    Listed(BTreeMap<String, Granted>),
}

/// What is granted to a component under one of its provider names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Granted {
    /// Non-secret keys of Secrets that it may read.
    pub keys: BTreeSet<String>,
    /// Whether it may have tokens verified, for which the host asks issuers for their keys.
    pub jwt: bool,
    /// Hosts that it may have fetched from, as its description writes them.
    pub hosts: BTreeSet<String>,
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
        self.granted(description, &description.setting_keys, |granted| {
            &granted.keys
        })
    }

    /// The hosts that a component asks for and is granted.
    #[must_use]
    pub fn fetch_hosts(&self, description: &Description) -> Vec<String> {
        self.granted(description, &description.fetch_hosts, |granted| {
            &granted.hosts
        })
    }

    /// Whether a component may have tokens verified.
    #[must_use]
    pub fn jwt(&self, description: &Description) -> bool {
        match self {
            Self::All => true,
            Self::Listed(listed) => of(listed, description).any(|granted| granted.jwt),
        }
    }

    fn granted(
        &self,
        description: &Description,
        asked: &[String],
        list: impl Fn(&Granted) -> &BTreeSet<String>,
    ) -> Vec<String> {
        let granted = |asked: &&String| match self {
            Self::All => true,
            Self::Listed(listed) => {
                of(listed, description).any(|granted| list(granted).contains(*asked))
            }
        };
        asked.iter().filter(granted).cloned().collect()
    }
}

fn of<'a>(
    listed: &'a BTreeMap<String, Granted>,
    description: &'a Description,
) -> impl Iterator<Item = &'a Granted> {
    let providers = description.providers.iter();
    providers.filter_map(|provider| listed.get(provider))
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
            fetch_hosts: vec!["*.example.com".into()],
        };
        let listed = |provider: &str, key: &str, host: &str, jwt| {
            let granted = Granted {
                keys: BTreeSet::from([key.to_owned()]),
                jwt,
                hosts: BTreeSet::from([host.to_owned()]),
            };
            Grants::Listed(BTreeMap::from([(provider.to_owned(), granted)]))
        };
        let wild = "*.example.com";
        let cases = [
            (Grants::All, vec!["email", "audience"], vec![wild], true),
            (Grants::none(), vec![], vec![], false),
            (
                listed("b", "audience", wild, true),
                vec!["audience"],
                vec![wild],
                true,
            ),
            (listed("c", "audience", wild, true), vec![], vec![], false),
            (
                listed("a", "token", "example.com", false),
                vec![],
                vec![],
                false,
            ),
        ];
        for (grants, keys, hosts, jwt) in cases {
            let got = (
                grants.settings(&description),
                grants.fetch_hosts(&description),
                grants.jwt(&description),
            );
            let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
            let expected: (Vec<String>, Vec<String>, bool) = (owned(keys), owned(hosts), jwt);
            assert_eq!(got, expected, "{grants:?}");
        }
    }
}
