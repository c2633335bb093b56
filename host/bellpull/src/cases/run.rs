use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use bellpull_core::{Acceptance, Disinterest, Outcome, Usage};
use bellpull_filter::CelFilters;
use bellpull_plan::Objects;
use bellpull_ports::Entry;
use bellpull_road::{Arrived, Authorized, Ending, Observe, Road, Staged};
use bellpull_sandbox::Catalog;

use super::{Case, CaseOutcome, Replayed};
use crate::egress;
use crate::host::{Offline, Planner, unhurried};

/// A case whose Receiver is bound: it can be replayed again and again.
pub enum Prepared {
    /// The component judges it.
    Judged(Staged<Offline, Arrived>),
    /// It ends before a component is asked.
    Ended(Replayed),
}

impl Prepared {
    /// Binds the case's Receiver anew, and takes its delivery as far as the component.
    ///
    /// # Errors
    /// When the case's recipe cannot be followed.
    pub async fn new(
        case: &Case,
        catalog: &Catalog,
        network: &egress::Replayed,
        max_body: usize,
    ) -> Result<Self> {
        network.replay(case.network());
        let delivery = Arc::new(case.delivery()?);
        let (receiver, secret) = (case.receiver(), case.secret());
        let id = receiver.id.clone();
        let objects = Objects::new([receiver], [secret]);
        let plan = Planner::new()
            .plan(&objects, catalog, &CelFilters::default())
            .await;
        let state = plan
            .receivers
            .iter()
            .find(|state| state.id == id)
            .context("the plan lost the Receiver of the case")?;
        let mut entries = plan.routes.iter().map(|(_, entry)| entry);
        let Some(entry) = entries.find(|entry| matches!(entry, Entry::Serving(_))) else {
            return Ok(Self::Ended(Replayed {
                outcome: CaseOutcome::NotReady,
                status: 503,
                reason: Some(state.message.clone()),
                class: None,
                acceptance: None,
            }));
        };
        let arrived = road(catalog).arrive(entry.clone(), delivery, max_body, unhurried());
        Ok(match arrived {
            Ok(arrived) => Self::Judged(arrived),
            Err(ending) => Self::Ended(ending.into()),
        })
    }

    /// Replays it through the sandbox that serves: the way that a delivery from outside would go.
    pub async fn replay(&self, catalog: &Catalog) -> (Replayed, Usage) {
        let mut seen = Seen::default();
        let arrived = match self.arrived() {
            Ok(arrived) => arrived,
            Err(ended) => return (ended, seen.usage),
        };
        let ending = match road(catalog).walk(arrived, &mut seen).await {
            Ok(notified) => notified.ending(false),
            Err(ending) => ending,
        };
        let replayed = Replayed {
            acceptance: seen.acceptance,
            ..ending.into()
        };
        (replayed, seen.usage)
    }

    /// Takes it as far as a filter would be asked of it.
    ///
    /// # Errors
    /// How it ends when none would be.
    pub async fn prove(&self, catalog: &Catalog) -> Result<Staged<Offline, Authorized>, Replayed> {
        let (road, arrived) = (road(catalog), self.arrived()?);
        road.prove(arrived, &mut ()).await.map_err(Replayed::from)
    }

    fn arrived(&self) -> Result<Staged<Offline, Arrived>, Replayed> {
        match self {
            Self::Judged(arrived) => Ok(arrived.clone()),
            Self::Ended(replayed) => Err(replayed.clone()),
        }
    }
}

/// Replays a case once.
///
/// # Errors
/// When the case's recipe cannot be followed.
pub async fn run(
    case: &Case,
    catalog: &Catalog,
    network: &egress::Replayed,
    max_body: usize,
) -> Result<(Replayed, Usage)> {
    Ok(Prepared::new(case, catalog, network, max_body)
        .await?
        .replay(catalog)
        .await)
}

/// A case names no targets.
fn road(catalog: &Catalog) -> Road<Offline> {
    Road::new(Arc::new(Offline::without_targets(catalog)))
}

/// What is remembered of a replay.
#[derive(Default)]
struct Seen {
    usage: Usage,
    acceptance: Option<Arc<Acceptance>>,
}

impl Observe for Seen {
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

impl From<Ending> for Replayed {
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
            Outcome::Unauthenticated => CaseOutcome::Unauthenticated,
            Outcome::WrongMethod { .. } => CaseOutcome::WrongMethod,
            Outcome::TooLarge { .. } => CaseOutcome::TooLarge,
            Outcome::Unknown
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
