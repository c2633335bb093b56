//! Plans the objects of a source with the components of a catalog, and publishes the routes.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use bellpull_core::Egress;
use bellpull_gateway::Latch;
use bellpull_plan::{Reason, ReceiverState};
use bellpull_ports::Entry;
use bellpull_telemetry::ReceiverMetrics;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::absent_providers::AbsentProviders;
use super::last_authentication::LastAuthentications;
use super::object_source::ObjectSource;
use super::plan_questions::{PATIENCE, PlanQuestions};
use super::plugin_follower::PublishedCatalog;
use super::publish_watchdog::PublishWatchdog;
use super::receiver_log::ReceiverLog;
use crate::plan_types::{PlanAnswer, SandboxPlan, SandboxPlanner, SandboxRoutes};

/// How soon a component that failed to configure a Receiver is asked again.
const ASK_AGAIN: Duration = Duration::from_secs(10);
/// Least time between the publications of two answers.
const LEAST_PAUSE: Duration = Duration::from_millis(50);
/// Least pause after a publication, in multiples of the time that it took: each publication looks at
/// every Receiver.
const PAUSE_FACTOR: u32 = 8;
/// How soon a Receiver's condition says that something in a delivery was hidden.
const NOTICE: Duration = Duration::from_secs(1);

/// The published states of Receivers, sorted by namespace and name.
pub(super) type PublishedReceivers = Arc<ArcSwap<Vec<Arc<ReceiverState>>>>;

pub(super) struct PublisherParts<S> {
    pub(super) source: S,
    pub(super) catalogs: watch::Receiver<PublishedCatalog>,
    pub(super) routes: Arc<ArcSwap<SandboxRoutes>>,
    /// Wakes those who look at the routes.
    pub(super) published: watch::Sender<()>,
    /// What the admin API tells of Receivers.
    pub(super) receivers: PublishedReceivers,
    pub(super) plugins_read: Latch,
    pub(super) absent: AbsentProviders,
    pub(super) planner: SandboxPlanner,
    pub(super) questions: PlanQuestions,
    pub(super) egress: Arc<dyn Egress>,
    pub(super) watchdog: PublishWatchdog,
    /// `None`: Receivers have no metrics of their own.
    pub(super) metrics: Option<ReceiverMetrics>,
    pub(super) last_authentications: watch::Sender<Arc<LastAuthentications>>,
}

/// Publishes the routes as one snapshot after another. Questions are answered in the background: until
/// its answer is there, a Receiver stands in a snapshot with what is known of it.
pub(super) struct Publisher<S> {
    parts: PublisherParts<S>,
    log: ReceiverLog,
    /// Whether every plugin that was there at the start has been read.
    complete: bool,
    /// When objects were taken, routes published, and hidden facts noticed last.
    taken: Instant,
    published: Instant,
    noticed: Instant,
    /// Pause after the last publication.
    pause: Duration,
    /// Since when some Receiver has been waiting for its answer, and is not overdue.
    unsettled: Option<Instant>,
}

/// Why there is something to do.
enum Cause {
    ObjectsChanged,
    Answered(Box<PlanAnswer>),
    Overdue,
    PauseEnded,
    NoticeDue,
    SourceEnded,
}

impl<S: ObjectSource> Publisher<S> {
    pub(super) fn new(parts: PublisherParts<S>) -> Self {
        Self {
            parts,
            log: ReceiverLog::default(),
            complete: false,
            taken: Instant::now(),
            published: Instant::now(),
            noticed: Instant::now(),
            pause: LEAST_PAUSE,
            unsettled: None,
        }
    }

    /// Publishes what is known now.
    pub(super) fn begin(&mut self) {
        self.take_objects();
        self.publish();
    }

    /// Publishes every change for as long as this future is polled.
    pub(super) async fn follow(mut self) {
        let mut watched = true;
        let mut unpublished_answers = false;
        loop {
            match self.next_cause(watched, unpublished_answers).await {
                Cause::ObjectsChanged => self.take_objects(),
                Cause::Answered(answer) => {
                    unpublished_answers |= self.take_answers(*answer);
                    if !unpublished_answers || self.published.elapsed() < self.pause {
                        continue;
                    }
                }
                Cause::Overdue => {
                    if !self.close_overdue() {
                        continue;
                    }
                }
                Cause::PauseEnded => {}
                Cause::NoticeDue => {
                    self.noticed = Instant::now();
                    if !self.parts.planner.notice() {
                        continue;
                    }
                }
                Cause::SourceEnded => {
                    watched = false;
                    tracing::error!(
                        "the manifests are no longer watched; what was read last serves on"
                    );
                    continue;
                }
            }
            self.publish();
            unpublished_answers = false;
        }
    }

