//! The way of a delivery: each step takes the last one's value and hands on the next.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bellpull_core::ports::{Notification, Notify, Progress, Targets, Verify};
use bellpull_core::{
    Delivery, DeliveryId, Entry, Event, Judged, Outcome, ReceiverId, Route, Routes, Target,
    TargetError, Timestamp, UnavailableCause, judge,
};
use futures_util::future::join_all;
use http::request::Parts;
use hyper::body::Incoming;
use tokio::time::timeout_at;

use crate::body::{self, BodyError, Reserved};
use crate::metrics::Limit;
use crate::{Gateway, Phase};

/// What is known of a delivery so far, for its one line in the log.
#[derive(Debug, Default)]
pub(crate) struct Record {
    pub(crate) receiver: Option<ReceiverId>,
    pub(crate) provider: Option<Arc<str>>,
    pub(crate) reason: String,
    pub(crate) verified_in: Option<Duration>,
    pub(crate) body: usize,
    pub(crate) targets: usize,
    /// Whether a part of the request was left unread.
    pub(crate) unread: bool,
}

/// A delivery with what it needs on the rest of its way. The body's memory is held as long.
struct Admitted {
    route: Arc<Route>,
    delivery: Arc<Delivery>,
    deadline: Instant,
    _memory: Reserved,
}

impl<V: Verify, T: Targets, N: Notify> Gateway<V, T, N> {
    /// Takes a request to its outcome.
    pub(crate) async fn travel(
        &self,
        id: &DeliveryId,
        head: Parts,
        body: Incoming,
        record: &mut Record,
    ) -> Outcome {
        let ended: Result<Outcome, Outcome> = async {
            let route = route(&self.routes.load(), head.uri.path(), record)?;
            let admitted = self.admit(route, id, head, body, record).await?;
            let event = self.verify(&admitted, record).await?;
            self.notify(&admitted, event, record).await
        }
        .await;
        ended.unwrap_or_else(|outcome| outcome)
    }

    /// Everything that needs no component: method, limits, body.
    async fn admit(
        &self,
        route: Arc<Route>,
        id: &DeliveryId,
        head: Parts,
        body: Incoming,
        record: &mut Record,
    ) -> Result<Admitted, Outcome> {
        record.unread = true;
        let methods = &route.binding.methods;
        if !methods.allows(&head.method) {
            return Err(Outcome::WrongMethod { allow: methods.allow_header() });
        }
        if !self.notify.has_room() {
            return Err(Outcome::Unavailable(UnavailableCause::Pending));
        }
        let max = self.settings.max_body;
        let announced = body::announced(&body);
        if announced.is_some_and(|length| length > max as u64) {
            self.metrics.limit(Limit::BodySize);
            return Err(Outcome::TooLarge { limit: max });
        }
        let patience = self.settings.read_timeout;
        let needed = announced.and_then(|length| usize::try_from(length).ok()).unwrap_or(max);
        let Some(memory) = self.bodies.reserve(needed, patience).await else {
            self.metrics.limit(Limit::BodiesInFlight);
            return Err(Outcome::Unavailable(UnavailableCause::Busy));
        };
        let body = body::read(body, max, patience).await.map_err(|error| match error {
            BodyError::TooLarge => {
                self.metrics.limit(Limit::BodySize);
                Outcome::TooLarge { limit: max }
            }
            BodyError::TimedOut => {
                self.metrics.limit(Limit::ReadTimeout);
                Outcome::Unavailable(UnavailableCause::ReadTimeout)
            }
            BodyError::BrokenOff => {
                "the sender broke the body off".clone_into(&mut record.reason);
                Outcome::Malformed
            }
        })?;
        record.unread = false;
        record.body = body.len();
        let target = head.uri.path_and_query().map_or_else(String::new, ToString::to_string);
        let delivery = Delivery {
            id: id.clone(),
            received: Timestamp::now(),
            method: head.method,
            target,
            headers: head.headers,
            body,
        };
        Ok(Admitted {
            route,
            delivery: Arc::new(delivery),
            deadline: Instant::now() + self.settings.answer_deadline,
            _memory: memory,
        })
    }

