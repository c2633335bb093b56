use std::sync::{Arc, Mutex};
use std::time::Duration;

use bellpull_api::ResourceReference;
use bellpull_core::{
    Acceptance, Claims, Delivery, DeliveryClient, Detail, Event, EventSet, Notification, Notify,
    Progress, ReceiverId, Target, TargetError, UnreadableBody, Usage, Verdict, VerifyError,
};
use bellpull_matching::TargetSpec;
use bellpull_ports::{
    BoundReceiver, Effort, FilterCompileError, FilterError, FilterResult, Filters, FoundTarget,
    Host, NamedExpression, TargetObject, Targets, Verify,
};
use tokio::sync::Semaphore;

use super::within;

/// What the fakes return.
pub(crate) struct Script {
    pub(crate) verdict: Result<Verdict, VerifyError>,
    pub(crate) targets: Result<Vec<Target>, TargetError>,
    /// The filter of every target, as `impl Filters for Fake` reads it.
    pub(crate) filter: Option<&'static str>,
    /// The accepted issuer and subject.
    pub(crate) issuer: Option<(&'static str, &'static str)>,
    /// The networks that may send to every Receiver.
    pub(crate) allow_from: Option<&'static str>,
    /// The `matchEvent` of both references.
    pub(crate) match_event: bool,
    pub(crate) progress: Progress,
    pub(crate) has_room: bool,
    /// Verifications wait for [`Fake::release`].
    pub(crate) gated: bool,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            verdict: Ok(accepted(Event::default())),
            targets: Ok(vec![target("app")]),
            filter: None,
            issuer: None,
            allow_from: None,
            match_event: false,
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

/// A fake of every port.
pub(crate) struct Fake {
    script: Script,
    began: Semaphore,
    gate: Semaphore,
    /// The request target and the body of each verified delivery.
    pub(crate) verified: Mutex<Vec<(String, Vec<u8>)>>,
    /// The client of each verified delivery.
    pub(crate) clients: Mutex<Vec<DeliveryClient>>,
    /// The targets of each notified delivery.
    pub(crate) notified: Mutex<Vec<Vec<Target>>>,
    /// The kinds of the events that each target was told of.
    pub(crate) told: Mutex<Vec<Vec<String>>>,
    /// The unreachable targets, with their reasons.
    pub(crate) unreachable: Mutex<Vec<String>>,
    /// The effort of each evaluation of a filter.
    pub(crate) evaluated: Mutex<Vec<Effort>>,
    finished: Semaphore,
}

impl Fake {
    pub(crate) fn new(script: Script) -> Self {
        Self {
            gate: Semaphore::new(if script.gated { 0 } else { 1000 }),
            script,
            began: Semaphore::new(0),
            verified: Mutex::default(),
            clients: Mutex::default(),
            notified: Mutex::default(),
            told: Mutex::default(),
            unreachable: Mutex::default(),
            evaluated: Mutex::default(),
            finished: Semaphore::new(0),
        }
    }

    /// Waits until one more verification has begun.
    pub(crate) async fn began(&self) {
        within(self.began.acquire()).await.unwrap().forget();
    }

    /// Ends one gated verification.
    pub(crate) fn release(&self) {
        self.gate.add_permits(1);
    }

    /// Waits until one more delivery has been notified.
    pub(crate) async fn notified(&self) {
        within(self.finished.acquire()).await.unwrap().forget();
    }
}

impl Host for Fake {
    type Verify = Self;
    type Filters = Self;
    type Targets = Self;
    type Notify = Self;

    fn verifier(&self) -> &Self {
        self
    }

    fn filters(&self) -> &Self {
        self
    }

    fn targets(&self) -> &Self {
        self
    }

    fn notifier(&self) -> &Self {
        self
    }
}

impl Verify for Fake {
    type Component = ();

    async fn verify(
        &self,
        _component: &Arc<()>,
        _receiver: &Arc<BoundReceiver>,
        delivery: &Arc<Delivery>,
    ) -> (Result<Verdict, VerifyError>, Usage) {
        let seen = (delivery.target.clone(), delivery.body.to_vec());
        self.verified.lock().unwrap().push(seen);
        self.clients.lock().unwrap().push(delivery.client.clone());
        self.began.add_permits(1);
        self.gate.acquire().await.unwrap().forget();
        (self.script.verdict.clone(), Usage::default())
    }
}

impl Targets for Fake {
    async fn resolve(
        &self,
        _receiver: &ReceiverId,
        _reference: &ResourceReference,
        _detail: Detail,
    ) -> Result<Vec<FoundTarget>, TargetError> {
        let found = self.script.targets.clone()?.into_iter().map(|target| {
            let resource = serde_json::json!({"metadata": {"name": target.name}});
            let whole = serde_json::json!({
                "spec": {"url": format!("https://github.com/acme/{}", target.name)},
            });
            let spec = TargetSpec::read(&target.api_version, &target.kind, &whole);
            FoundTarget {
                object: Some(Arc::new(TargetObject::new(resource, spec))),
                ..FoundTarget::from(target)
            }
        });
        Ok(found.collect())
    }

