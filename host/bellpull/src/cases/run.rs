use std::sync::Arc;

use anyhow::{Context as _, Result};
use bellpull_core::plan::Objects;
use bellpull_core::ports::Verify as _;
use bellpull_core::{Delivery, Entry, Judged, Outcome, Usage, authorize, judge};
use bellpull_filter::CelFilters;
use bellpull_sandbox::Catalog;

use super::{Case, CaseOutcome, Replayed};
use crate::egress;
use crate::host::{Planner, Route};

/// A case whose Receiver is bound: it can be replayed again and again.
pub enum Prepared {
    /// The component judges it.
    Judged(Arc<Route>, Arc<Delivery>),
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
        let serving = plan.routes.iter().find_map(|(_, entry)| match entry {
            Entry::Serving(route) => Some(Arc::clone(route)),
            Entry::Unavailable { .. } => None,
        });
        let Some(route) = serving else {
            return Ok(Self::Ended(Replayed {
                outcome: CaseOutcome::NotReady,
                status: 503,
                reason: Some(state.message.clone()),
                event: None,
            }));
        };
        Ok(
            match refused_before_verification(&route, &delivery, max_body) {
                Some(outcome) => Self::Ended(ended(&outcome, String::new())),
                None => Self::Judged(route, delivery),
            },
        )
    }

    /// Replays it through the sandbox that serves: the way that a delivery from outside would go.
    pub async fn replay(&self, catalog: &Catalog) -> (Replayed, Usage) {
        let (route, delivery) = match self {
            Self::Judged(route, delivery) => (route, delivery),
            Self::Ended(replayed) => return (replayed.clone(), Usage::default()),
        };
        let sandbox = catalog.sandbox();
        let answer = sandbox.verify(&route.component, &route.bound, delivery);
        let (answer, usage) = answer.await;
        let replayed = match judge(answer) {
            Judged::Accepted(event) => {
                if let Err(why) = authorize(&route.filters, &event, &CelFilters::default()) {
                    return (ended(&Outcome::Unauthenticated, why), usage);
                }
                let mut replayed = ended(&Outcome::Notified { targets: 0 }, String::new());
                replayed.event = Some(*event);
                replayed
            }
            Judged::Ended { outcome, reason } => ended(&outcome, reason),
        };
        (replayed, usage)
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

fn refused_before_verification(
    route: &Route,
    delivery: &Delivery,
    max_body: usize,
) -> Option<Outcome> {
    if !route.bound.binding.methods.allows(&delivery.method) {
        return Some(Outcome::WrongMethod {
            allow: route.bound.binding.methods.allow_header(),
        });
    }
    (delivery.body.len() > max_body).then_some(Outcome::TooLarge { limit: max_body })
}

fn ended(outcome: &Outcome, reason: String) -> Replayed {
    let kind = match outcome {
        Outcome::Notified { .. } | Outcome::Incomplete { .. } | Outcome::Accepted { .. } => {
            CaseOutcome::Notified
        }
        Outcome::Ignored => CaseOutcome::Ignored,
        Outcome::Replied(_) => CaseOutcome::Replied,
        Outcome::Malformed | Outcome::Unfilterable => CaseOutcome::Malformed,
        Outcome::Unauthenticated => CaseOutcome::Unauthenticated,
        Outcome::WrongMethod { .. } => CaseOutcome::WrongMethod,
        Outcome::TooLarge { .. } => CaseOutcome::TooLarge,
        Outcome::Unknown | Outcome::Failed { .. } | Outcome::Unavailable(_) => {
            CaseOutcome::Unavailable
        }
    };
    let reason = (!reason.is_empty()).then_some(reason);
    Replayed {
        outcome: kind,
        status: outcome.status(),
        reason,
        event: None,
    }
}
