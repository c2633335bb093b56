use std::sync::{Arc, Mutex};
use std::time::Duration;

use bellpull_api::ResourceReference;
use bellpull_core::ports::{Notification, Notify, Progress, Targets, Verify};
use bellpull_core::{Delivery, ReceiverId, Route, Target, TargetError, Verdict, VerifyError};
use tokio::sync::Semaphore;

use super::within;

/// What the fakes answer.
pub(crate) struct Script {
    pub(crate) verdict: Result<Verdict, VerifyError>,
    pub(crate) targets: Result<Vec<Target>, TargetError>,
    pub(crate) progress: Progress,
    pub(crate) has_room: bool,
    /// Verifications wait for [`Fake::release`].
    pub(crate) gated: bool,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            verdict: Ok(Verdict::Accept(Box::default())),
            targets: Ok(vec![target("app")]),
            progress: Progress {
                notified: 1,
                ..Progress::default()
            },
            has_room: true,
            gated: false,
        }
    }
}

pub(crate) fn target(name: &str) -> Target {
    Target {
        api_version: "source.toolkit.fluxcd.io/v1".into(),
        kind: "GitRepository".into(),
        namespace: "default".into(),
        name: name.into(),
    }
}

/// All three ports.
pub(crate) struct Fake {
    script: Script,
    began: Semaphore,
    gate: Semaphore,
    /// What was to be verified: request target and body.
    pub(crate) verified: Mutex<Vec<(String, Vec<u8>)>>,
    /// What was to be notified.
    pub(crate) notified: Mutex<Vec<Vec<Target>>>,
    finished: Semaphore,
}

impl Fake {
    pub(crate) fn new(script: Script) -> Self {
        Self {
            gate: Semaphore::new(if script.gated { 0 } else { 1000 }),
            script,
            began: Semaphore::new(0),
            verified: Mutex::default(),
            notified: Mutex::default(),
            finished: Semaphore::new(0),
        }
    }

    /// Returns once one more verification has begun.
    pub(crate) async fn began(&self) {
        within(self.began.acquire()).await.unwrap().forget();
    }

    /// Lets one gated verification end.
    pub(crate) fn release(&self) {
        self.gate.add_permits(1);
    }

    /// Returns once one more delivery has been notified.
    pub(crate) async fn notified(&self) {
        within(self.finished.acquire()).await.unwrap().forget();
    }
}

impl Verify for Fake {
    async fn verify(
        &self,
        _route: &Arc<Route>,
        delivery: &Arc<Delivery>,
    ) -> Result<Verdict, VerifyError> {
        let seen = (delivery.target.clone(), delivery.body.to_vec());
        self.verified.lock().unwrap().push(seen);
        self.began.add_permits(1);
        self.gate.acquire().await.unwrap().forget();
        self.script.verdict.clone()
    }
}

impl Targets for Fake {
    async fn resolve(
        &self,
        _receiver: &ReceiverId,
        _reference: &ResourceReference,
    ) -> Result<Vec<Target>, TargetError> {
        self.script.targets.clone()
    }
}

impl Notify for Fake {
    fn has_room(&self) -> bool {
        self.script.has_room
    }

    async fn notify(
        &self,
        _notification: Arc<Notification>,
        targets: Vec<Target>,
        _deadline: Duration,
    ) -> Progress {
        self.notified.lock().unwrap().push(targets);
        self.finished.add_permits(1);
        self.script.progress
    }
}
