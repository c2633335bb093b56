use std::collections::{BTreeMap, BTreeSet};

use bellpull_core::Description;

use crate::error::LoadError;
use crate::v0_1;

/// What components may do beyond what every component may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grants {
    /// Everything that they ask for: for components that are part of the binary.
    All,
    /// By provider name.
    Listed(BTreeMap<String, Granted>),
}

/// The grants for one provider name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Granted {
    /// Keys of Secrets whose values the component may read, since they are not secret.
    pub keys: BTreeSet<String>,
    /// Whether it may have tokens verified. The host asks their issuers for keys.
    pub jwt: bool,
    /// Hosts that it may have fetched from, written as in its description.
    pub hosts: BTreeSet<String>,
}

impl Grants {
    /// No grants.
    #[must_use]
    pub fn none() -> Self {
        Self::Listed(BTreeMap::new())
    }

    /// The keys of settings that a component asks for and is granted.
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

    /// Whether a component may have the capabilities that it imports.
    pub(crate) fn allow(
        &self,
        imports: &[String],
        description: &Description,
    ) -> Result<(), LoadError> {
        let capabilities = [
            (v0_1::JWT, "jwt", self.jwt(description)),
            (
                v0_1::FETCH,
                "fetch:HOST",
                !self.fetch_hosts(description).is_empty(),
            ),
        ];
        let mut missing = capabilities.into_iter().filter(|(interface, _, granted)| {
            !granted && imports.iter().any(|name| name == interface)
        });
        match missing.next() {
            None => Ok(()),
            Some((interface, grant, _)) => Err(LoadError::NotGranted {
                interface: interface.to_owned(),
                provider: description.providers.first().cloned().unwrap_or_default(),
                grant,
            }),
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
