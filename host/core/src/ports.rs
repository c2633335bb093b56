//! What the road asks of the crates around it. Each port has one real adapter and, in tests, a
//! fake.

use std::any::Any;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use bellpull_api::ResourceReference;
use bytes::Bytes;
use futures_util::future::BoxFuture;

use crate::plan::schema::Schema;
use crate::{
    Acceptance, Binding, BoundReceiver, Claims, Delivery, DeliveryId, Description, Detail, Effort,
    Entry, EventSet, Fault, Found, NamedExpression, Problem, ReceiverId, ReceiverView, Route,
    Routes, Said, Target, TargetError, TargetObject, Timestamp, TokenError, TokenExpectation,
    Uncompiled, Unreadable, Usage, Verdict, VerifyError,
};

/// The providers that are loaded at one time.
pub trait Providers: Send + Sync + 'static {
    /// A loaded component, at one version.
    type Component: Send + Sync + 'static;

    /// The component behind a provider name.
    fn find(&self, provider: &str) -> Option<Provider<Self::Component>>;

    /// Every provider name.
    fn names(&self) -> impl Iterator<Item = &str>;

    /// Asks a component how a Receiver authenticates. The same component gives the same answer to
    /// the same Receiver, faults apart, and is not told which one it is.
    fn configure(
        &self,
        component: &Arc<Self::Component>,
        id: &ReceiverId,
        receiver: &ReceiverView,
    ) -> impl Future<Output = Result<Binding, ConfigureError>> + Send;
}

/// What is behind a provider name.
pub struct Provider<C> {
    /// What it says it is.
    pub description: Arc<Description>,
    /// What it takes as `spec.config`.
    pub schema: Arc<Schema>,
    /// The keys of Secrets that it may read.
    pub granted_settings: Vec<String>,
    /// What judges deliveries.
    pub component: Arc<C>,
    /// Which bytes that is.
    pub digest: Arc<str>,
}

impl<C> Clone for Provider<C> {
    fn clone(&self) -> Self {
        Self {
            description: Arc::clone(&self.description),
            schema: Arc::clone(&self.schema),
            granted_settings: self.granted_settings.clone(),
            component: Arc::clone(&self.component),
            digest: Arc::clone(&self.digest),
        }
    }
}

/// Why there is no binding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigureError {
    /// The component found the Receiver wrong.
    Problems(Vec<Problem>),
    /// The component failed; the text is for the log.
    Faulted(Fault, String),
    /// The component failed too often and rests.
    BrokenOff,
}

/// Runs one delivery through a component.
pub trait Verify: Send + Sync + 'static {
    /// A loaded component, at one version.
    type Component: Send + Sync + 'static;

    /// What the component says of a delivery to the Receiver that is bound to it, and what that
    /// took.
    fn verify(
        &self,
        component: &Arc<Self::Component>,
        receiver: &Arc<BoundReceiver>,
        delivery: &Arc<Delivery>,
    ) -> impl Future<Output = (Result<Verdict, VerifyError>, Usage)> + Send;
}

/// Knows which objects a reference names.
pub trait Targets: Send + Sync + 'static {
    /// The objects that `reference` of `receiver` names now, with as much of each as is asked for.
    /// May wait until they are known.
    fn resolve(
        &self,
        receiver: &ReceiverId,
        reference: &ResourceReference,
        detail: Detail,
    ) -> impl Future<Output = Result<Vec<Found>, TargetError>> + Send;

    /// Told of what a delivery could not notify as things stand: `target` as people name it.
    fn unreachable(&self, receiver: &ReceiverId, target: &str, why: &str);
}

