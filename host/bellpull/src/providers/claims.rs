//! Which of several components serves a provider name that all of them claim.

use std::collections::{BTreeMap, BTreeSet};

/// A component that claims names.
#[derive(Clone, Copy, Debug)]
pub(super) struct Claimant<'a> {
    /// The provider names that it describes.
    pub(super) names: &'a [String],
    /// Whether it is part of the binary.
    pub(super) bundled: bool,
    /// How people know it.
    pub(super) label: &'a str,
}

/// Who serves which name, by the claimant's place in the list, and what the losers are told, by
/// theirs. The bundled component wins unless its name is overridden; otherwise the first does.
pub(super) fn settle<'a>(
    claimants: &[Claimant<'a>],
    overridden: &BTreeSet<String>,
) -> (BTreeMap<&'a str, usize>, Vec<Vec<String>>) {
    let mut claims: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, claimant) in claimants.iter().enumerate() {
        for name in claimant.names {
            claims.entry(name).or_default().push(place);
        }
    }
    let mut winners = BTreeMap::new();
    let mut lost = vec![Vec::new(); claimants.len()];
    let claimant = |place: &usize| claimants.get(*place);
    for (name, places) in claims {
        let prefers_bundled = !overridden.contains(name);
        let preferred = places
            .iter()
            .find(|place| claimant(place).is_some_and(|c| c.bundled == prefers_bundled));
        let Some(winner) = preferred.or(places.first()) else {
            continue;
        };
        winners.insert(name, *winner);
        let Some(by) = claimant(winner) else { continue };
        for place in places.iter().filter(|place| *place != winner) {
            let reason = match (by.bundled, claimant(place).is_some_and(|c| c.bundled)) {
                (true, _) => {
                    format!("{name} is bundled: let this one serve by --plugin-override {name}")
                }
                (false, true) => format!("{name} is overridden by {}", by.label),
                (false, false) => format!("{name} is already provided by {}", by.label),
            };
            if let Some(reasons) = lost.get_mut(*place) {
                reasons.push(reason);
            }
        }
    }
    (winners, lost)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn served(overridden: &[&str]) -> (Vec<(String, usize)>, Vec<Vec<String>>) {
        let names = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
        let (github, both, again) = (names(&["github"]), names(&["github", "x"]), names(&["x"]));
        let claimants = [
            (&github, true, "github"),
            (&both, false, "a.wasm"),
            (&again, false, "b.wasm"),
        ]
        .map(|(names, bundled, label)| Claimant {
            names,
            bundled,
            label,
        });
        let overridden = overridden.iter().map(|name| (*name).to_owned()).collect();
        let (winners, lost) = settle(&claimants, &overridden);
        let winners = winners
            .into_iter()
            .map(|(name, place)| (name.to_owned(), place))
            .collect();
        (winners, lost)
    }

    #[test]
    fn the_bundled_one_wins_and_then_the_first() {
        let (winners, lost) = served(&[]);
        assert_eq!(winners, [("github".to_owned(), 0), ("x".to_owned(), 1)]);
        assert_eq!(lost[0], [""; 0]);
        assert_eq!(
            lost[1],
            ["github is bundled: let this one serve by --plugin-override github"]
        );
        assert_eq!(lost[2], ["x is already provided by a.wasm"]);
    }

    #[test]
    fn an_overridden_name_is_a_files() {
        let (winners, lost) = served(&["github"]);
        assert_eq!(winners[0], ("github".to_owned(), 1));
        assert_eq!(lost[0], ["github is overridden by a.wasm"]);
        assert_eq!(lost[1], [""; 0]);
    }

    #[test]
    fn an_override_without_a_file_leaves_the_bundled_one() {
        let names = ["github".to_owned()];
        let bundled = Claimant {
            names: &names,
            bundled: true,
            label: "github",
        };
        let (winners, lost) = settle(&[bundled], &["github".to_owned()].into());
        assert_eq!(winners.get("github"), Some(&0));
        assert_eq!(lost, [[""; 0]]);
    }
}
