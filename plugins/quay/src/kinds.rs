use bellpull_sdk::{Refusal, Selection, Shape};

/// The names of events in the API of Quay (`event_name` in `notifications/notificationevent.py` of
/// quay/quay). Deliveries do not state them.
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
    "quota_warning",
    "quota_error",
];

/// A kind of delivery that can be told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    /// The events that look like this. The kind is wanted if one of them is listed. Without any,
    /// the delivery may be every event: a template at Quay may leave out any member.
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
/// A build that starts and one that is cancelled have the same members.
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
pub(crate) const EXPIRY: Kind = Kind {
    name: NOTIFICATION,
    may_be: &["repo_image_expiry"],
};
/// The quota of a namespace. Its members do not state whether it is a warning.
pub(crate) const QUOTA: Kind = Kind {
    name: NOTIFICATION,
    may_be: &["quota_warning", "quota_error"],
};
pub(crate) const OTHER: Kind = Kind {
    name: NOTIFICATION,
    may_be: &[],
};
const NOTIFICATION: &str = "notification";

/// The members by which kinds are told apart, the most specific first: a failed build has all
/// members of one that starts. Arrays are also asked by their first element, because their answer
/// may pass the bounds of the host.
const SIGNS: &[(&str, Kind)] = &[
    ("/updated_tags", PUSH),
    ("/updated_tags/0", PUSH),
    ("/vulnerability", VULNERABILITY),
    ("/vulnerability/id", VULNERABILITY),
    ("/vulnerabilities", VULNERABILITY),
    ("/vulnerabilities/0", VULNERABILITY),
    ("/expiring_in", EXPIRY),
    ("/threshold_percent", QUOTA),
    ("/error_message", BUILD_FAILURE),
    ("/manifest_digests", BUILD_SUCCESS),
    ("/manifest_digests/0", BUILD_SUCCESS),
    ("/image_id", BUILD_SUCCESS),
    ("/is_manual", BUILD_QUEUED),
    ("/build_id", BUILD),
    ("/message", MIRROR),
];

/// The members that Flux decodes. It refuses other types.
const SHAPES: &[(&str, Shape)] = &[
    ("/docker_url", Shape::Text),
    ("/updated_tags", Shape::Array),
    ("/updated_tags/*", Shape::Text),
];

/// The kind of a delivery. Without any of these members, a namespace without a repository means a
/// quota: no other event has it.
pub(crate) fn of(payload: &Selection) -> Result<Kind, Refusal> {
    payload.check_shapes(SHAPES)?;
    let told = SIGNS.iter().find(|(member, _)| payload.is_set(member));
    let of_namespace = payload.text("/namespace").is_some() && !payload.is_set("/docker_url");
    Ok(match told {
        Some((_, kind)) => *kind,
        None if of_namespace => QUOTA,
        None => OTHER,
    })
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
            (&["/updated_tags/0"], PUSH),
            (&["/vulnerabilities/0"], VULNERABILITY),
            (&["/build_id", "/manifest_digests/0"], BUILD_SUCCESS),
            (&["/expiring_in"], EXPIRY),
            (&["/threshold_percent"], QUOTA),
            (&[], OTHER),
        ] {
            let mut payload = Selection::from([("/docker_url", "quay.io/octo/app")]);
            let set = |member: &&'static str| (*member, vec![Value::Json("[]".into())]);
            payload.extend(members.iter().map(set));
            assert_eq!(of(&payload), Ok(kind), "{members:?}");
        }
    }

    #[test]
    fn every_event_can_be_told() {
        for event in EVENTS {
            let told = SIGNS.iter().any(|(_, kind)| kind.may_be.contains(event));
            assert!(told, "{event}");
        }
    }

    #[test]
    fn a_namespace_alone_has_a_quota() {
        assert_eq!(of(&Selection::from([("/namespace", "octo")])), Ok(QUOTA));
        let repository = [("/namespace", "octo"), ("/docker_url", "quay.io/octo/app")];
        assert_eq!(of(&Selection::from(repository)), Ok(OTHER));
        assert_eq!(of(&Selection::from([])), Ok(OTHER));
    }

    #[test]
    fn refuses_what_flux_cannot_decode() {
        for (pointer, value) in [
            ("/updated_tags", Value::Text("x".into())),
            ("/updated_tags/*", Value::Number("1".into())),
            ("/docker_url", Value::Json("{}".into())),
        ] {
            let found = of(&Selection::from_iter([(pointer, vec![value])]));
            assert!(matches!(found, Err(Refusal::Malformed(_))), "{pointer}");
        }
    }
}