/// Compiles filters, and evaluates them.
pub trait Filters: Send + Sync + 'static {
    /// A compiled expression that says of an object whether a delivery is to reach it.
    type Filter: Send + Sync + 'static;

    /// The compiled variables and validations of an issuer.
    type Validations: Send + Sync + 'static;

    /// A delivery as filters read it, for any number of evaluations.
    type Facts: Send + Sync + 'static;

    /// Compiles an expression of a Receiver in a namespace; `claims` are those of a token, where the
    /// Receiver takes tokens.
    ///
    /// # Errors
    /// When it is wrong, or takes more memory than is left for the namespace.
    fn compile(
        &self,
        namespace: &str,
        expression: &str,
        with_claims: bool,
    ) -> Result<Self::Filter, Uncompiled>;

    /// Compiles the variables and validations of an issuer.
    ///
    /// # Errors
    /// As [`Filters::compile`]; says which of them is wrong.
    fn compile_validations(
        &self,
        namespace: &str,
        variables: &[NamedExpression<'_>],
        validations: &[NamedExpression<'_>],
    ) -> Result<Self::Validations, Uncompiled>;

    /// Whether so many bytes of compiled expressions are left for a namespace.
    fn has_room(&self, namespace: &str, bytes: usize) -> bool;

    /// What a compiled expression takes, bytes.
    fn memory(&self, filter: &Self::Filter) -> usize;

    /// What compiled validations take, bytes.
    fn memory_of_validations(&self, validations: &Self::Validations) -> usize;

    /// Whether every validation is true of the claims.
    ///
    /// # Errors
    /// The messages of those that are not, or why one has no value.
    fn validate(&self, validations: &Self::Validations, claims: &Claims) -> Result<(), String>;

    /// What filters of `receiver` read of a delivery that its component accepted.
    fn facts(
        &self,
        receiver: &BoundReceiver,
        delivery: &Delivery,
        acceptance: &Arc<Acceptance>,
    ) -> Self::Facts;

    /// What it takes in memory to read what the filter reads, bytes: an estimate from above, made
    /// before anything is read.
    fn weight(&self, filter: &Self::Filter, facts: &Self::Facts) -> usize;

    /// Whether the delivery has what the filter reads.
    ///
    /// # Errors
    /// When the filter reads a body that it cannot read; with what is wrong where.
    fn readable(
        &self,
        filter: &Self::Filter,
        facts: &Self::Facts,
    ) -> Result<(), (Unreadable, String)>;

    /// Whether what the filter says depends on the object.
    fn reads_object(&self, filter: &Self::Filter) -> bool;

    /// For which of the events the object passes. All of them together take no more effort than one.
    /// What an incomplete list leaves out passes unless the filter says no to every event.
    fn passes(
        &self,
        filter: &Self::Filter,
        facts: &Self::Facts,
        events: EventSet,
        object: &TargetObject,
        effort: Effort,
    ) -> Said;
}

/// Everything that deliveries are judged, filtered and notified by, as one type.
pub trait Host: Send + Sync + 'static {
    /// Runs components.
    type Verify: Verify;

    /// Evaluates filters.
    type Filters: Filters;

    /// Knows targets.
    type Targets: Targets;

    /// Notifies targets.
    type Notify: Notify;

    /// What runs components.
    fn verifier(&self) -> &Self::Verify;

    /// What evaluates filters.
    fn filters(&self) -> &Self::Filters;

    /// What knows targets.
    fn targets(&self) -> &Self::Targets;

    /// What notifies targets.
    fn notifier(&self) -> &Self::Notify;

    /// The time that a delivery is judged by which arrives now.
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// The components of a host.
pub type ComponentOf<H> = <<H as Host>::Verify as Verify>::Component;

/// A Receiver that a host serves.
pub type RouteOf<H> = Route<ComponentOf<H>, <H as Host>::Filters>;

/// What answers a path of a host.
pub type EntryOf<H> = Entry<ComponentOf<H>, <H as Host>::Filters>;

/// Every path of a host.
pub type RoutesOf<H> = Routes<ComponentOf<H>, <H as Host>::Filters>;

/// The one way out to the network, for what components ask the host to look up.
pub trait Egress: Send + Sync + 'static {
    /// The claims of a token, once its signature, issuer, audience and times are right.
    fn verify_token<'a>(
        &'a self,
        token: &'a str,
        expected: &'a TokenExpectation,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<Claims, TokenError>>;

    /// Has an issuer's keys at hand before the first token comes.
    fn expect_issuer(&self, issuer: &str);

    /// The body of one GET for the component of that digest, from a host that is among `hosts`:
    /// names, or `*.` before one.
    ///
    /// # Errors
    /// Why it could not be had, in a sentence.
    fn fetch<'a>(
        &'a self,
        component: &'a str,
        url: &'a str,
        hosts: &'a [String],
    ) -> BoxFuture<'a, Result<Bytes, String>>;
}

/// What targets are told.
#[derive(Clone, Debug)]
pub struct Notification {
    /// The delivery that caused it.
    pub delivery: DeliveryId,
    /// When that arrived.
    pub received: Timestamp,
    /// Its Receiver.
    pub receiver: ReceiverId,
    /// Its provider.
    pub provider: String,
    /// What it tells.
    pub acceptance: Arc<Acceptance>,
    /// Which of its events have selected the targets.
    pub selected: EventSet,
    /// What it holds of a shared memory for as long as it is pending.
    pub room: Option<Holding>,
}

impl Notification {
    /// What each takes in memory beside what the delivery tells, bytes: an estimate from above.
    pub const WEIGHT: usize = 1 << 10;
}

/// Something that is given back when its last clone is dropped.
pub type Holding = Arc<dyn Any + Send + Sync>;

/// How far the notifications of one delivery have come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Done.
    pub notified: usize,
    /// Never to be done as things stand.
    pub unreachable: usize,
    /// Failed at least once for a passing reason, and retried.
    pub failing: usize,
    /// Not attempted yet, or the first attempt still runs.
    pub running: usize,
}

/// Notifies targets: coalesced, fair, retried.
pub trait Notify: Send + Sync + 'static {
    /// Whether targets of another delivery of the Receiver may be taken in.
    fn has_room(&self, receiver: &ReceiverId) -> bool;

    /// Queues the targets of one delivery at once, each with what it is told, then waits for them to
    /// be done, `deadline` at the longest. What is queued goes on if the returned future is dropped.
    /// `None`: there was no room, and none is queued.
    fn notify(
        &self,
        targets: Vec<(Target, Arc<Notification>)>,
        deadline: Duration,
    ) -> impl Future<Output = Option<Progress>> + Send;
}

/// One attempt to notify one target.
pub trait Patch: Send + Sync + 'static {
    /// Tells `target` to reconcile now. `notifications` are all deliveries that share the attempt,
    /// the newest last; `requested_at` is strictly increasing.
    fn patch(
        &self,
        target: &Target,
        notifications: &[Arc<Notification>],
        requested_at: Timestamp,
    ) -> impl Future<Output = Result<(), PatchError>> + Send;
}

/// Why an attempt failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatchError {
    /// Trying again would not help: missing, forbidden, invalid.
    #[error("{0}")]
    Permanent(String),
    /// Trying again may help.
    #[error("{reason}")]
    Passing {
        /// What happened.
        reason: String,
        /// How long the other side asked to wait.
        retry_after: Option<Duration>,
    },
}
