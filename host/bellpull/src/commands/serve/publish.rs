use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use bellpull_core::{Egress, ReceiverId};
use bellpull_gateway::Latch;
use bellpull_plan::{Objects, Reason, ReceiverState};
use bellpull_ports::Entry;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::absent::Absent;
use super::asking::{Asking, PATIENCE};
use super::keeper::Every;
use super::plugins::Published;
use super::watchdog::Watchdog;
use crate::host::{Answer, Plan, Planner, Routes};

/// How soon a component that failed to configure a Receiver is asked again.
const ASK_AGAIN: Duration = Duration::from_secs(10);
/// How soon one answer is published after another, and how many times as long as that takes at the
/// least: each publication looks at every Receiver.
const APART: Duration = Duration::from_millis(50);
const PAUSE: u32 = 8;

/// How soon a Receiver's condition says that something of a delivery was hidden.
const NOTICE: Duration = Duration::from_secs(1);

/// Where plans are made from: a directory, or a cluster.
pub(super) trait Source: Send + 'static {
    /// Returns when something has changed since objects were last taken; false: nothing will any
    /// more. A future that is dropped misses nothing.
    fn changed(&mut self) -> impl Future<Output = bool> + Send;

    /// What is known now.
    fn objects(&mut self) -> Arc<Objects>;

    /// Whether what is known now is all that there is.
    fn synced(&self) -> bool;

    /// Told right before routes are published: targets that they name are to be known.
    fn publishing(&mut self);

    /// Told of what has been published; `settled`: whether that is all that can be said of what is
    /// known, so that this process may be sent deliveries.
    fn published(&mut self, receivers: &[Arc<ReceiverState>], settled: bool);
}

/// What publishing works with.
pub(super) struct Parts<S> {
    pub(super) source: S,
    pub(super) catalogs: watch::Receiver<Published>,
    pub(super) routes: Arc<ArcSwap<Routes>>,
    pub(super) plugins_read: Latch,
    pub(super) absent: Absent,
    pub(super) planner: Planner,
    pub(super) asking: Asking,
    pub(super) egress: Arc<dyn Egress>,
    pub(super) watchdog: Watchdog,
    pub(super) remembered: watch::Sender<Arc<Every>>,
}

/// Turns what a source says, and which components there are, into routes: one whole snapshot after
/// another. What has to be found out first is found out aside: until then, a snapshot says of that
/// Receiver what it can.
pub(super) struct Publisher<S> {
    with: Parts<S>,
    said: HashMap<ReceiverId, Arc<ReceiverState>>,
    /// Whether every plugin that was there at the start has been looked at.
    complete: bool,
    taken: Instant,
    published: Instant,
    /// When it was looked whether something was hidden.
    noticed: Instant,
    apart: Duration,
    /// Since when some Receiver waits patiently.
    unsettled: Option<Instant>,
}

/// Why there is something to do.
enum Cause {
    Objects,
    Answer(Box<Answer>),
    Late,
    Due,
    Notice,
    End,
}

impl<S: Source> Publisher<S> {
    pub(super) fn new(with: Parts<S>) -> Self {
        Self {
            with,
            said: HashMap::new(),
            complete: false,
            taken: Instant::now(),
            published: Instant::now(),
            noticed: Instant::now(),
            apart: APART,
            unsettled: None,
        }
    }

    /// Publishes each change for as long as this is polled.
    pub(super) async fn follow(mut self) {
        let mut watched = true;
        let mut due = false;
        loop {
            let failing = self.said.values().any(|state| state.reason.may_pass());
            let late = self.with.asking.patient_until();
            let cause = tokio::select! {
                changed = self.with.source.changed(), if watched => {
                    if changed { Cause::Objects } else { Cause::End }
                }
                // Without plugin directories nobody publishes another catalog.
                Ok(()) = self.with.catalogs.changed() => Cause::Objects,
                answer = self.with.asking.next() => Cause::Answer(Box::new(answer)),
                () = sleep_until(late.unwrap_or(self.taken)), if late.is_some() => Cause::Late,
                () = sleep_until(self.published + self.apart), if due => Cause::Due,
                () = sleep_until(self.taken + ASK_AGAIN), if failing => Cause::Objects,
                () = sleep_until(self.noticed + NOTICE) => Cause::Notice,
            };
            match cause {
                Cause::Objects => self.take(),
                Cause::Answer(answer) => {
                    due |= self.settle(*answer);
                    if !due || self.published.elapsed() < self.apart {
                        continue;
                    }
                }
                Cause::Late => {
                    if !self.give_up() {
                        continue;
                    }
                }
                Cause::Due => {}
                Cause::Notice => {
                    self.noticed = Instant::now();
                    if !self.with.planner.notice() {
                        continue;
                    }
                }
                Cause::End => {
                    watched = false;
                    tracing::error!(
                        "the manifests are no longer watched; what was read last serves on"
                    );
                    continue;
                }
            }
            self.publish();
            due = false;
        }
    }

