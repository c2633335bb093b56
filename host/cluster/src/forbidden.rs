//! Which refusals are believed. An API server that has just started refuses everybody everything
//! until it has read the roles, so a refusal counts for nothing until it has lasted.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use bellpull_core::{KindKey, Target};

/// How long a refusal has to last. Roles are read within a second or two.
pub(crate) const BELIEVED_AFTER: Duration = Duration::from_secs(10);
/// How long a refusal is remembered after it was last met.
const REMEMBERED: Duration = Duration::from_secs(24 * 60 * 60);

/// What is refused now, by kind and namespace, as roles grant it.
#[derive(Default)]
pub(crate) struct Refusals {
    refused: Mutex<HashMap<KindKey, Refusal>>,
}

#[derive(Clone, Copy)]
struct Refusal {
    first: Instant,
    last: Instant,
}

impl Refusals {
    /// Notes that a patch was refused. Says whether that is to be believed.
    pub(crate) fn refused(&self, target: &Target, now: Instant) -> bool {
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        let recent = |refusal: &Refusal| now.duration_since(refusal.last) < REMEMBERED;
        refused.retain(|_, refusal| recent(refusal));
        let refusal = refused.entry(key(target)).or_insert(Refusal {
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
        let (refusals, start) = (Refusals::default(), Instant::now());
        let after = |seconds| start + Duration::from_secs(seconds);
        let (bucket, repository) = (target("Bucket"), target("GitRepository"));
        assert!(!refusals.refused(&bucket, start));
        assert!(!refusals.refused(&bucket, after(9)));
        assert!(refusals.refused(&bucket, after(10)));
        assert!(!refusals.refused(&repository, after(10)), "another kind");
        refusals.allowed(&bucket);
        assert!(!refusals.refused(&bucket, after(11)), "it had been allowed");
        let next_day = after(11) + REMEMBERED;
        assert!(!refusals.refused(&bucket, next_day), "it is long ago");
    }
}