    async fn next_cause(&mut self, watched: bool, unpublished_answers: bool) -> Cause {
        let ask_again = self.log.has_passing_problem();
        let overdue = self.parts.questions.next_overdue();
        tokio::select! {
            changed = self.parts.source.changed(), if watched => {
                if changed { Cause::ObjectsChanged } else { Cause::SourceEnded }
            }
            // Without plugin directories nobody publishes another catalog.
            Ok(()) = self.parts.catalogs.changed() => Cause::ObjectsChanged,
            answer = self.parts.questions.next() => Cause::Answered(Box::new(answer)),
            () = sleep_until(overdue.unwrap_or(self.taken)), if overdue.is_some() => Cause::Overdue,
            () = sleep_until(self.published + self.pause), if unpublished_answers => {
                Cause::PauseEnded
            }
            () = sleep_until(self.taken + ASK_AGAIN), if ask_again => Cause::ObjectsChanged,
            () = sleep_until(self.noticed + NOTICE) => Cause::NoticeDue,
        }
    }

    /// Takes the known objects and components, and asks what the planner does not know of them.
    fn take_objects(&mut self) {
        let parts = &mut self.parts;
        parts.watchdog.begin();
        let objects = parts.source.objects();
        let PublishedCatalog { catalog, complete } = parts.catalogs.borrow_and_update().clone();
        for question in parts.planner.take(&objects, &catalog) {
            parts.questions.ask(question, &catalog);
        }
        let planner = &parts.planner;
        parts.questions.retain(|id| planner.waits(id));
        self.complete = complete;
        self.taken = Instant::now();
    }

    /// Takes an answer and those that are ready beside it. Returns whether one of them was of use.
    fn take_answers(&mut self, answer: PlanAnswer) -> bool {
        let parts = &mut self.parts;
        parts.watchdog.begin();
        let mut useful = parts.planner.settle(answer);
        while let Some(answer) = parts.questions.ready() {
            useful |= parts.planner.settle(answer);
        }
        let planner = &parts.planner;
        parts.questions.retain(|id| planner.waits(id));
        useful
    }

    /// Closes the Receivers that have waited too long. Returns whether there were any.
    fn close_overdue(&mut self) -> bool {
        let parts = &mut self.parts;
        let mut closed = false;
        for receiver in parts.questions.take_overdue() {
            if parts.planner.give_up(&receiver) {
                closed = true;
                parts.watchdog.overdue();
                tracing::warn!(%receiver, "planning this Receiver takes too long: it is closed until it is done");
            }
        }
        closed
    }

    fn publish(&mut self) {
        let began = Instant::now();
        let mut plan = self.parts.planner.publish();
        self.prefetch_keys(&plan);
        let parts = &mut self.parts;
        parts.source.publishing();
        if let Some(metrics) = &parts.metrics {
            metrics.follow(plan.receivers.iter().map(|state| &state.id));
        }
        let routes = std::mem::take(&mut plan.routes);
        parts.routes.store(Arc::new(routes));
        parts.published.send_replace(());
        self.published = Instant::now();
        let settled = self.is_settled();
        self.follow_plugins(&mut plan, settled);
        let parts = &mut self.parts;
        parts.source.published(&plan.receivers, settled);
        let complete = settled && parts.source.synced();
        if let Some(every) = parts.planner.remember(complete) {
            parts.last_authentications.send_replace(Arc::new(every));
        }
        self.parts.receivers.store(Arc::new(plan.receivers.clone()));
        self.log.update(plan.receivers);
        self.pause = LEAST_PAUSE.max(began.elapsed() * PAUSE_FACTOR);
        self.parts.watchdog.end(self.parts.questions.waiting());
    }

    /// Whether nobody waits for an answer in time. A Receiver that changes again and again does not keep
    /// the process from becoming ready for longer than [`PATIENCE`].
    fn is_settled(&mut self) -> bool {
        let unsettled = self.parts.questions.is_anybody_in_time();
        self.unsettled = unsettled.then(|| self.unsettled.unwrap_or(self.published));
        self.unsettled
            .is_none_or(|since| since.elapsed() >= PATIENCE)
    }

    /// Tells the probes of absent providers. Before all plugins have been read, Receivers without a
    /// provider are left out instead: a plugin may still serve them.
    fn follow_plugins(&mut self, plan: &mut SandboxPlan, settled: bool) {
        if self.complete {
            self.parts.absent.update(&plan.receivers);
            if settled {
                self.parts.plugins_read.open();
            }
        } else {
            plan.receivers
                .retain(|state| state.reason != Reason::ProviderNotLoaded);
        }
    }

    /// Fetches the keys of issuers before the first token comes.
    fn prefetch_keys(&self, plan: &SandboxPlan) {
        let issuers = plan.routes.iter().filter_map(|(_, entry)| match entry {
            Entry::Serving(route) => Some(&route.bound.binding.issuers),
            Entry::Unavailable { .. } => None,
        });
        for issuer in issuers.flatten() {
            self.parts.egress.expect_issuer(issuer);
        }
    }
}
