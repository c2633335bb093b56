//! Assigns each provider name to one of the components that claim it.

use std::collections::{BTreeMap, BTreeSet};

use bellpull_engine::Digest;

use super::policy::PluginPolicy;

/// A component that claims provider names.
#[derive(Clone, Copy, Debug)]
pub(super) struct Claimant<'a> {
    pub(super) names: &'a [String],
    pub(super) bundled: bool,
    /// Of a ReceiverPlugin, the names of bundled components that it may serve.
    pub(super) overrides: Option<&'a BTreeSet<String>>,
    pub(super) digest: Digest,
    /// How people know it.
    pub(super) label: &'a str,
}

pub(super) struct AssignmentRules<'a> {
    pub(super) policy: &'a PluginPolicy,
    /// The claimant that served a name last, by its index.
    pub(super) holders: &'a BTreeMap<&'a str, usize>,
    /// Whether some files have not been read yet. Then no plugin gets a name that it did not have,
    /// since one of those files may claim it too.
    pub(super) incomplete: bool,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Assignment<'a> {
    /// By name, the index of the claimant that serves it.
    pub(super) winners: BTreeMap<&'a str, usize>,
    /// By the index of a claimant, the names that it claims and does not serve.
    pub(super) unserved: Vec<Vec<UnservedName>>,
}

/// Why a component does not serve a name that it claims.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum UnservedName {
    /// The flags say so; nothing is wrong.
    Policy(String),
    /// The decision waits until all files have been read.
    Undecided(String),
    /// Several files claim it.
    Disputed {
        /// Whether one of them serves it all the same.
        served: bool,
        reason: String,
    },
}

impl UnservedName {
    pub(super) fn reason(&self) -> &str {
        match self {
            Self::Policy(reason) | Self::Undecided(reason) | Self::Disputed { reason, .. } => {
                reason
            }
        }
    }
}

/// A name goes to the file that served it last, or else to the only file that may have it. A file
/// takes the name of a bundled component only by an override. An override with a digest reserves the
/// name for files of that digest, whose copies count as one. If several files claim a name that none
/// of them served before, no file gets it.
pub(super) fn assign<'a>(
    claimants: &[Claimant<'a>],
    rules: &AssignmentRules<'_>,
) -> Assignment<'a> {
    let mut assignment = Assignment {
        winners: BTreeMap::new(),
        unserved: vec![Vec::new(); claimants.len()],
    };
    for (name, indices) in claims_by_name(claimants) {
        let claimant = |index: &usize| claimants.get(*index).map(|claimant| (*index, claimant));
        let contest = Contest {
            name,
            claims: indices.iter().filter_map(claimant).collect(),
            rules,
        };
        let winner = contest.winner();
        if let Some(winner) = winner {
            assignment.winners.insert(contest.name, winner);
        }
        for index in indices.iter().filter(|index| Some(**index) != winner) {
            if let Some(unserved) = assignment.unserved.get_mut(*index) {
                unserved.push(contest.why_not(*index, winner));
            }
        }
    }
    assignment
}

fn claims_by_name<'a>(claimants: &[Claimant<'a>]) -> BTreeMap<&'a str, Vec<usize>> {
    let mut claims: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, claimant) in claimants.iter().enumerate() {
        for name in claimant.names {
            let indices = claims.entry(name).or_default();
            if !indices.contains(&index) {
                indices.push(index);
            }
        }
    }
    claims
}

/// One name with everybody who claims it.
struct Contest<'a, 'b> {
    name: &'a str,
    claims: Vec<(usize, &'b Claimant<'a>)>,
    rules: &'b AssignmentRules<'b>,
}

impl Contest<'_, '_> {
    fn winner(&self) -> Option<usize> {
        let eligible: Vec<usize> = self
            .claims
            .iter()
            .filter(|(_, claimant)| self.is_eligible(claimant))
            .map(|(index, _)| *index)
            .collect();
        let holder = self.rules.holders.get(self.name);
        if let Some(holder) = holder.filter(|holder| eligible.contains(holder)) {
            return Some(*holder);
        }
        match eligible.as_slice() {
            [] => self.bundled(),
            _ if self.rules.incomplete => self.bundled(),
            [only] => Some(*only),
            [first, ..] => self.are_pinned_copies(&eligible).then_some(*first),
        }
    }

    /// Whether these are copies of one component that an override with a digest names.
    fn are_pinned_copies(&self, indices: &[usize]) -> bool {
        let of = |index: &usize| self.claims.iter().find(|(at, _)| at == index);
        let mut digests = indices.iter().filter_map(of).map(|(_, one)| one.digest);
        let first = digests.next();
        self.rules.policy.is_pinned(self.name) && digests.all(|digest| Some(digest) == first)
    }

    /// Whether it is a file that may serve the name.
    fn is_eligible(&self, claimant: &Claimant<'_>) -> bool {
        let policy = self.rules.policy;
        let own = claimant.overrides;
        let overridden =
            policy.overrides(self.name) || own.is_some_and(|own| own.contains(self.name));
        !claimant.bundled
            && policy.allows(self.name, claimant.digest)
            && (overridden || self.bundled().is_none())
    }

    fn bundled(&self) -> Option<usize> {
        let mut claims = self.claims.iter();
        claims
            .find(|(_, claimant)| claimant.bundled)
            .map(|(index, _)| *index)
    }

    /// Why the claimant at this index does not serve the name.
    fn why_not(&self, index: usize, winner: Option<usize>) -> UnservedName {
        let name = self.name;
        let of = |index: usize| self.claims.iter().find(|(at, _)| *at == index);
        let Some((_, loser)) = of(index) else {
            return UnservedName::Undecided(name.to_owned());
        };
        let winner = winner.and_then(of).map(|(_, claimant)| *claimant);
        if let Some(reason) = self.excluded_by_policy(loser, winner) {
            return UnservedName::Policy(reason);
        }
        if let Some(winner) = winner.filter(|winner| !winner.bundled) {
            let reason = format!(
                "{name} is already served by {}, and {} which claims it too changes nothing: take \
                 one of them away, or choose this one by --plugin-override {name}@{}",
                winner.label, loser.label, loser.digest
            );
            return UnservedName::Disputed {
                served: true,
                reason,
            };
        }
        if self.rules.incomplete {
            return UnservedName::Undecided(format!(
                "{name} is assigned once every file has been read"
            ));
        }
        let eligible = self.claims.iter().filter(|(_, one)| self.is_eligible(one));
        let eligible: Vec<String> = eligible
            .map(|(_, one)| format!("{} ({})", one.label, one.digest))
            .collect();
        let reason = format!(
            "{name} is claimed by {}, and none of them served it before, so nobody serves it: keep \
             one of them, or choose one by --plugin-override {name}@sha256:…",
            eligible.join(" and ")
        );
        UnservedName::Disputed {
            served: false,
            reason,
        }
    }

    fn excluded_by_policy(
        &self,
        loser: &Claimant<'_>,
        winner: Option<&Claimant<'_>>,
    ) -> Option<String> {
        let name = self.name;
        if loser.bundled {
            return winner.map(|winner| format!("{name} is overridden by {}", winner.label));
        }
        if !self.rules.policy.allows(name, loser.digest) {
            return Some(format!(
                "{name} is reserved for another digest by --plugin-override: this is {}",
                loser.digest
            ));
        }
        let how = match loser.overrides {
            Some(_) => "override: true in it".to_owned(),
            None => format!("--plugin-override {name}"),
        };
        (!self.is_eligible(loser))
            .then(|| format!("{name} is bundled: let this one serve by {how}"))
    }
}

#[cfg(test)]
mod tests;