    async fn verify(&self, admitted: &Admitted, record: &mut Record) -> Result<Event, Outcome> {
        let start = Instant::now();
        let answer = self.verify.verify(&admitted.route, &admitted.delivery).await;
        let took = start.elapsed();
        record.verified_in = Some(took);
        if let Some(provider) = &record.provider {
            self.metrics.verified(Arc::clone(provider), took);
        }
        match judge(answer) {
            Judged::Accepted(event) => Ok(*event),
            Judged::Ended { outcome, reason } => {
                record.reason = reason;
                Err(outcome)
            }
        }
    }

    async fn notify(
        &self,
        admitted: &Admitted,
        event: Event,
        record: &mut Record,
    ) -> Result<Outcome, Outcome> {
        let Admitted { route, delivery, deadline, .. } = admitted;
        let (targets, invalid) = self.resolve(route, *deadline, record).await?;
        record.targets = targets.len();
        if !self.notify.has_room() {
            return Err(Outcome::Unavailable(UnavailableCause::Pending));
        }
        let progress = if targets.is_empty() {
            Progress::default()
        } else {
            let notification = Notification {
                delivery: delivery.id.clone(),
                received: delivery.received,
                receiver: route.receiver.clone(),
                provider: route.view.provider.clone(),
                event: Arc::new(event),
            };
            let left = deadline.saturating_duration_since(Instant::now());
            self.notify.notify(Arc::new(notification), targets, left).await
        };
        Ok(self.outcome_of(progress, invalid))
    }

    /// The objects to notify, each once, and how many references lead nowhere.
    async fn resolve(
        &self,
        route: &Route,
        deadline: Instant,
        record: &mut Record,
    ) -> Result<(Vec<Target>, usize), Outcome> {
        let unknown = || Outcome::Unavailable(UnavailableCause::TargetsUnknown);
        let resolving = route
            .references
            .iter()
            .map(|reference| self.targets.resolve(&route.receiver, reference));
        let Ok(resolved) = timeout_at(deadline.into(), join_all(resolving)).await else {
            "the targets were not known before the deadline".clone_into(&mut record.reason);
            return Err(unknown());
        };
        let mut seen = HashSet::new();
        let mut targets = Vec::new();
        let mut invalid = Vec::new();
        for result in resolved {
            match result {
                Ok(found) => {
                    targets.extend(found.into_iter().filter(|target| seen.insert(target.clone())));
                }
                Err(TargetError::Invalid(reason)) => invalid.push(reason),
                Err(TargetError::NotYet(reason)) => {
                    record.reason = reason;
                    return Err(unknown());
                }
            }
        }
        if !invalid.is_empty() {
            record.reason = invalid.join("; ");
        }
        Ok((targets, invalid.len()))
    }

    fn outcome_of(&self, progress: Progress, invalid: usize) -> Outcome {
        let Progress { notified, unreachable, failing, running } = progress;
        let unreachable = unreachable + invalid;
        if failing > 0 {
            Outcome::Failed { failing }
        } else if running > 0 && *self.phase.borrow() >= Phase::Draining {
            // What still runs may die with the process, so it is not promised.
            Outcome::Unavailable(UnavailableCause::Draining)
        } else if running > 0 {
            Outcome::Accepted { running }
        } else if unreachable > 0 {
            Outcome::Incomplete { notified, unreachable }
        } else {
            Outcome::Notified { targets: notified }
        }
    }
}

/// By path alone: a query string does not hide a Receiver.
fn route(routes: &Routes, path: &str, record: &mut Record) -> Result<Arc<Route>, Outcome> {
    record.unread = true;
    match routes.get(path) {
        None => Err(Outcome::Unknown),
        Some(Entry::Unavailable { receiver, provider, reason }) => {
            record.receiver = Some(receiver.clone());
            record.provider = provider.as_deref().map(Arc::from);
            (*reason).clone_into(&mut record.reason);
            Err(Outcome::Unavailable(UnavailableCause::NotReady))
        }
        Some(Entry::Serving(route)) => {
            record.receiver = Some(route.receiver.clone());
            record.provider = Some(Arc::from(route.view.provider.as_str()));
            Ok(Arc::clone(route))
        }
    }
}
