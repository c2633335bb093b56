use bellpull_sdk::{Refusal, Selection, Shape};

/// The names that Quay's API has for its events (`event_name` in `notifications/notificationevent.py`
/// of quay/quay). No delivery says its own.
pub(crate) const EVENTS: &[&str] = &[
    PUSH.name,
    "build_queued",
    "build_start",
    "build_success",
    "build_failure",
    "build_cancelled",
    "vulnerability_found",
    "repo_mirror_sync_started",
    "repo_mirror_sync_success",
    "repo_mirror_sync_failed",
    "repo_image_expiry",
];

/// What a delivery can be told to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    /// The events that may look like this. Listing any of them lists this.
    pub(crate) may_be: &'static [&'static str],
}

pub(crate) const PUSH: Kind = Kind {
    name: "repo_push",
    may_be: &["repo_push"],
};
pub(crate) const BUILD_SUCCESS: Kind = Kind {
    name: "build_success",
    may_be: &["build_success"],
};
pub(crate) const BUILD_FAILURE: Kind = Kind {
    name: "build_failure",
    may_be: &["build_failure"],
};
pub(crate) const BUILD_QUEUED: Kind = Kind {
    name: "build_queued",
    may_be: &["build_queued"],
};
/// A build that begins and one that is cancelled have the same members.
pub(crate) const BUILD: Kind = Kind {
    name: "build",
    may_be: &["build_start", "build_cancelled"],
};
pub(crate) const VULNERABILITY: Kind = Kind {
    name: "vulnerability_found",
    may_be: &["vulnerability_found"],
};
pub(crate) const MIRROR: Kind = Kind {
    name: "repo_mirror_sync",
    may_be: &[
        "repo_mirror_sync_started",
        "repo_mirror_sync_success",
        "repo_mirror_sync_failed",
    ],
};
pub(crate) const OTHER: Kind = Kind {
    name: "notification",
    may_be: EVENTS,
};

/// Members by which events are told apart, most telling first: a build that has failed has all that
/// one has that begins.
const SIGNS: &[(&str, Kind)] = &[
    ("/updated_tags", PUSH),
    ("/vulnerability", VULNERABILITY),
    ("/vulnerabilities", VULNERABILITY),
    ("/error_message", BUILD_FAILURE),
    ("/manifest_digests", BUILD_SUCCESS),
    ("/image_id", BUILD_SUCCESS),
    ("/is_manual", BUILD_QUEUED),
    ("/build_id", BUILD),
    ("/message", MIRROR),
];

/// What Flux decodes, which refuses other types.
const SHAPES: &[(&str, Shape)] = &[
    ("/docker_url", Shape::Text),
    ("/updated_tags", Shape::Array),
    ("/updated_tags/*", Shape::Text),
];

/// Which event this is. `docker_url` is in all those of a repository, `namespace` in all.
pub(crate) fn of(payload: &Selection) -> Result<Kind, Refusal> {
    payload.check_shapes(SHAPES)?;
    if !["/docker_url", "/namespace"]
        .iter()
        .any(|member| payload.text(member).is_some())
    {
        return Err(Refusal::Malformed(
            "the body has neither docker_url nor namespace".into(),
        ));
    }
    let told = SIGNS.iter().find(|(member, _)| payload.is_set(member));
    Ok(told.map_or(OTHER, |(_, kind)| *kind))
}

#[cfg(test)]
mod tests {
    use bellpull_sdk::host::document::Value;

    use super::*;

    #[test]
    fn tells_events_by_their_members() {
        for (members, kind) in [
            (&["/updated_tags"] as &[_], PUSH),
            (&["/vulnerability"], VULNERABILITY),
            (&["/vulnerabilities"], VULNERABILITY),
            (&["/build_id", "/is_manual"], BUILD_QUEUED),
            (&["/build_id"], BUILD),
            (&["/build_id", "/error_message"], BUILD_FAILURE),
            (&["/build_id", "/image_id"], BUILD_SUCCESS),
            (&["/build_id", "/manifest_digests"], BUILD_SUCCESS),
            (&["/message"], MIRROR),
            (&[], OTHER),
        ] {
            let mut payload = Selection::from([("/docker_url", "quay.io/octo/app")]);
            let set = |member: &&'static str| (*member, vec![Value::Json("[]".into())]);
            payload.extend(members.iter().map(set));
            assert_eq!(of(&payload), Ok(kind), "{members:?}");
        }
    }

    #[test]
    fn every_event_can_be_told_or_is_among_the_others() {
        for event in EVENTS {
            let told = SIGNS.iter().any(|(_, kind)| kind.may_be.contains(event));
            assert!(told || *event == "repo_image_expiry", "{event}");
        }
    }

    #[test]
    fn what_names_nothing_is_refused() {
        let found = of(&Selection::from([("/updated_tags", "x")]));
        assert!(matches!(found, Err(Refusal::Malformed(_))), "{found:?}");
        assert_eq!(of(&Selection::from([("/namespace", "octo")])), Ok(OTHER));
    }
}