    fn unreachable(&self, _receiver: &ReceiverId, target: &str, why: &str) {
        let told = format!("{target}: {why}");
        self.unreachable.lock().unwrap().push(told);
    }
}

/// The acceptance of a delivery with one event.
pub(crate) fn accepted(event: Event) -> Verdict {
    Verdict::Accept(Box::new(event.into()))
}

/// What filters read of a delivery.
pub(crate) struct FilteredBody {
    acceptance: Arc<Acceptance>,
    is_object: bool,
    weight: usize,
}

/// A filter is the name of the object that passes, `kind:` and the kind of the event that passes,
/// or a word for a failure.
impl Filters for Fake {
    type Filter = String;
    type Validations = String;
    type Facts = FilteredBody;

    fn compile_validations(
        &self,
        _: &str,
        _: &[NamedExpression<'_>],
        _: &[NamedExpression<'_>],
    ) -> Result<String, FilterCompileError> {
        unreachable!("no plan is made here")
    }

    fn has_room(&self, _: &str, _: usize) -> bool {
        true
    }

    fn memory(&self, filter: &String) -> usize {
        filter.len()
    }

    fn memory_of_validations(&self, subject: &String) -> usize {
        subject.len()
    }

    /// Checks the subject of the token.
    fn validate(&self, subject: &String, claims: &Claims) -> Result<(), String> {
        let named = claims["sub"] == subject.as_str();
        named.then_some(()).ok_or("somebody else".to_owned())
    }

    fn compile(
        &self,
        _: &str,
        name: &str,
        _with_claims: bool,
    ) -> Result<String, FilterCompileError> {
        Ok(name.to_owned())
    }

    fn facts(
        &self,
        _receiver: &BoundReceiver,
        delivery: &Delivery,
        acceptance: &Arc<Acceptance>,
    ) -> FilteredBody {
        let text = String::from_utf8_lossy(&delivery.body);
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        FilteredBody {
            acceptance: Arc::clone(acceptance),
            is_object: text.starts_with('{'),
            weight: digits.parse().unwrap_or(0),
        }
    }

    /// The number that the body holds.
    fn weight(&self, _filter: &String, body: &FilteredBody) -> usize {
        body.weight
    }

    fn readable(
        &self,
        _filter: &String,
        body: &FilteredBody,
    ) -> Result<(), (UnreadableBody, String)> {
        let wrong = (UnreadableBody::NotAnObject, "no object".to_owned());
        body.is_object.then_some(()).ok_or(wrong)
    }

    fn reads_object(&self, _filter: &String) -> bool {
        true
    }

    fn passes(
        &self,
        filter: &String,
        body: &FilteredBody,
        events: EventSet,
        object: &TargetObject,
        effort: Effort,
    ) -> FilterResult {
        self.evaluated.lock().unwrap().push(effort);
        if let Some(kind) = filter.strip_prefix("kind:") {
            let listed = body.acceptance.events.iter().enumerate();
            let listed = listed.filter(|(_, event)| event.kind == kind);
            let listed: EventSet = listed.map(|(index, _)| index).collect();
            return FilterResult {
                passing: events & (listed | EventSet::UNLISTED),
                ..FilterResult::default()
            };
        }
        let value = match (filter.as_str(), effort) {
            ("fails", _) => Err(FilterError::Failed("no value".into())),
            ("long", Effort::Brief) | ("endless", _) => {
                Err(FilterError::TooMuch("more than 9 steps".into()))
            }
            ("long", Effort::Whole) => Ok(true),
            (name, _) => Ok(object.resource["metadata"]["name"] == name),
        };
        FilterResult::for_all(events, value)
    }
}

impl Notify for Fake {
    fn has_room(&self, _: &ReceiverId) -> bool {
        self.script.has_room
    }

    async fn notify(
        &self,
        targets: Vec<(Target, Arc<Notification>)>,
        _deadline: Duration,
    ) -> Option<Progress> {
        let kinds = |told: &Notification| {
            let events = told.acceptance.among(told.selected);
            events.map(|event| event.kind.clone()).collect()
        };
        let told = targets.iter().map(|(_, told)| kinds(told));
        self.told.lock().unwrap().extend(told);
        let targets = targets.into_iter().map(|(target, _)| target);
        self.notified.lock().unwrap().push(targets.collect());
        self.finished.add_permits(1);
        Some(self.script.progress)
    }
}
