//! The events of genuine deliveries match the objects of Flux that follow them.

use bellpull::cases;
use bellpull_core::{Change, Event, limits};
use bellpull_matching::Match;
use bellpull_tests::cases::{Replays, genuine};
use bellpull_tests::followers::{Follower, of_artifact, of_git, of_request, strangers};

/// What is wrong with the objects that an event matches.
fn wrong(event: &Event) -> Vec<String> {
    let mut wrong = Vec::new();
    for change in &event.changes {
        let (followers, deleted, named) = match change {
            Change::Git(git) => (of_git(git), git.deleted, !git.repositories.is_empty()),
            Change::Artifact(artifact) => {
                let named = !artifact.repositories.is_empty();
                (of_artifact(artifact), artifact.deleted, named)
            }
            Change::Request(request) => {
                let named = !request.repositories.is_empty();
                (of_request(request), false, named)
            }
            // Matching knows few words for what else changes.
            Change::Other(_) => continue,
        };
        let alone = Event {
            changes: vec![change.clone()],
            ..Event::default()
        };
        for follower in followers {
            let found = follower.compare(&alone);
            if found.selects() == deleted {
                let Follower { kind, spec, .. } = follower;
                wrong.push(format!("{kind} {spec}: {found}"));
            }
        }
        if named {
            for stranger in strangers() {
                if let found @ Match::Matched(_) = stranger.compare(&alone) {
                    wrong.push(format!("a stranger, {}: {found}", stranger.kind));
                }
            }
        }
    }
    wrong
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_is_found_by_every_name_that_its_sender_gives() {
    let Replays { catalog, network } = Replays::new().await;
    let (mut found, mut changes) = (Vec::new(), 0);
    for case in genuine() {
        let run = cases::run(&case, &catalog, &network, limits::MAX_BODY);
        let (replayed, _) = run.await.unwrap();
        let events = replayed.acceptance.iter().flat_map(|told| &told.events);
        for event in events {
            changes += event.changes.len();
            let wrong = wrong(event);
            found.extend(wrong.iter().map(|wrong| format!("{}: {wrong}", case.name)));
        }
    }
    assert!(changes > 300, "{changes}");
    assert!(
        found.is_empty(),
        "of {changes} changes:\n{}",
        found.join("\n")
    );
}
