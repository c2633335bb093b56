//! Follows one ReceiverPlugin: what it asks for is fetched, verified, tried and served, again and again.

use std::sync::Arc;
use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBackoff, ExponentialBuilder};
use bellpull_sandbox::LoadedComponent;
use bellpull_trust::{DeclaredPlugins, PluginProblem, PluginReason, PluginRules};
use tokio::sync::watch;
use tokio::time::sleep;

use super::context::KeeperContext;
use super::fetch::PluginFetchError;
use super::inputs::PluginInputs;
use super::news::{DeclaredComponent, KeptPlugin, PluginNews};
use super::rules::{AppliedRules, PreparedRules};
use super::store::{StoredArtefact, StoredPlugin};
use super::trial;
use crate::providers::capabilities;

/// The least time between two attempts that are asked for.
const LEAST_PAUSE: Duration = Duration::from_secs(2);
/// The longest pause that a registry may ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(60 * 60);
/// Delays between attempts that fail.
const RETRY: ExponentialBuilder = ExponentialBuilder::new()
    .with_min_delay(Duration::from_secs(5))
    .with_max_delay(Duration::from_secs(600))
    .without_max_times()
    .with_jitter();

pub(super) struct PluginTask {
    pub(super) name: String,
    pub(super) context: Arc<KeeperContext>,
    declared: watch::Receiver<Arc<DeclaredPlugins>>,
    pub(super) stored: StoredPlugin,
    pub(super) serving: Option<ServingVersion>,
    /// The version that was tried last and does not serve under the present rules.
    pub(super) rejected: Option<RejectedVersion>,
    /// Why what served, or has served, does so no more.
    pub(super) lost: Option<PluginProblem>,
    kept: KeptPlugin,
}

/// The version that serves.
pub(super) struct ServingVersion {
    pub(super) stored: StoredArtefact,
    /// With the grants and limits of the present rules.
    pub(super) loaded: Arc<LoadedComponent>,
    pub(super) contract: String,
    pub(super) verified_by: Vec<String>,
    pub(super) applied: Arc<AppliedRules>,
    /// Whether the object has named it by its digest while this process ran.
    pub(super) was_named: bool,
}

pub(super) struct RejectedVersion {
    pub(super) digest: String,
    pub(super) problem: PluginProblem,
}

impl PluginTask {
    pub(super) fn new(
        name: &str,
        context: Arc<KeeperContext>,
        declared: watch::Receiver<Arc<DeclaredPlugins>>,
    ) -> Self {
        let stored = context.store.plugin(name);
        Self {
            name: name.to_owned(),
            kept: KeptPlugin {
                history: stored.history(),
                held: stored.names.clone(),
                ..KeptPlugin::default()
            },
            stored,
            context,
            declared,
            serving: None,
            rejected: None,
            lost: None,
        }
    }

    /// Follows the object for as long as this future is polled. A change of the object, or of what it names,
    /// breaks an attempt off.
    pub(super) async fn run(mut self) {
        loop {
            let inputs =
                PluginInputs::next(&mut self.declared, &self.name, &self.context.own).await;
            let Some(inputs) = inputs else { return };
            if self.kept.generation != inputs.generation() {
                self.kept.generation = inputs.generation();
                self.kept.problem = None;
                self.kept.settled = false;
            }
            let changed = inputs.clone().differ(self.declared.clone());
            let attend = async {
                match PreparedRules::of(&inputs, &self.context) {
                    Ok(rules) => self.attend(&rules).await,
                    Err(problem) => self.refuse(problem).await,
                }
            };
            tokio::select! {
                () = changed => {}
                () = attend => {}
            }
        }
    }

    /// Restores what served last, and tells it.
    pub(super) async fn restore_only(mut self) {
        let inputs = PluginInputs::next(&mut self.declared, &self.name, &self.context.own).await;
        let Some(inputs) = inputs else { return };
        let prepared = PreparedRules::of(&inputs, &self.context);
        if let Ok(rules) = &prepared {
            self.restore(rules).await;
        }
        let problem = prepared.err().or_else(|| self.lost.clone());
        self.settle(problem.map_or(Ok(()), Err));
    }

    /// Serves nothing, for as long as this future is polled. A request changes nothing, and is handled by that.
    async fn refuse(&mut self, problem: PluginProblem) {
        self.serving = None;
        loop {
            let requested = self.requested_at();
            self.kept.requested_at.clone_from(&requested);
            self.settle(Err(problem.clone()));
            self.requested_again(requested).await;
        }
    }

