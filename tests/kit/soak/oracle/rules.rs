//! Which answers the papers permit (host/README.md, "Outcomes").

/// What is done to the replicas at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) enum Phase {
    Calm,
    ApiServerKilled,
    ApiServerFrozen,
    PluginExchanged,
    SecretRotated,
    CertificateRenewed,
    RecordsFull,
    RegistryDown,
    ReplicaTerminated,
}

/// What a delivery is, as its sender knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) enum Intent {
    /// It must notify.
    Genuine,
    /// It is proven, and its Receiver notifies nobody for it.
    Unselected,
    /// It does not prove itself.
    Forged,
    /// It was genuine before its Secret was rotated.
    Former,
}

pub(in super::super) const NO_ANSWER: &str = "no answer";
pub(in super::super) const NOTIFIED: &str = "200 notified";
pub(in super::super) const FAILED: &str = "503 failed";
pub(in super::super) const UNAVAILABLE: &str = "503 unavailable";
pub(in super::super) const UNKNOWN: &str = "404 unknown";

/// Whether a delivery may end so.
pub(super) fn permits(phase: Phase, intent: Intent, answer: &str) -> bool {
    let by_phase = match phase {
        // No attempt ends well without an API server.
        Phase::ApiServerKilled | Phase::ApiServerFrozen => {
            intent == Intent::Genuine && answer == FAILED
        }
        // It refuses while it drains, and then is gone.
        Phase::ReplicaTerminated => [UNAVAILABLE, NO_ANSWER].contains(&answer),
        _ => false,
    };
    let always = match intent {
        Intent::Genuine => [NOTIFIED, "202 accepted"].contains(&answer),
        Intent::Unselected => ["200 ignored", NOTIFIED].contains(&answer),
        Intent::Forged => answer == "401 unauthenticated",
        Intent::Former => answer == UNKNOWN,
    };
    by_phase || always
}

#[cfg(test)]
mod tests {
    use super::{FAILED, Intent, NO_ANSWER, NOTIFIED, Phase, permits};

    #[test]
    fn an_answer_is_permitted_by_the_papers_alone() {
        let (calm, frozen) = (Phase::Calm, Phase::ApiServerFrozen);
        let draining = Phase::ReplicaTerminated;
        for (phase, intent, answer, expected) in [
            (calm, Intent::Genuine, NOTIFIED, true),
            (calm, Intent::Genuine, "202 accepted", true),
            (calm, Intent::Genuine, FAILED, false),
            (calm, Intent::Genuine, "503 unavailable", false),
            (calm, Intent::Genuine, "401 unauthenticated", false),
            (calm, Intent::Genuine, NO_ANSWER, false),
            (frozen, Intent::Genuine, FAILED, true),
            (frozen, Intent::Genuine, "503 unavailable", false),
            (frozen, Intent::Forged, FAILED, false),
            (draining, Intent::Genuine, "503 unavailable", true),
            (draining, Intent::Genuine, NO_ANSWER, true),
            (draining, Intent::Genuine, FAILED, false),
            (calm, Intent::Forged, "401 unauthenticated", true),
            (calm, Intent::Forged, NOTIFIED, false),
            (calm, Intent::Forged, "202 accepted", false),
            (calm, Intent::Unselected, "200 ignored", true),
            (calm, Intent::Unselected, "202 accepted", false),
            (calm, Intent::Former, "404 unknown", true),
            (calm, Intent::Former, NOTIFIED, false),
        ] {
            let told = permits(phase, intent, answer);
            assert_eq!(told, expected, "{phase:?} {intent:?} {answer}");
        }
    }
}
