use bellpull_sdk::events;

/// The names of each event: in Harbor's default format, as a CloudEvent (`eventTypeMapping` in
/// `src/pkg/notifier/formats/cloudevents.go` of goharbor/harbor), and in Harbor 1.9 and 1.10
/// (`src/pkg/notification/model/const.go`).
const EVENTS: &[&[&str]] = &[
    &["PUSH_ARTIFACT", "harbor.artifact.pushed", "pushImage"],
    &["PULL_ARTIFACT", "harbor.artifact.pulled", "pullImage"],
    &["DELETE_ARTIFACT", "harbor.artifact.deleted", "deleteImage"],
    &[
        "SCANNING_COMPLETED",
        "harbor.scan.completed",
        "scanningCompleted",
    ],
    &["SCANNING_FAILED", "harbor.scan.failed", "scanningFailed"],
    &["SCANNING_STOPPED", "harbor.scan.stopped"],
    &["QUOTA_EXCEED", "harbor.quota.exceeded", "projectQuota"],
    &["QUOTA_WARNING", "harbor.quota.warned"],
    &["REPLICATION", "harbor.replication.status.changed"],
    &["TAG_RETENTION", "harbor.tag_retention.finished"],
    // The chart repository, which Harbor had until 2.8, exists only in the default format.
    &["UPLOAD_CHART", "uploadChart"],
    &["DOWNLOAD_CHART", "downloadChart"],
    &["DELETE_CHART", "deleteChart"],
    // The test delivery of 1.9 and 1.10.
    &["testEndpoint"],
];

/// Every name that `spec.events` may list.
pub(crate) fn all() -> Vec<String> {
    known().into_iter().map(String::from).collect()
}

/// The warnings about `spec.events`.
pub(crate) fn warnings(listed: &[String]) -> Vec<String> {
    events::unfiltered_warnings(listed, &known())
}

/// Whether an event is wanted. Any of its names lists it, so the list stays right with another
/// format or version of Harbor. An event without a name is wanted.
pub(crate) fn wanted(listed: &[String], kind: Option<&str>) -> bool {
    let named: Vec<&str> = kind.into_iter().collect();
    let twins = EVENTS
        .iter()
        .find(|names| names.contains(&kind.unwrap_or_default()));
    events::any_wanted_if_all_known(listed, &known(), twins.copied().unwrap_or(&named))
}

/// Whether the artifacts of the event were deleted.
pub(crate) fn deletes(kind: &str) -> bool {
    matches!(
        kind,
        "DELETE_ARTIFACT"
            | "harbor.artifact.deleted"
            | "deleteImage"
            | "DELETE_CHART"
            | "deleteChart"
    )
}

/// Whether the event is of the former chart repository.
pub(crate) fn is_of_chart(kind: &str) -> bool {
    kind.ends_with("_CHART") || kind.ends_with("Chart")
}

fn known() -> Vec<&'static str> {
    EVENTS.concat()
}

#[cfg(test)]
mod tests {
    use bellpull_sdk::names;

    use super::*;

    #[test]
    fn any_of_its_names_lists_an_event() {
        for listed in [
            "PUSH_ARTIFACT",
            "push_artifact",
            "harbor.artifact.pushed",
            "pushImage",
        ] {
            let listed = names(&[listed]);
            for kind in ["PUSH_ARTIFACT", "harbor.artifact.pushed", "pushImage"] {
                assert!(wanted(&listed, Some(kind)), "{listed:?} {kind}");
            }
            for kind in ["PULL_ARTIFACT", "pullImage", "UPLOAD_CHART", "uploadChart"] {
                assert!(!wanted(&listed, Some(kind)), "{listed:?} {kind}");
            }
            assert!(wanted(&listed, None), "{listed:?}");
            assert!(warnings(&listed).is_empty(), "{listed:?}");
        }
        assert!(wanted(&[], Some("UPLOAD_CHART")));
    }

    #[test]
    fn a_name_that_harbor_has_not_lists_everything() {
        let listed = names(&["PUSH_ARTIFACT", "pushImages"]);
        assert!(wanted(&listed, Some("PULL_ARTIFACT")));
        assert_eq!(warnings(&listed).len(), 1);
    }

    #[test]
    fn what_is_gone_and_what_is_of_a_chart() {
        for (kind, is_gone, is_chart) in [
            ("PUSH_ARTIFACT", false, false),
            ("deleteImage", true, false),
            ("harbor.artifact.deleted", true, false),
            ("UPLOAD_CHART", false, true),
            ("uploadChart", false, true),
            ("DELETE_CHART", true, true),
            ("deleteChart", true, true),
        ] {
            assert_eq!(
                (deletes(kind), is_of_chart(kind)),
                (is_gone, is_chart),
                "{kind}"
            );
        }
    }
}
