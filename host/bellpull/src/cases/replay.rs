use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use bellpull_core::{
    Acceptance, Delivery, Disinterest, Outcome, ReceiverObject, SecretObject, Usage,
};
use bellpull_filter::CelFilters;
use bellpull_plan::Objects;
use bellpull_ports::Entry;
use bellpull_road::{Arrived, Authorized, Ending, Observe, Road, Staged};
use bellpull_sandbox::Catalog;

use super::case::Case;
use super::format::CaseOutcome;
use super::result::CaseResult;
use crate::egress::RecordedEgress;
use crate::offline::{OfflineHost, no_deadline};
use crate::plan_types::{SandboxPlanner, SandboxRoute};

/// The Receiver of a case, bound to the component of its provider.
pub enum BoundCase {
    Serving(Arc<SandboxRoute>),
    NotReady(CaseResult),
}

impl BoundCase {
    /// Binds a Receiver whose Secret this is.
    ///
    /// # Errors
    /// When the plan has no such Receiver.
    pub async fn new(
        receiver: ReceiverObject,
        secret: SecretObject,
        catalog: &Catalog,
    ) -> Result<Self> {
        let id = receiver.id.clone();
        let objects = Objects::new([receiver], [secret]);
        let plan = SandboxPlanner::new()
            .plan(&objects, catalog, &CelFilters::default())
            .await;
        let state = plan
            .receivers
            .iter()
            .find(|state| state.id == id)
            .context("the plan lost the Receiver of the case")?;
        let mut routes = plan.routes.iter().filter_map(|(_, entry)| match entry {
            Entry::Serving(route) => Some(Arc::clone(route)),
            Entry::Unavailable { .. } => None,
        });
        Ok(match routes.next() {
            Some(route) => Self::Serving(route),
            None => Self::NotReady(CaseResult {
                outcome: CaseOutcome::NotReady,
                status: 503,
                reason: Some(state.message.clone()),
                class: None,
                acceptance: None,
            }),
        })
    }

    /// Takes a delivery for the Receiver as far as the component.
    #[must_use]
    pub fn prepare(&self, delivery: Delivery, catalog: &Catalog, max_body: usize) -> PreparedCase {
        let entry = match self {
            Self::Serving(route) => Entry::Serving(Arc::clone(route)),
            Self::NotReady(result) => return PreparedCase::Ended(result.clone()),
        };
        let arrived = road(catalog).arrive(entry, Arc::new(delivery), max_body, no_deadline());
        match arrived {
            Ok(arrived) => PreparedCase::AtComponent(arrived),
            Err(ending) => PreparedCase::Ended(ending.into()),
        }
    }
}

/// A case whose Receiver is bound, ready to be replayed any number of times.
pub enum PreparedCase {
    /// The delivery has reached the component, which has not been called yet.
    AtComponent(Staged<OfflineHost, Arrived>),
    /// The delivery ends before it reaches the component.
    Ended(CaseResult),
}

impl PreparedCase {
    /// Binds the Receiver of the case, and takes the delivery as far as the component.
    ///
    /// # Errors
    /// When the delivery cannot be signed.
    pub async fn new(
        case: &Case,
        catalog: &Catalog,
        egress: &RecordedEgress,
        max_body: usize,
    ) -> Result<Self> {
        egress.replay(case.network());
        let delivery = case.delivery()?;
        let bound = BoundCase::new(case.receiver(), case.secret(), catalog).await?;
        Ok(bound.prepare(delivery, catalog, max_body))
    }

    /// Takes the delivery through the sandbox and along the rest of the road, as a server would.
    pub async fn replay(&self, catalog: &Catalog) -> (CaseResult, Usage) {
        let mut observer = ReplayObserver::default();
        let arrived = match self.arrived() {
            Ok(arrived) => arrived,
            Err(ended) => return (ended, observer.usage),
        };
        let ending = match road(catalog).walk(arrived, &mut observer).await {
            Ok(notified) => notified.ending(false),
            Err(ending) => ending,
        };
        let result = CaseResult {
            acceptance: observer.acceptance,
            ..ending.into()
        };
        (result, observer.usage)
    }

    /// Takes the delivery as far as the filters.
    ///
    /// # Errors
    /// How the delivery ends before it reaches them.
    pub async fn prove(
        &self,
        catalog: &Catalog,
    ) -> Result<Staged<OfflineHost, Authorized>, CaseResult> {
        let (road, arrived) = (road(catalog), self.arrived()?);
        road.prove(arrived, &mut ()).await.map_err(CaseResult::from)
    }

    fn arrived(&self) -> Result<Staged<OfflineHost, Arrived>, CaseResult> {
        match self {
            Self::AtComponent(arrived) => Ok(arrived.clone()),
            Self::Ended(result) => Err(result.clone()),
        }
    }
}

/// Replays a case once.
///
/// # Errors
/// When the delivery cannot be signed.
pub async fn run(
    case: &Case,
    catalog: &Catalog,
    egress: &RecordedEgress,
    max_body: usize,
) -> Result<(CaseResult, Usage)> {
    Ok(PreparedCase::new(case, catalog, egress, max_body)
        .await?
        .replay(catalog)
        .await)
}

/// A case names no targets.
fn road(catalog: &Catalog) -> Road<OfflineHost> {
    Road::new(Arc::new(OfflineHost::without_targets(catalog)))
}

#[derive(Default)]
struct ReplayObserver {
    usage: Usage,
    acceptance: Option<Arc<Acceptance>>,
}

impl Observe for ReplayObserver {
    fn verified(&mut self, _took: Duration, usage: Usage) {
        self.usage = usage;
    }

    fn ignored(&mut self, told: &Disinterest) {
        let event = told.event.clone();
        self.acceptance = event.map(|event| Arc::new(event.into()));
    }

    fn authorized(&mut self, acceptance: &Arc<Acceptance>) {
        self.acceptance = Some(Arc::clone(acceptance));
    }
}

impl From<Ending> for CaseResult {
    fn from(ending: Ending) -> Self {
        let Ending { outcome, reason } = ending;
        let class = match outcome {
            Outcome::Ignored { class, .. } => Some(class),
            _ => None,
        };
        let kind = match outcome {
            Outcome::Notified { .. } | Outcome::Incomplete { .. } | Outcome::Accepted { .. } => {
                CaseOutcome::Notified
            }
            Outcome::Ignored { .. } => CaseOutcome::Ignored,
            Outcome::Replied(_) => CaseOutcome::Replied,
            Outcome::Malformed | Outcome::Unfilterable(_) => CaseOutcome::Malformed,
            Outcome::EncodedBody { .. } => CaseOutcome::EncodedBody,
            Outcome::Unauthenticated | Outcome::Forbidden => CaseOutcome::Unauthenticated,
            Outcome::WrongMethod { .. } => CaseOutcome::WrongMethod,
            Outcome::TooLarge { .. } => CaseOutcome::TooLarge,
            Outcome::Unknown
            | Outcome::Limited { .. }
            | Outcome::TooSlow
            | Outcome::Failed { .. }
            | Outcome::Unavailable(_) => CaseOutcome::Unavailable,
        };
        Self {
            outcome: kind,
            status: outcome.status(),
            reason,
            class,
            acceptance: None,
        }
    }
}
