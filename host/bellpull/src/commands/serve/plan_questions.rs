//! Finds out what plans need to know: asks components, compiles filters and checks configs.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Weak};
use std::time::Duration;

use bellpull_core::ReceiverId;
use bellpull_filter::CelFilters;
use bellpull_sandbox::Catalog;
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, oneshot};
use tokio::task::{AbortHandle, JoinSet, spawn_blocking};
use tokio::time::{Instant, timeout};

use crate::plan_types::{PlanAnswer, PlanQuestion};

/// Most questions that are worked on at once.
const AT_ONCE: usize = 4;
/// Most of them for one namespace, and for one component.
const SHARE: usize = AT_ONCE / 2;
/// How long a Receiver may wait for its answer, its turn included. Meanwhile its previous
/// configuration serves.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// The questions that are being answered. They run on blocking threads, since they begin with
/// uninterrupted computation, and in turns, so that no namespace waits for another namespace and no
/// component for another component.
pub(super) struct PlanQuestions {
    filters: Arc<CelFilters>,
    all: Arc<Semaphore>,
    namespaces: SharedPermits,
    components: SharedPermits,
    running: JoinSet<Option<PlanAnswer>>,
    waiting: HashMap<ReceiverId, PendingQuestion>,
    /// When each Receiver began to wait, the earliest first. Some of them no longer wait.
    since: VecDeque<(Instant, ReceiverId)>,
}

/// The permits of each name that is in use.
#[derive(Default)]
struct SharedPermits(HashMap<String, Weak<Semaphore>>);

impl SharedPermits {
    fn of(&mut self, name: &str) -> Arc<Semaphore> {
        if let Some(semaphore) = self.0.get(name).and_then(Weak::upgrade) {
            return semaphore;
        }
        self.0.retain(|_, held| held.strong_count() > 0);
        let semaphore = Arc::new(Semaphore::new(SHARE));
        self.0.insert(name.to_owned(), Arc::downgrade(&semaphore));
        semaphore
    }
}

struct PendingQuestion {
    since: Instant,
    running: AbortHandle,
}

impl PlanQuestions {
    pub(super) fn new(filters: Arc<CelFilters>) -> Self {
        Self {
            filters,
            all: Arc::new(Semaphore::new(AT_ONCE)),
            namespaces: SharedPermits::default(),
            components: SharedPermits::default(),
            running: JoinSet::new(),
            waiting: HashMap::new(),
            since: VecDeque::new(),
        }
    }

    /// Begins to answer a question. It replaces an earlier one about the same Receiver, whose waiting
    /// time counts on.
    pub(super) fn ask(&mut self, question: PlanQuestion, catalog: &Catalog) {
        let id = question.receiver().clone();
        let namespace = self.namespaces.of(&id.namespace);
        let component = self.components.of(question.component().unwrap_or_default());
        let (all, filters) = (Arc::clone(&self.all), Arc::clone(&self.filters));
        let catalog = catalog.clone();
        let running = self.running.spawn(async move {
            // The narrowest permit first, so that a task that waits for its own namespace holds
            // nothing that others need.
            let of_namespace = namespace.acquire_owned().await.ok()?;
            let of_component = component.acquire_owned().await.ok()?;
            let of_all = all.acquire_owned().await.ok()?;
            let runtime = Handle::current();
            // Dropped with this task: the thread of an aborted question does not go on.
            let (_asked, nobody_asks) = oneshot::channel::<()>();
            let mut found = spawn_blocking(move || {
                // A question that never ends holds the permit of its namespace, and no other.
                let _of_namespace = of_namespace;
                runtime.block_on(async {
                    tokio::select! {
                        answer = question.ask(&catalog, &*filters) => Some(answer),
                        _ = nobody_asks => None,
                    }
                })
            });
            match timeout(PATIENCE, &mut found).await {
                Ok(answer) => answer.ok().flatten(),
                Err(_) => {
                    drop((of_component, of_all));
                    found.await.ok().flatten()
                }
            }
        });
        let before = self.waiting.remove(&id);
        let since = before
            .as_ref()
            .map_or_else(Instant::now, |pending| pending.since);
        match before {
            Some(pending) => pending.running.abort(),
            None => self.since.push_back((since, id.clone())),
        }
        self.waiting.insert(id, PendingQuestion { since, running });
    }

    /// Drops the questions about Receivers that no longer wait.
    pub(super) fn retain(&mut self, waits: impl Fn(&ReceiverId) -> bool) {
        self.waiting.retain(|id, pending| {
            let stays = waits(id);
            if !stays {
                pending.running.abort();
            }
            stays
        });
        while self
            .since
            .front()
            .is_some_and(|front| !self.is_pending(front))
        {
            self.since.pop_front();
        }
    }

    fn is_pending(&self, (since, id): &(Instant, ReceiverId)) -> bool {
        self.waiting
            .get(id)
            .is_some_and(|pending| pending.since == *since)
    }

    /// Waits for the next answer. No answer is lost if this future is dropped.
    pub(super) async fn next(&mut self) -> PlanAnswer {
        loop {
            match self.running.join_next().await {
                Some(Ok(Some(answer))) => return answer,
                Some(_) => {}
                None => std::future::pending().await,
            }
        }
    }

    /// The next answer, if there is one already.
    pub(super) fn ready(&mut self) -> Option<PlanAnswer> {
        while let Some(ended) = self.running.try_join_next() {
            if let Ok(Some(answer)) = ended {
                return Some(answer);
            }
        }
        None
    }

    /// When the Receiver that waits longest becomes overdue.
    pub(super) fn next_overdue(&self) -> Option<Instant> {
        self.since.front().map(|(since, _)| *since + PATIENCE)
    }

    /// The Receivers that have become overdue, each once.
    pub(super) fn take_overdue(&mut self) -> Vec<ReceiverId> {
        let now = Instant::now();
        let mut overdue = Vec::new();
        while let Some(front) = self
            .since
            .pop_front_if(|(since, _)| *since + PATIENCE <= now)
        {
            if self.is_pending(&front) {
                overdue.push(front.1);
            }
        }
        overdue
    }

    /// How many Receivers wait, overdue or not.
    pub(super) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Whether some Receiver waits and is not overdue.
    pub(super) fn is_anybody_in_time(&self) -> bool {
        let now = Instant::now();
        let mut waiting = self.waiting.values();
        waiting.any(|pending| now < pending.since + PATIENCE)
    }
}
