use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use futures_util::future::join_all;

use crate::draft::Draft;
use crate::filters::CompiledFilters;
use crate::inputs::Inputs;
use crate::pending::{self, PendingReceiver};
use crate::plan_receiver::{self, PlanStep};
use crate::planned::{LostReceiver, Planned};
use crate::policy::PlanPolicy;
use crate::question::{Answer, Question};
use crate::strength_memory::StrengthMemory;
use crate::{Objects, Plan, Reason, Remembered, Unready, check, publication};
use bellpull_core::{ReceiverId, ReceiverObject, text};
use bellpull_ports::{Filters, NoProvider, Provider, Providers};

/// How many questions are asked at once. A component that is slow to answer delays only its own
/// Receivers.
const AT_ONCE: usize = 16;

/// Bytes of an unknown provider's name that a message shows. A valid name has at most 63.
const SHOWN: usize = 80;

/// Plans the same Receivers again and again, and reuses what has not changed.
///
/// Slow work is handed out as [`Question`]s. A plan does not wait for them: a Receiver that is
/// suspended, deleted or has a new token is planned at once, and no Receiver waits for the component
/// of another.
pub struct Planner<C, F: Filters> {
    policy: PlanPolicy,
    planned: HashMap<ReceiverId, Arc<Planned<C, F>>>,
    pending: HashMap<ReceiverId, PendingReceiver<C, F>>,
    lost: Vec<LostReceiver<C, F>>,
    memory: StrengthMemory,
}

impl<C: Send + Sync + 'static, F: Filters> Default for Planner<C, F> {
    fn default() -> Self {
        Self::new()
    }
}

