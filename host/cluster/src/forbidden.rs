//! When a 403 is believed. An API server that has just started refuses every request until it has read
//! the roles, so a refusal is believed only after it has lasted.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use bellpull_core::{KindKey, Target};

/// How long a refusal has to last. The API server reads the roles within a second or two.
pub(crate) const BELIEVED_AFTER: Duration = Duration::from_secs(10);
/// How long a refusal is remembered after its last occurrence.
const REMEMBERED: Duration = Duration::from_secs(24 * 60 * 60);

/// Targets whose patches are refused now, by kind and namespace, as roles grant them.
#[derive(Default)]
pub(crate) struct ForbiddenTargets {
    refused: Mutex<HashMap<KindKey, RefusedSince>>,
}

#[derive(Clone, Copy)]
struct RefusedSince {
    first: Instant,
    last: Instant,
}

impl ForbiddenTargets {
    /// Notes that a patch was refused. Returns whether the refusal is to be believed.
    pub(crate) fn refused(&self, target: &Target, now: Instant) -> bool {
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        let recent = |refusal: &RefusedSince| now.duration_since(refusal.last) < REMEMBERED;
        refused.retain(|_, refusal| recent(refusal));
        let refusal = refused.entry(key(target)).or_insert(RefusedSince {
            first: now,
            last: now,
        });
        refusal.last = now;
        now.duration_since(refusal.first) >= BELIEVED_AFTER
    }

    /// Notes that a patch was not refused.
    pub(crate) fn allowed(&self, target: &Target) {
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.remove(&key(target));
    }
}

fn key(target: &Target) -> KindKey {
    KindKey {
        api_version: target.api_version.clone(),
        kind: target.kind.clone(),
        namespace: Some(target.namespace.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(kind: &str) -> Target {
        Target {
            api_version: "source.toolkit.fluxcd.io/v1".into(),
            kind: kind.into(),
            namespace: "apps".into(),
            name: "app".into(),
        }
    }

    #[test]
    fn a_refusal_is_believed_once_it_has_lasted() {
        let (forbidden, start) = (ForbiddenTargets::default(), Instant::now());
        let after = |seconds| start + Duration::from_secs(seconds);
        let (bucket, repository) = (target("Bucket"), target("GitRepository"));
        assert!(!forbidden.refused(&bucket, start));
        assert!(!forbidden.refused(&bucket, after(9)));
        assert!(forbidden.refused(&bucket, after(10)));
        assert!(!forbidden.refused(&repository, after(10)), "another kind");
        forbidden.allowed(&bucket);
        assert!(
            !forbidden.refused(&bucket, after(11)),
            "it had been allowed"
        );
        let next_day = after(11) + REMEMBERED;
        assert!(!forbidden.refused(&bucket, next_day), "it is long ago");
    }
}
