//! What each replica reports of itself in the status of a ReceiverPlugin.

use std::collections::HashMap;
use std::time::Duration;

use bellpull_api::{PLUGIN_API_VERSION, PLUGIN_KIND, ReplicaReport};
use bellpull_core::Timestamp;
use bellpull_trust::PluginObject;
use bellpull_trust::status::DeclaredState;
use serde_json::{Value, json};

/// How long a report counts, and how long before its end it is renewed.
const COUNTS: Duration = Duration::from_secs(15 * 60);
const RENEWED: Duration = Duration::from_secs(5 * 60);

/// The reports of this replica.
pub(super) struct OwnReports {
    /// The name of this replica.
    pub(super) replica: String,
    /// By plugin, what has been reported.
    written: HashMap<String, ReplicaReport>,
}

impl OwnReports {
    pub(super) fn new(replica: String) -> Self {
        Self {
            replica,
            written: HashMap::new(),
        }
    }

    /// The patch that reports what serves here; `None` when the last report still says so.
    pub(super) fn patch(
        &mut self,
        plugin: &PluginObject,
        state: &DeclaredState,
        now: Timestamp,
    ) -> Option<Value> {
        let digest = state.serving.as_ref().map(|one| &one.artefact.digest);
        let last = self.written.get(&plugin.name);
        let holds = last.is_some_and(|last| {
            let until: Option<Timestamp> = last.until.parse().ok();
            let lasts = until.is_some_and(|until| now + RENEWED < until);
            lasts && last.digest.as_ref() == digest
        });
        if holds {
            return None;
        }
        let until = now + COUNTS;
        let report = ReplicaReport {
            digest: digest.cloned(),
            until: format!("{until:.0}"),
        };
        self.written.insert(plugin.name.clone(), report.clone());
        let mut replicas = json!({});
        if let Some(members) = replicas.as_object_mut() {
            // A null takes back the digest of an earlier report.
            let report = json!({"digest": report.digest, "until": report.until});
            members.insert(self.replica.clone(), report);
            // The reports of replicas that are gone are removed by those that live.
            let gone = plugin.status.replicas.iter().filter(|(name, report)| {
                let until: Option<Timestamp> = report.until.parse().ok();
                **name != self.replica && until.is_none_or(|until| until < now)
            });
            members.extend(gone.map(|(name, _)| (name.clone(), Value::Null)));
        }
        Some(json!({
            "apiVersion": PLUGIN_API_VERSION,
            "kind": PLUGIN_KIND,
            "status": {"replicas": replicas},
        }))
    }

    /// Forgets a report that could not be written.
    pub(super) fn forget(&mut self, plugin: &str) {
        self.written.remove(plugin);
    }
}

#[cfg(test)]
mod tests {
    use bellpull_api::ServedArtefact;
    use bellpull_trust::status::ServingArtefact;

    use super::*;

    fn serving(digest: Option<&str>) -> DeclaredState {
        DeclaredState {
            serving: digest.map(|digest| ServingArtefact {
                artefact: ServedArtefact {
                    digest: digest.to_owned(),
                    ..ServedArtefact::default()
                },
                ..ServingArtefact::default()
            }),
            ..DeclaredState::default()
        }
    }

    #[test]
    fn a_report_is_renewed_before_its_end_and_takes_back_what_serves_no_more() {
        let mut reports = OwnReports::new("pod-a".to_owned());
        let mut plugin = PluginObject::default();
        let gone = ReplicaReport {
            digest: None,
            until: "1969-01-01T00:00:00Z".to_owned(),
        };
        plugin.status.replicas.insert("pod-old".to_owned(), gone);
        let start = Timestamp::UNIX_EPOCH;
        let mut at = |seconds, digest| {
            let now = start + Duration::from_secs(seconds);
            let patch = reports.patch(&plugin, &serving(digest), now)?;
            Some(patch["status"]["replicas"].clone())
        };
        let first = json!({
            "pod-a": {"digest": "a", "until": "1970-01-01T00:15:00Z"}, "pod-old": null,
        });
        assert_eq!(at(0, Some("a")), Some(first));
        assert_eq!(at(60, Some("a")), None, "it counts for long");
        let taken_back = at(61, None).unwrap_or_default();
        assert_eq!(taken_back["pod-a"]["digest"], Value::Null);
        assert!(at(61 + 599, None).is_none());
        assert!(at(61 + 601, None).is_some(), "it ends soon");
    }
}
