use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use futures_util::future::join_all;

use crate::filters::Compiled;
use crate::planned::{Draft, Inputs, Planned};
use crate::strength::{Held, Remembered};
use crate::waiting::{self, Answer, Question, Waiting};
use crate::{Objects, Plan, Reason, Unreadable, Unready, bind, check};
use bellpull_core::{ReceiverId, text};
use bellpull_ports::{Filters, Provider, Providers};

/// Receivers that are asked about at once: a component that is slow to bind holds up its own.
const AT_ONCE: usize = 16;

/// Bytes of a provider's name that are shown: its names have at most 63.
const SHOWN: usize = 80;

/// Plans again and again, remembering what was planned of what.
///
/// What takes time is handed out as questions, and until they are answered the plan is one without
/// the answers: what is suspended, gone or rotated is so at once, and nobody waits for another's
/// component.
pub struct Planner<C, F: Filters> {
    allow_weak_carrier: bool,
    require_long_credentials: bool,
    pub(super) planned: HashMap<ReceiverId, Arc<Planned<C, F>>>,
    pub(super) waiting: HashMap<ReceiverId, Waiting<C, F>>,
    /// Receivers that cannot be read now, and what was planned of them before.
    pub(super) unreadable: Vec<Unread<C, F>>,
    pub(super) remembered: BTreeMap<ReceiverId, Arc<Remembered>>,
}

/// A Receiver that cannot be read, and what was planned of it.
pub(super) type Unread<C, F> = (Unreadable, Option<Arc<Planned<C, F>>>);

/// What is to be done of a Receiver.
enum Step<C, F: Filters> {
    Done(Planned<C, F>),
    Ask {
        draft: Draft<C>,
        provider: Result<Provider<C>, Unready>,
        compiled: Option<Compiled<F>>,
    },
}

impl<C: Send + Sync + 'static, F: Filters> Default for Planner<C, F> {
    fn default() -> Self {
        Self::new()
    }
}