    /// Keeps the object as these rules say, for as long as this future is polled.
    async fn attend(&mut self, rules: &PreparedRules) {
        self.rejected = None;
        self.lost = None;
        self.uphold(rules);
        // What is trusted no more ends before anything is waited for.
        self.tell();
        if self.serving.is_none() {
            self.restore(rules).await;
        }
        self.kept.suspended = rules.rules.suspend;
        if rules.rules.suspend {
            let lost = self.lost.clone().filter(|_| self.serving.is_none());
            self.settle(lost.map_or(Ok(()), Err));
            return std::future::pending().await;
        }
        self.tell();
        let mut delays = RETRY.build();
        loop {
            let requested = self.requested_at();
            let attempt = self.attempt(rules).await.map_err(|error| {
                let advice = self.context.fetcher.advice(&rules.rules);
                error.advised(advice.as_deref())
            });
            let pause = self.pause(&attempt, &rules.rules, &mut delays);
            self.kept.requested_at.clone_from(&requested);
            self.settle(attempt.map_err(|error| error.problem));
            sleep(LEAST_PAUSE).await;
            tokio::select! {
                () = sleep(pause.saturating_sub(LEAST_PAUSE)) => {}
                // Whoever asks may know that what was wrong has been mended.
                () = self.requested_again(requested) => self.rejected = None,
            }
        }
    }

    fn pause(
        &self,
        attempt: &Result<(), PluginFetchError>,
        rules: &PluginRules,
        delays: &mut ExponentialBackoff,
    ) -> Duration {
        match attempt {
            Ok(()) => {
                *delays = RETRY.build();
                rules.interval
            }
            Err(error) => {
                let delay = delays.next().unwrap_or(rules.interval).min(rules.interval);
                let asked = error.retry_after.map(|asked| asked.min(LONGEST_PAUSE));
                asked.map_or(delay, |asked| asked.max(delay))
            }
        }
    }

    /// Takes the present rules for what serves. What they do not trust ends at once.
    fn uphold(&mut self, rules: &PreparedRules) {
        let Some(mut serving) = self.serving.take() else {
            return;
        };
        let kept = rules
            .trusts(&serving.stored, serving.was_named)
            .and_then(|signers| {
                serving.verified_by = signers;
                trial::claims(&serving.loaded, &rules.rules)?;
                serving.loaded = rules.apply(&serving.loaded)?;
                serving.applied = Arc::clone(&rules.applied);
                Ok(())
            });
        match kept {
            Ok(()) => self.serving = Some(serving),
            Err(problem) => {
                self.note(Some(problem.clone()));
                self.lost = Some(problem);
            }
        }
    }

    fn requested_at(&self) -> Option<String> {
        let declared = self.declared.borrow();
        let object = declared.plugins.get(&self.name)?;
        object.requested_at.clone()
    }

    /// Waits until another reconciliation is requested than this one.
    async fn requested_again(&mut self, last: Option<String>) {
        let name = &self.name;
        let other = |declared: &Arc<DeclaredPlugins>| {
            let object = declared.plugins.get(name);
            object.is_some_and(|object| object.requested_at != last)
        };
        if self.declared.wait_for(other).await.is_err() {
            std::future::pending().await
        }
    }

    /// Notes how an attempt has ended, and tells it.
    fn settle(&mut self, attempt: Result<(), PluginProblem>) {
        let problem = attempt.err().map(|problem| self.with_loss(problem));
        self.note(problem);
        self.kept.settled = true;
        self.tell();
    }

    /// Notes why the wanted version does not serve, and logs that once.
    fn note(&mut self, problem: Option<PluginProblem>) {
        if let Some(problem) = problem
            .as_ref()
            .filter(|now| Some(*now) != self.kept.problem.as_ref())
        {
            let (plugin, reason, detail) = (&self.name, problem.reason, &problem.message);
            let serves = self.serving.is_some();
            tracing::warn!(plugin, %reason, detail, last_good_serves = serves, "ReceiverPlugin not ready");
        }
        self.kept.problem = problem;
    }

    /// A registry that does not answer is not why nothing serves, where the rules have ended it.
    fn with_loss(&self, problem: PluginProblem) -> PluginProblem {
        match &self.lost {
            Some(lost) if problem.reason == PluginReason::PullFailed && self.serving.is_none() => {
                let message = format!("{}; {}", lost.message, problem.message);
                PluginProblem::new(lost.reason, message)
            }
            _ => problem,
        }
    }

    fn tell(&mut self) {
        self.kept.history = self.stored.history();
        self.kept.component = self.serving.as_ref().map(|serving| {
            let applied = &serving.applied;
            DeclaredComponent {
                loaded: Arc::clone(&serving.loaded),
                artefact: serving.stored.served.clone(),
                verified_by: serving.verified_by.clone(),
                contract: serving.contract.clone(),
                capabilities: capabilities(&serving.loaded, &applied.grants),
                overrides: applied.overrides.clone(),
                namespaces: applied.namespaces.clone(),
            }
        });
        // The follower of plugins ends only with the process.
        drop(self.context.news.send(PluginNews {
            name: self.name.clone(),
            kept: Some(self.kept.clone()),
        }));
    }
}
