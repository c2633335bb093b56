use bellpull_sdk::events;

/// The events of Harbor, in the words of its default format and as CloudEvents
/// (`eventTypeMapping` in `src/pkg/notifier/formats/cloudevents.go` of goharbor/harbor).
const EVENTS: &[(&str, &str)] = &[
    ("PUSH_ARTIFACT", "harbor.artifact.pushed"),
    ("PULL_ARTIFACT", "harbor.artifact.pulled"),
    ("DELETE_ARTIFACT", "harbor.artifact.deleted"),
    ("SCANNING_COMPLETED", "harbor.scan.completed"),
    ("SCANNING_FAILED", "harbor.scan.failed"),
    ("SCANNING_STOPPED", "harbor.scan.stopped"),
    ("QUOTA_EXCEED", "harbor.quota.exceeded"),
    ("QUOTA_WARNING", "harbor.quota.warned"),
    ("REPLICATION", "harbor.replication.status.changed"),
    ("TAG_RETENTION", "harbor.tag_retention.finished"),
];

/// Of the chart repository that Harbor had until 2.8, in the default format alone.
const CHART_EVENTS: &[&str] = &["UPLOAD_CHART", "DOWNLOAD_CHART", "DELETE_CHART"];

/// Every name that `spec.events` may list.
pub(crate) fn all() -> Vec<String> {
    known().into_iter().map(String::from).collect()
}

/// What is odd about `spec.events`.
pub(crate) fn warnings(listed: &[String]) -> Vec<String> {
    events::unknown_wants_all(listed, &known())
}

/// Whether an event is wanted: under either of its names, so that a change of the format in Harbor
/// changes nothing here.
pub(crate) fn wanted(listed: &[String], kind: &str) -> bool {
    let twin = EVENTS.iter().find_map(|(one, other)| match kind {
        kind if kind == *one => Some(*other),
        kind if kind == *other => Some(*one),
        _ => None,
    });
    let known = known();
    let is_wanted = |name| events::wanted_if_all_known(listed, &known, name);
    is_wanted(kind) || twin.is_some_and(is_wanted)
}

/// Whether the artifacts it names are gone.
pub(crate) fn deletes(kind: &str) -> bool {
    matches!(
        kind,
        "DELETE_ARTIFACT" | "harbor.artifact.deleted" | "DELETE_CHART"
    )
}

/// Whether it is of the former chart repository.
pub(crate) fn is_of_chart(kind: &str) -> bool {
    CHART_EVENTS.contains(&kind)
}

fn known() -> Vec<&'static str> {
    let both = EVENTS.iter().flat_map(|(one, other)| [*one, *other]);
    both.chain(CHART_EVENTS.iter().copied()).collect()
}

#[cfg(test)]
mod tests {
    use bellpull_sdk::names;

    use super::*;

    #[test]
    fn either_name_lists_an_event() {
        for listed in ["PUSH_ARTIFACT", "push_artifact", "harbor.artifact.pushed"] {
            let listed = names(&[listed]);
            assert!(wanted(&listed, "PUSH_ARTIFACT"), "{listed:?}");
            assert!(wanted(&listed, "harbor.artifact.pushed"), "{listed:?}");
            assert!(!wanted(&listed, "PULL_ARTIFACT"), "{listed:?}");
            assert!(!wanted(&listed, "UPLOAD_CHART"), "{listed:?}");
            assert!(warnings(&listed).is_empty(), "{listed:?}");
        }
        assert!(wanted(&[], "UPLOAD_CHART"));
    }

    #[test]
    fn a_name_that_harbor_has_not_lists_everything() {
        let listed = names(&["PUSH_ARTIFACT", "pushImage"]);
        assert!(wanted(&listed, "PULL_ARTIFACT"));
        assert_eq!(warnings(&listed).len(), 1);
    }
}
