//! Which of several components serves a provider name that all of them claim.

use std::collections::BTreeMap;

use bellpull_engine::Digest;

use super::policy::Policy;

/// A component that claims names.
#[derive(Clone, Copy, Debug)]
pub(super) struct Claimant<'a> {
    /// The provider names that it describes.
    pub(super) names: &'a [String],
    /// Whether it is part of the binary.
    pub(super) bundled: bool,
    /// Which bytes it is.
    pub(super) digest: Digest,
    /// How people know it.
    pub(super) label: &'a str,
}

/// What names are given by.
pub(super) struct Rules<'a> {
    pub(super) policy: &'a Policy,
    /// Who served a name last, by the claimant's place.
    pub(super) holders: &'a BTreeMap<&'a str, usize>,
    /// Whether files are still to be looked at: then nobody is given a name that it did not have,
    /// since one of them may claim it too.
    pub(super) open: bool,
}

/// Who serves what.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Settled<'a> {
    /// By name, the claimant's place.
    pub(super) winners: BTreeMap<&'a str, usize>,
    /// What each claimant is told of the names that it claims and does not serve, by its place.
    pub(super) lost: Vec<Vec<Lost>>,
}

/// Why a name is not served by a component that claims it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Lost {
    /// As the flags say; nothing is wrong.
    Policy(String),
    /// To be decided when all files have been looked at.
    Undecided(String),
    /// Files dispute it.
    Disputed {
        /// Whether one of them serves it all the same.
        served: bool,
        reason: String,
    },
}

impl Lost {
    pub(super) fn reason(&self) -> &str {
        match self {
            Self::Policy(reason) | Self::Undecided(reason) | Self::Disputed { reason, .. } => {
                reason
            }
        }
    }
}

/// A name goes to the file that served it last, else to the only one that may have it. A bundled
/// name is a file's by override alone; an override with a digest leaves a name to files of that
/// digest, of which copies are one. Files that dispute a name which none of them served before have it
/// none of them.
pub(super) fn settle<'a>(claimants: &[Claimant<'a>], rules: &Rules<'_>) -> Settled<'a> {
    let mut claims: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, claimant) in claimants.iter().enumerate() {
        for name in claimant.names {
            let places = claims.entry(name).or_default();
            if !places.contains(&place) {
                places.push(place);
            }
        }
    }
    let mut settled = Settled {
        winners: BTreeMap::new(),
        lost: vec![Vec::new(); claimants.len()],
    };
    for (name, places) in claims {
        let named = |place: &usize| claimants.get(*place).map(|claimant| (*place, claimant));
        let name = Name {
            name,
            claims: places.iter().filter_map(named).collect(),
            rules,
        };
        let winner = name.winner();
        if let Some(winner) = winner {
            settled.winners.insert(name.name, winner);
        }
        for place in places.iter().filter(|place| Some(**place) != winner) {
            if let Some(lost) = settled.lost.get_mut(*place) {
                lost.push(name.lost(*place, winner));
            }
        }
    }
    settled
}

/// One name and all that claim it.
struct Name<'a, 'b> {
    name: &'a str,
    claims: Vec<(usize, &'b Claimant<'a>)>,
    rules: &'b Rules<'b>,
}

impl Name<'_, '_> {
    fn winner(&self) -> Option<usize> {
        let may: Vec<usize> = self
            .claims
            .iter()
            .filter(|(_, claimant)| self.may(claimant))
            .map(|(place, _)| *place)
            .collect();
        let holder = self.rules.holders.get(self.name);
        if let Some(holder) = holder.filter(|holder| may.contains(holder)) {
            return Some(*holder);
        }
        match may.as_slice() {
            [] => self.bundled(),
            _ if self.rules.open => self.bundled(),
            [only] => Some(*only),
            [first, ..] => self.chosen(&may).then_some(*first),
        }
    }

    /// Whether files are copies of the one component that the flags choose: then they are one.
    fn chosen(&self, places: &[usize]) -> bool {
        let of = |place: &usize| self.claims.iter().find(|(at, _)| at == place);
        let mut digests = places.iter().filter_map(of).map(|(_, one)| one.digest);
        let first = digests.next();
        self.rules.policy.chooses(self.name) && digests.all(|digest| Some(digest) == first)
    }

    /// Whether a file may have the name at all.
    fn may(&self, claimant: &Claimant<'_>) -> bool {
        let policy = self.rules.policy;
        let overridden = policy.overrides(self.name);
        !claimant.bundled
            && policy.lets(self.name, claimant.digest)
            && (overridden || self.bundled().is_none())
    }

    fn bundled(&self) -> Option<usize> {
        let mut claims = self.claims.iter();
        claims
            .find(|(_, claimant)| claimant.bundled)
            .map(|(place, _)| *place)
    }

    fn lost(&self, place: usize, winner: Option<usize>) -> Lost {
        let name = self.name;
        let of = |place: usize| self.claims.iter().find(|(at, _)| *at == place);
        let Some((_, loser)) = of(place) else {
            return Lost::Undecided(name.to_owned());
        };
        let by = winner.and_then(of).map(|(_, claimant)| claimant);
        let policy = self.rules.policy;
        if let Some(by) = by.filter(|_| loser.bundled) {
            return Lost::Policy(format!("{name} is overridden by {}", by.label));
        }
        if !loser.bundled && !policy.lets(name, loser.digest) {
            return Lost::Policy(format!(
                "{name} is kept for another digest by --plugin-override: this is {}",
                loser.digest
            ));
        }
        if !loser.bundled && !self.may(loser) {
            return Lost::Policy(format!(
                "{name} is bundled: let this one serve by --plugin-override {name}"
            ));
        }
        if let Some(by) = by.filter(|by| !by.bundled) {
            let reason = format!(
                "{name} is already served by {}, and {} which claims it too changes nothing: take \
                 one of them away, or choose this one by --plugin-override {name}@{}",
                by.label, loser.label, loser.digest
            );
            return Lost::Disputed {
                served: true,
                reason,
            };
        }
        if self.rules.open {
            return Lost::Undecided(format!(
                "{name} is given away when every file has been looked at"
            ));
        }
        let disputing = self.claims.iter().filter(|(_, one)| self.may(one));
        let disputing: Vec<String> = disputing
            .map(|(_, one)| format!("{} ({})", one.label, one.digest))
            .collect();
        let reason = format!(
            "{name} is claimed by {}, none of which served it before, so that none does: leave one of \
             them, or choose by --plugin-override {name}@sha256:…",
            disputing.join(" and ")
        );
        Lost::Disputed {
            served: false,
            reason,
        }
    }
}

#[cfg(test)]
mod tests;