    /// Publishes what is known now.
    pub(super) fn begin(&mut self) {
        self.take();
        self.publish();
    }

    /// Takes in what is known now, and begins to find out what has to be.
    fn take(&mut self) {
        self.with.watchdog.begin();
        let objects = self.with.source.objects();
        let Published { catalog, complete } = self.with.catalogs.borrow_and_update().clone();
        for question in self.with.planner.take(&objects, &catalog) {
            self.with.asking.begin(question, &catalog);
        }
        let planner = &self.with.planner;
        self.with.asking.retain(|id| planner.waits(id));
        self.complete = complete;
        self.taken = Instant::now();
    }

    /// Takes in an answer and those that are there beside it; says whether one was of use.
    fn settle(&mut self, answer: Answer) -> bool {
        self.with.watchdog.begin();
        let mut news = self.with.planner.settle(answer);
        while let Some(answer) = self.with.asking.ready() {
            news |= self.with.planner.settle(answer);
        }
        let planner = &self.with.planner;
        self.with.asking.retain(|id| planner.waits(id));
        news
    }

    /// Closes the Receivers that have waited too long; says whether there are any.
    fn give_up(&mut self) -> bool {
        let late = self.with.asking.late();
        let mut closed = false;
        for receiver in late.iter().filter(|id| self.with.planner.give_up(id)) {
            closed = true;
            self.with.watchdog.overdue();
            tracing::warn!(%receiver, "planning this Receiver takes too long: it is closed until it is done");
        }
        closed
    }

    fn publish(&mut self) {
        let began = Instant::now();
        let mut plan = self.with.planner.publish();
        self.expect_issuers(&plan);
        self.with.source.publishing();
        self.with
            .routes
            .store(Arc::new(std::mem::take(&mut plan.routes)));
        let (waiting, patient) = self.with.asking.count();
        self.published = Instant::now();
        self.unsettled = (patient > 0).then(|| self.unsettled.unwrap_or(self.published));
        // Who changes a Receiver again and again does not keep a process from being ready.
        let settled = self
            .unsettled
            .is_none_or(|since| since.elapsed() >= PATIENCE);
        if self.complete {
            self.with.absent.follow(&plan.receivers);
            if settled {
                self.with.plugins_read.open();
            }
        } else {
            // What a plugin that is still read would say may be the opposite.
            plan.receivers
                .retain(|state| state.reason != Reason::ProviderNotLoaded);
        }
        self.with.source.published(&plan.receivers, settled);
        if let Some(every) = self
            .with
            .planner
            .remember(settled && self.with.source.synced())
        {
            self.with.remembered.send_replace(Arc::new(every));
        }
        self.say(plan);
        self.apart = APART.max(began.elapsed() * PAUSE);
        self.with.watchdog.end(waiting);
    }

    /// Has the keys of issuers at hand before the first token comes.
    fn expect_issuers(&self, plan: &Plan) {
        let issuers = plan.routes.iter().filter_map(|(_, entry)| match entry {
            Entry::Serving(route) => Some(&route.bound.binding.issuers),
            Entry::Unavailable { .. } => None,
        });
        for issuer in issuers.flatten() {
            self.with.egress.expect_issuer(issuer);
        }
    }

    fn say(&mut self, plan: Plan) {
        let mut said = HashMap::with_capacity(plan.receivers.len());
        for state in plan.receivers {
            let before = self.said.get(&state.id);
            if !state.settled
                && let Some(before) = before
            {
                said.insert(state.id.clone(), Arc::clone(before));
                continue;
            }
            if state.settled && before != Some(&state) {
                say(&state, before.map(AsRef::as_ref));
            }
            said.insert(state.id.clone(), state);
        }
        for gone in self.said.keys().filter(|id| !said.contains_key(id)) {
            tracing::info!(receiver = %gone, "receiver gone");
        }
        self.said = said;
    }
}

/// The message of a ready Receiver holds its path, so it is not logged; its warnings are, when there
/// are others than `before`.
fn say(state: &ReceiverState, before: Option<&ReceiverState>) {
    let (receiver, provider) = (&state.id, state.provider.as_str());
    if state.ready {
        let authentication = state.authenticates_by();
        tracing::info!(%receiver, provider, authentication, "receiver ready");
        let known = before
            .filter(|before| before.settled)
            .map(|before| &before.warnings);
        if !state.warnings.is_empty() && known != Some(&state.warnings) {
            let warnings = state.warnings.join("; ");
            tracing::warn!(%receiver, provider, warnings, "receiver ready, with warnings");
        }
    } else {
        let (reason, detail) = (state.reason.as_str(), &state.message);
        tracing::warn!(%receiver, provider, reason, detail, "receiver not ready");
    }
}