impl<C: Send + Sync + 'static, F: Filters> Planner<C, F> {
    /// A planner that knows of no path yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            allow_weak_carrier: false,
            require_long_credentials: false,
            planned: HashMap::new(),
            waiting: HashMap::new(),
            unreadable: Vec::new(),
            remembered: BTreeMap::new(),
        }
    }

    /// Whether an annotation may name the provider of a Receiver whose `spec.type` Flux's own
    /// controller would serve without verification.
    #[must_use]
    pub fn allow_weak_carrier(self, allow_weak_carrier: bool) -> Self {
        Self {
            allow_weak_carrier,
            ..self
        }
    }

    /// Whether a Receiver is closed whose Secret has a value that is too short to be searched for.
    #[must_use]
    pub fn require_long_credentials(self, require_long_credentials: bool) -> Self {
        Self {
            require_long_credentials,
            ..self
        }
    }

    /// Decides anew what to serve, once everything is found out.
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

    /// Takes in what is known now. What has to be found out for it is returned, but for what is
    /// being found out already.
    pub fn take<P: Providers<Component = C>>(
        &mut self,
        objects: &Objects,
        providers: &P,
    ) -> Vec<Question<C, F>> {
        let mut before = std::mem::take(&mut self.planned);
        for (unreadable, known) in std::mem::take(&mut self.unreadable) {
            before.extend(known.map(|known| (unreadable.id, known)));
        }
        let mut waited = std::mem::take(&mut self.waiting);
        let mut questions = Vec::new();
        for object in &objects.receivers {
            let provider = providers.find(&object.spec.provider);
            let inputs = Arc::new(Inputs::of(object, objects, provider.as_ref()));
            let known = before.remove(&object.id);
            match known {
                Some(known) if known.inputs.is(&inputs) && !known.asks_again() => {
                    self.planned.insert(object.id.clone(), known);
                    continue;
                }
                _ => {}
            }
            let provider = provider.ok_or_else(|| not_loaded(&object.spec.provider, providers));
            match self.step(inputs, provider, known.as_deref()) {
                Step::Done(planned) => {
                    self.planned.insert(object.id.clone(), Arc::new(planned));
                }
                Step::Ask {
                    draft,
                    provider,
                    compiled,
                } => {
                    let waited = waited.remove(&object.id);
                    questions.extend(self.wait(draft, provider, compiled, known.as_ref(), waited));
                    // It is what an answer is compared with.
                    self.planned
                        .extend(known.map(|known| (object.id.clone(), known)));
                }
            }
        }
        for unreadable in &objects.unreadable {
            let known = before.remove(&unreadable.id);
            self.unreadable.push((unreadable.clone(), known));
        }
        questions
    }

    fn step(
        &self,
        inputs: Arc<Inputs<C>>,
        provider: Result<Provider<C>, Unready>,
        known: Option<&Planned<C, F>>,
    ) -> Step<C, F> {
        let from = Arc::clone(&inputs);
        let object = &from.object;
        let secret = check::secret(object, from.secret.as_ref());
        let draft = Draft::new(
            inputs,
            provider.as_ref().ok(),
            secret.as_ref().ok().copied(),
            known,
            self.require_long_credentials,
        );
        let filters = known.and_then(|known| known.filters.as_ref());
        let compiled = filters.filter(|filters| filters.is_of(object)).cloned();
        let bound = known.and_then(|known| known.bound.clone());
        let held = known.map(|known| known.held.clone()).unwrap_or_default();
        if let Err(unready) = check::spec(object, draft.extensions, self.allow_weak_carrier) {
            return Step::Done(draft.settle(Err(unready), compiled, bound, held));
        }
        let whole = compiled
            .as_ref()
            .filter(|filters| filters.lacks().is_none());
        let Some(filters) = whole.map(Compiled::filters) else {
            return Step::Ask {
                draft,
                provider,
                compiled,
            };
        };
        let found = filters.and_then(|filters| {
            let provider = provider.as_ref().map_err(Clone::clone)?;
            let secret = secret?;
            let known = bind::known(object, secret, provider, bound.as_ref())?;
            Ok(known.map(|bound| (filters, secret, bound)))
        });
        match found {
            Err(unready) => Step::Done(draft.settle(Err(unready), compiled, bound, held)),
            Ok(Some((filters, secret, bound))) => {
                let before = held.before.as_ref();
                let route = bound.clone();
                let result = route.route(secret, &draft, filters, before);
                Step::Done(draft.settle(result, compiled, Some(bound), held))
            }
            Ok(None) => Step::Ask {
                draft,
                provider,
                compiled,
            },
        }
    }

    /// Has a Receiver wait for an answer; a question, unless the same was asked already.
    fn wait(
        &mut self,
        draft: Draft<C>,
        provider: Result<Provider<C>, Unready>,
        compiled: Option<Compiled<F>>,
        known: Option<&Arc<Planned<C, F>>>,
        waited: Option<Waiting<C, F>>,
    ) -> Option<Question<C, F>> {
        let inputs = Arc::clone(&draft.inputs);
        // Once closed for being late, it is not opened by another change.
        let overdue = waited.as_ref().is_some_and(|waited| waited.overdue);
        let asked = waited.map(|waited| waited.asked);
        let asked = asked.filter(|asked| asked.asks_as(&inputs));
        let question = asked.is_none().then(|| Question {
            inputs: Arc::clone(&inputs),
            provider: provider.as_ref().ok().cloned(),
            compiled,
            baseline: self.baseline(&inputs.object.id, known),
        });
        let secret = check::secret(&inputs.object, inputs.secret.as_ref()).ok();
        let waiting = Waiting {
            asked: asked.unwrap_or_else(|| Arc::clone(&inputs)),
            provider,
            overdue,
            meanwhile: waiting::meanwhile(draft, secret, known, overdue),
        };
        self.waiting.insert(inputs.object.id.clone(), waiting);
        question
    }

    /// Takes in what was found out; says whether it was still of use.
    pub fn settle(&mut self, answer: Answer<C, F>) -> bool {
        let Answer {
            inputs: asked,
            compiled,
            bound: answered,
            before,
        } = answer;
        let id = &asked.object.id;
        let waits = |waiting: &Waiting<C, F>| Arc::ptr_eq(&waiting.asked, &asked);
        if !self.waiting.get(id).is_some_and(waits) {
            return false;
        }
        let Some(waiting) = self.waiting.remove(id) else {
            return false;
        };
        let known = self.planned.remove(id);
        let inputs = Arc::clone(&waiting.meanwhile.inputs);
        let object = &inputs.object;
        let secret = check::secret(object, inputs.secret.as_ref());
        let provider = waiting.provider.as_ref();
        let draft = Draft::new(
            Arc::clone(&inputs),
            provider.ok(),
            secret.as_ref().ok().copied(),
            known.as_deref(),
            self.require_long_credentials,
        );
        let spec = check::spec(object, draft.extensions, self.allow_weak_carrier);
        let found = spec.and_then(|()| compiled.filters()).and_then(|filters| {
            provider.map_err(Clone::clone)?;
            Ok((filters, secret?))
        });
        let mut held = Held {
            baseline: self.baseline(id, known.as_ref()),
            before: None,
        };
        let mut bound = known.and_then(|known| known.bound.clone());
        let result = match (found, answered) {
            (Err(unready), _) | (Ok(_), Some(Err(unready))) => Err(unready),
            (Ok((filters, secret)), Some(Ok(answer))) => {
                bound = Some(answer.clone());
                held.before = before;
                let before = held.before.as_ref();
                answer.route(secret, &draft, filters, before)
            }
            // Nobody was asked of what could not serve then, and what it is asked of has not changed.
            (Ok(_), None) => Err(Unready::new(Reason::NotPlanned, waiting::WAITS)),
        };
        let planned = draft.settle(result, Some(compiled), bound, held);
        self.planned.insert(id.clone(), Arc::new(planned));
        true
    }

    /// Closes a Receiver that has waited too long for its answer, until that comes; says whether it
    /// still waited.
    pub fn give_up(&mut self, receiver: &ReceiverId) -> bool {
        let Some(waiting) = self.waiting.get_mut(receiver).filter(|w| !w.overdue) else {
            return false;
        };
        waiting.overdue = true;
        let known = self.planned.get(receiver);
        let inputs = Arc::clone(&waiting.meanwhile.inputs);
        let secret = check::secret(&inputs.object, inputs.secret.as_ref()).ok();
        let provider = waiting.provider.as_ref().ok();
        let draft = Draft::new(
            Arc::clone(&inputs),
            provider,
            secret,
            known.map(AsRef::as_ref),
            self.require_long_credentials,
        );
        waiting.meanwhile = waiting::meanwhile(draft, secret, known, true);
        true
    }

    /// Whether a Receiver waits for an answer.
    #[must_use]
    pub fn waits(&self, receiver: &ReceiverId) -> bool {
        self.waiting.contains_key(receiver)
    }
}

fn not_loaded<P: Providers>(provider: &str, providers: &P) -> Unready {
    let shown = text::printable(provider, SHOWN);
    let mut message = format!("no loaded component provides {shown:?}");
    if let Some(nearest) = text::nearest(provider, providers.names()) {
        message.push_str(&format!(" (did you mean {nearest:?}?)"));
    }
    Unready::new(Reason::ProviderNotLoaded, message)
}
