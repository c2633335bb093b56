//! `bellpull check --hostile`: replays what is derived from accepted cases.

use std::sync::Arc;

use anyhow::Result;
use bellpull_core::{Delivery, SecretObject, limits};
use bellpull_sandbox::{Catalog, LoadedComponent};

use super::row::CheckRow;
use crate::cases::hostile::{AcceptedCase, Forgery, Proofs, derive};
use crate::cases::{BoundCase, Case, CaseOutcome, CaseResult, PreparedCase};

const CASE_FAILS: &str = "the case itself fails: nothing is derived from it";

/// A case, and the component that gets its forgeries.
pub(super) struct Attack<'a> {
    pub(super) case: &'a Case,
    pub(super) component: &'a LoadedComponent,
    pub(super) catalog: &'a Catalog,
}

impl Attack<'_> {
    /// A row for each forgery of the case, and notes about the case.
    ///
    /// # Errors
    /// When a delivery cannot be signed, or a Receiver cannot be planned.
    pub(super) async fn run(
        &self,
        prepared: &PreparedCase,
        result: &CaseResult,
    ) -> Result<(Vec<CheckRow>, Vec<&'static str>)> {
        let expected = self.case.expect.outcome;
        if ![CaseOutcome::Notified, CaseOutcome::Ignored].contains(&expected) {
            return Ok((Vec::new(), Vec::new()));
        }
        let PreparedCase::AtComponent(arrived) = prepared else {
            return Ok((Vec::new(), vec![CASE_FAILS]));
        };
        let route = arrived.route();
        let binding = &route.bound.binding;
        let accepted = AcceptedCase::new(self.case, arrived.delivery(), binding, result)?;
        let Some(accepted) = accepted.filter(|_| result.outcome == expected) else {
            return Ok((Vec::new(), vec![CASE_FAILS]));
        };
        let bound = BoundCase::Serving(Arc::clone(route));
        let proofs = Proofs::find(&accepted, async |delivery| {
            self.replay(&bound, delivery).await.0.is_authentic()
        });
        let derivation = derive(&accepted, &proofs.await);
        let mut rows = Vec::new();
        for forgery in derivation.forgeries {
            rows.push(self.forge(&bound, forgery, result).await?);
        }
        Ok((rows, derivation.notes))
    }

    async fn forge(
        &self,
        bound: &BoundCase,
        forgery: Forgery,
        result: &CaseResult,
    ) -> Result<CheckRow> {
        let Forgery {
            name,
            delivery,
            secret,
            expected,
        } = forgery;
        let (got, usage) = match secret {
            None => self.replay(bound, delivery).await,
            Some(data) => {
                let secret = SecretObject {
                    data,
                    ..self.case.secret()
                };
                let bound = BoundCase::new(self.case.receiver(), secret, self.catalog).await?;
                self.replay(&bound, delivery).await
            }
        };
        let judgement = expected.judge(result, &got);
        Ok(CheckRow::of_forgery(
            (self.case, name),
            expected,
            (got, usage),
            judgement,
            self.component.take_last_lines(),
        ))
    }

    async fn replay(
        &self,
        bound: &BoundCase,
        delivery: Delivery,
    ) -> (CaseResult, bellpull_core::Usage) {
        drop(self.component.take_last_lines());
        let prepared = bound.prepare(delivery, self.catalog, limits::MAX_BODY);
        prepared.replay(self.catalog).await
    }
}
