use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Weak};
use std::time::Duration;

use bellpull_core::ReceiverId;
use bellpull_filter::CelFilters;
use bellpull_sandbox::Catalog;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::task::{AbortHandle, JoinSet, spawn_blocking};
use tokio::time::{Instant, timeout};

use crate::host::{Answer, Question};

/// Receivers that are asked about at once: as many as components may be asked at once.
const AT_ONCE: usize = 4;
/// The same of one namespace, and of one component: half.
const SHARE: usize = AT_ONCE / 2;
/// How long a Receiver may wait for what is to be found out of it, its turn included. What serves
/// meanwhile is its configuration of before.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// Finds out what plans need to know: on threads of its own, since the first part of it computes
/// without a pause, and in turns, so that each namespace waits for its own, and nobody for another's
/// component.
pub(super) struct Asking {
    filters: Arc<CelFilters>,
    all: Arc<Semaphore>,
    namespaces: Shares,
    components: Shares,
    running: JoinSet<Option<Answer>>,
    waiting: HashMap<ReceiverId, Asked>,
    /// Who waits since when, the longest first; those that wait no more among them.
    since: VecDeque<(Instant, ReceiverId)>,
}

/// The rights of each to be asked about, those in use.
#[derive(Default)]
struct Shares(HashMap<String, Weak<Semaphore>>);

impl Shares {
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

struct Asked {
    since: Instant,
    running: AbortHandle,
}

impl Asking {
    pub(super) fn new(filters: Arc<CelFilters>) -> Self {
        Self {
            filters,
            all: Arc::new(Semaphore::new(AT_ONCE)),
            namespaces: Shares::default(),
            components: Shares::default(),
            running: JoinSet::new(),
            waiting: HashMap::new(),
            since: VecDeque::new(),
        }
    }

    /// Begins to find out what is asked. What was asked of the same Receiver before is not waited
    /// for any more, and the time that it took counts.
    pub(super) fn begin(&mut self, question: Question, catalog: &Catalog) {
        let id = question.receiver().clone();
        let namespace = self.namespaces.of(&id.namespace);
        let component = self.components.of(question.component().unwrap_or_default());
        let (all, filters) = (Arc::clone(&self.all), Arc::clone(&self.filters));
        let catalog = catalog.clone();
        let running = self.running.spawn(async move {
            // The narrowest first: who waits for their own kind holds nothing that others need.
            let own = namespace.acquire_owned().await.ok()?;
            let of_component = component.acquire_owned().await.ok()?;
            let slot = all.acquire_owned().await.ok()?;
            let runtime = Handle::current();
            let mut found = spawn_blocking(move || {
                // What does not come to an end holds what its namespace has, and no more.
                let _own = own;
                runtime.block_on(question.ask(&catalog, &*filters))
            });
            match timeout(PATIENCE, &mut found).await {
                Ok(answer) => answer.ok(),
                Err(_) => {
                    drop((of_component, slot));
                    found.await.ok()
                }
            }
        });
        let before = self.waiting.remove(&id);
        let since = before
            .as_ref()
            .map_or_else(Instant::now, |asked| asked.since);
        match before {
            Some(asked) => asked.running.abort(),
            None => self.since.push_back((since, id.clone())),
        }
        self.waiting.insert(id, Asked { since, running });
    }

    /// Forgets those who wait no more.
    pub(super) fn retain(&mut self, waits: impl Fn(&ReceiverId) -> bool) {
        self.waiting.retain(|id, asked| {
            let stays = waits(id);
            if !stays {
                asked.running.abort();
            }
            stays
        });
        while self.since.front().is_some_and(|front| !self.is_of(front)) {
            self.since.pop_front();
        }
    }

    fn is_of(&self, (since, id): &(Instant, ReceiverId)) -> bool {
        self.waiting
            .get(id)
            .is_some_and(|asked| asked.since == *since)
    }

    /// Waits for the next answer. Dropped, it misses nothing.
    pub(super) async fn next(&mut self) -> Answer {
        loop {
            match self.running.join_next().await {
                Some(Ok(Some(answer))) => return answer,
                Some(_) => {}
                None => std::future::pending().await,
            }
        }
    }

    /// The next answer, if it is there.
    pub(super) fn ready(&mut self) -> Option<Answer> {
        while let Some(ended) = self.running.try_join_next() {
            if let Ok(Some(answer)) = ended {
                return Some(answer);
            }
        }
        None
    }

    /// When the patience of the one ends who waits longest.
    pub(super) fn patient_until(&self) -> Option<Instant> {
        self.since.front().map(|(since, _)| *since + PATIENCE)
    }

    /// Those whose patience has ended, each once.
    pub(super) fn late(&mut self) -> Vec<ReceiverId> {
        let now = Instant::now();
        let mut late = Vec::new();
        while let Some(front) = self
            .since
            .pop_front_if(|(since, _)| *since + PATIENCE <= now)
        {
            if self.is_of(&front) {
                late.push(front.1);
            }
        }
        late
    }

    /// How many wait, and how many of them patiently.
    pub(super) fn count(&self) -> (usize, usize) {
        let now = Instant::now();
        let patient = self
            .waiting
            .values()
            .filter(|asked| now < asked.since + PATIENCE);
        (self.waiting.len(), patient.count())
    }
}