impl<C: Send + Sync + 'static, F: Filters> Planner<C, F> {
    /// A planner that knows no Receiver yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            policy: PlanPolicy::default(),
            planned: HashMap::new(),
            pending: HashMap::new(),
            lost: Vec::new(),
            memory: StrengthMemory::default(),
        }
    }

    /// Whether an annotation may name the provider of a Receiver whose `spec.type` Flux's own
    /// controller would serve without verification.
    #[must_use]
    pub fn allow_weak_carrier(mut self, allow_weak_carrier: bool) -> Self {
        self.policy.allow_weak_carrier = allow_weak_carrier;
        self
    }

    /// Whether a Receiver is not ready when its Secret has a value that is too short to be searched
    /// for in deliveries.
    #[must_use]
    pub fn require_long_credentials(mut self, require_long_credentials: bool) -> Self {
        self.policy.require_long_credentials = require_long_credentials;
        self
    }

    /// Whether the listener verifies certificates of clients, which is the default. If not, a Receiver that
    /// demands one has a warning: it refuses every delivery.
    #[must_use]
    pub fn verifies_clients(mut self, verifies_clients: bool) -> Self {
        self.policy.verifies_clients = verifies_clients;
        self
    }

    /// Starts with how strongly each Receiver authenticated before this process started.
    #[must_use]
    pub fn remembering(mut self, remembered: BTreeMap<ReceiverId, Arc<Remembered>>) -> Self {
        self.memory = StrengthMemory::new(remembered);
        self
    }

    /// Plans every Receiver, and waits for every answer.
    pub async fn plan<P: Providers<Component = C>>(
        &mut self,
        objects: &Objects,
        providers: &P,
        filters: &F,
    ) -> Plan<C, F> {
        let mut questions = self.take(objects, providers).into_iter();
        loop {
            let some = questions.by_ref().take(AT_ONCE);
            let answers = join_all(some.map(|question| question.ask(providers, filters))).await;
            if answers.is_empty() {
                return self.publish();
            }
            for answer in answers {
                self.settle(answer);
            }
        }
    }

    /// Takes the current objects. Returns the questions that they raise, except those that have been
    /// asked already.
    pub fn take<P: Providers<Component = C>>(
        &mut self,
        objects: &Objects,
        providers: &P,
    ) -> Vec<Question<C, F>> {
        let mut before = std::mem::take(&mut self.planned);
        for lost in std::mem::take(&mut self.lost) {
            before.extend(lost.last.map(|last| (lost.unreadable.id, last)));
        }
        let mut pending = std::mem::take(&mut self.pending);
        let mut questions = Vec::new();
        for object in &objects.receivers {
            let ReceiverObject { id, spec, .. } = &**object;
            let provider = providers.find(&spec.provider, &id.namespace);
            let found = provider.as_ref().map_err(|absent| *absent);
            let inputs = Arc::new(Inputs::of(object, objects, found));
            let earlier = before.remove(&object.id);
            match earlier {
                Some(earlier) if earlier.inputs.is(&inputs) && !earlier.may_change() => {
                    self.planned.insert(object.id.clone(), earlier);
                    continue;
                }
                _ => {}
            }
            let provider =
                provider.map_err(|absent| no_provider(absent, &spec.provider, providers));
            let last = earlier.as_deref();
            match plan_receiver::without_asking(inputs, provider, last, self.policy) {
                PlanStep::Done(planned) => {
                    self.planned.insert(object.id.clone(), Arc::new(planned));
                }
                PlanStep::Ask {
                    draft,
                    provider,
                    filters,
                } => {
                    let waited = pending.remove(&object.id);
                    questions.extend(self.wait(draft, provider, filters, earlier.as_ref(), waited));
                    // The answer is compared with the earlier plan.
                    self.planned
                        .extend(earlier.map(|earlier| (object.id.clone(), earlier)));
                }
            }
        }
        self.lost = objects
            .unreadable
            .iter()
            .map(|unreadable| LostReceiver {
                last: before.remove(&unreadable.id),
                unreadable: unreadable.clone(),
            })
            .collect();
        questions
    }

    /// Makes a Receiver wait for an answer. Returns the question, unless the same one has been asked
    /// already.
    fn wait(
        &mut self,
        draft: Draft<C>,
        provider: Result<Provider<C>, Unready>,
        filters: Option<CompiledFilters<F>>,
        earlier: Option<&Arc<Planned<C, F>>>,
        waited: Option<PendingReceiver<C, F>>,
    ) -> Option<Question<C, F>> {
        let inputs = Arc::clone(&draft.inputs);
        // A Receiver that is closed because its answer is overdue stays closed after a change.
        let overdue = waited.as_ref().is_some_and(|waited| waited.overdue);
        let asked = waited.map(|waited| waited.asked);
        let asked = asked.filter(|asked| asked.asks_as(&inputs));
        let question = asked.is_none().then(|| Question {
            inputs: Arc::clone(&inputs),
            provider: provider.as_ref().ok().cloned(),
            filters,
            baseline: self.memory.baseline(&inputs.object.id, earlier),
        });
        let secret = check::secret(&inputs.object, inputs.secret.as_ref()).ok();
        let pending = PendingReceiver {
            asked: asked.unwrap_or_else(|| Arc::clone(&inputs)),
            provider,
            overdue,
            interim: pending::interim(draft, secret, earlier, overdue),
        };
        self.pending.insert(inputs.object.id.clone(), pending);
        question
    }

    /// Takes an answer. Returns whether its Receiver still waited for it.
    pub fn settle(&mut self, answer: Answer<C, F>) -> bool {
        let asked = Arc::clone(&answer.inputs);
        let id = &asked.object.id;
        let waits = |pending: &PendingReceiver<C, F>| Arc::ptr_eq(&pending.asked, &asked);
        if !self.pending.get(id).is_some_and(waits) {
            return false;
        }
        let Some(pending) = self.pending.remove(id) else {
            return false;
        };
        let earlier = self.planned.remove(id);
        let baseline = self.memory.baseline(id, earlier.as_ref());
        let last = earlier.as_deref();
        let planned = plan_receiver::from_answer(&pending, answer, last, baseline, self.policy);
        self.planned.insert(id.clone(), Arc::new(planned));
        true
    }

    /// Closes a Receiver whose answer is overdue, until the answer comes. Returns whether it still
    /// waited.
    pub fn give_up(&mut self, receiver: &ReceiverId) -> bool {
        let Some(pending) = self.pending.get_mut(receiver).filter(|p| !p.overdue) else {
            return false;
        };
        pending.overdue = true;
        let earlier = self.planned.get(receiver);
        pending.interim = plan_receiver::overdue(pending, earlier, self.policy);
        true
    }

    /// Whether a Receiver waits for an answer.
    #[must_use]
    pub fn waits(&self, receiver: &ReceiverId) -> bool {
        self.pending.contains_key(receiver)
    }

    /// Updates the warnings of Receivers whose deliveries have had values hidden since. Returns
    /// whether there is something new to publish.
    pub fn notice(&mut self) -> bool {
        let mut news = false;
        for planned in self.planned.values_mut() {
            if let Some(now) = planned.with_hidden() {
                *planned = Arc::new(now);
                news = true;
            }
        }
        news
    }

    /// The current plan. Where two Receivers have the same path, the older one keeps it, unless only
    /// one of them takes tokens: then that one does.
    #[must_use]
    pub fn publish(&self) -> Plan<C, F> {
        let finished = self
            .planned
            .iter()
            .filter(|(id, _)| !self.pending.contains_key(id))
            .map(|(_, planned)| planned);
        let interim = self.pending.values().map(|pending| &pending.interim);
        let planned: Vec<_> = finished.chain(interim).collect();
        publication::publish(&planned, &self.lost)
    }

    /// How strongly every Receiver authenticates, or did last; `None` when nothing has changed since
    /// the last call. `settled` says that every existing Receiver has been seen, so that all others
    /// are forgotten.
    pub fn remember(&mut self, settled: bool) -> Option<BTreeMap<ReceiverId, Arc<Remembered>>> {
        let lost = self.lost.iter();
        let lost = lost.filter_map(|lost| Some((&lost.unreadable.id, lost.last.as_ref()?)));
        let every: BTreeMap<_, _> = self.planned.iter().chain(lost).collect();
        let exists = |id: &ReceiverId| every.contains_key(id) || self.pending.contains_key(id);
        let mut changed = settled && self.memory.forget_unless(exists);
        for (id, planned) in every {
            changed |= self.memory.note(id, planned);
        }
        changed.then(|| self.memory.all().clone())
    }
}

fn no_provider<P: Providers>(absent: NoProvider, provider: &str, providers: &P) -> Unready {
    let shown = text::printable(provider, SHOWN);
    if absent == NoProvider::NotAllowed {
        return Unready::new(
            Reason::ProviderNotAllowed,
            format!("the component that provides {shown:?} is not for this namespace"),
        );
    }
    let mut message = format!("no loaded component provides {shown:?}");
    if let Some(nearest) = text::nearest(provider, providers.names()) {
        message.push_str(&format!(" (did you mean {nearest:?}?)"));
    }
    Unready::new(Reason::ProviderNotLoaded, message)
}
