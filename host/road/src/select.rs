use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use bellpull_core::{
    Acceptance, Delivery, EventSet, HeldMemory, Notification, Outcome, Target, TraceContext,
    UnavailableCause, limits,
};
use bellpull_fair_slots::{FairSlot, FairSlots};
use bellpull_ports::{BoundReceiver, Effort, FoundTarget, Host, Targets as _};
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::time::{Instant, timeout_at};

use crate::resolve::Resolved;
use crate::{Decision, Ending, Observe, Reservation, Selection, Selector, Staged};

/// The stage of a delivery whose targets are selected.
pub struct Selected {
    /// Each target once, however many references and events select it.
    pub(crate) targets: Vec<(Target, Arc<Notification>)>,
    /// Bytes of memory that the notifications take.
    pub(crate) weight: usize,
    /// References and targets that can never be notified as things stand, each with its reason.
    pub(crate) unreachable: Vec<String>,
    /// The targets without a manifest.
    pub(crate) without_manifest: BTreeSet<Target>,
}

/// Selects the targets that pass the Receiver's filters and `matchEvent`.
pub(crate) async fn select<H: Host>(
    resolved: Staged<H, Resolved>,
    host: &H,
    long_filters: &FairSlots,
    observer: &mut impl Observe,
) -> Result<Staged<H, Selected>, Ending> {
    let Staged {
        route,
        delivery,
        deadline,
        reservation,
        stage: Resolved { acceptance, found },
    } = resolved;
    let receiver = &*route.bound;
    let mut selecting = Selecting {
        host,
        receiver,
        selector: Selector::new(host.filters(), &route, &delivery, &acceptance),
        long_filters,
        deadline,
        slice_began: Instant::now(),
        selected: BTreeMap::new(),
        min_intervals: BTreeMap::new(),
        without_manifest: BTreeSet::new(),
        unreachable: Vec::new(),
    };
    selecting.check_readable(reservation.as_ref()).await?;
    selecting.decide_all(found, observer).await?;
    let Selecting {
        selected,
        min_intervals,
        without_manifest,
        unreachable,
        ..
    } = selecting;
    observer.selected(&selected);
    let (targets, weight) = notifications(
        selected,
        &min_intervals,
        receiver,
        &delivery,
        &acceptance,
        reservation.as_ref(),
        observer.trace(),
    );
    Ok(Staged {
        route,
        delivery,
        deadline,
        reservation,
        stage: Selected {
            targets,
            weight,
            unreachable,
            without_manifest,
        },
    })
}

/// Selects every object of the references that is among `wanted`, whatever filters and `matchEvent` say. A
/// reference that names nothing is unreachable where all are wanted (`None`).
pub(crate) fn select_all<H: Host>(
    resolved: Staged<H, Resolved>,
    wanted: Option<impl Fn(&Target) -> bool>,
) -> Staged<H, Selected> {
    let Staged {
        route,
        delivery,
        deadline,
        reservation,
        stage: Resolved { acceptance, found },
    } = resolved;
    let is_wanted = |target: &Target| wanted.as_ref().is_none_or(|wanted| wanted(target));
    let mut selected = BTreeMap::new();
    let mut min_intervals = BTreeMap::new();
    let mut without_manifest = BTreeSet::new();
    let mut unreachable = Vec::new();
    for (reference, found) in route.bound.references().iter().zip(found) {
        let objects = match found {
            Ok(objects) => objects,
            Err(why) if wanted.is_none() => {
                unreachable.push(format!("{}/{}: {why}", reference.kind, reference.name));
                continue;
            }
            Err(_) => continue,
        };
        for object in objects.into_iter().filter(|it| is_wanted(&it.target)) {
            if object.has_no_manifest {
                without_manifest.insert(object.target.clone());
            }
            if let Some(interval) = object.min_interval {
                min_intervals.insert(object.target.clone(), interval);
            }
            selected.insert(object.target, acceptance.all());
        }
    }
    let (targets, weight) = notifications(
        selected,
        &min_intervals,
        &route.bound,
        &delivery,
        &acceptance,
        reservation.as_ref(),
        None,
    );
    Staged {
        route,
        delivery,
        deadline,
        reservation,
        stage: Selected {
            targets,
            weight,
            unreachable,
            without_manifest,
        },
    }
}

impl<H: Host> Staged<H, Selected> {
    /// The targets that are to be notified, in order.
    pub fn targets(&self) -> impl Iterator<Item = &Target> {
        self.stage.targets.iter().map(|(target, _)| target)
    }
}

/// The selection of targets under way.
struct Selecting<'a, H: Host> {
    host: &'a H,
    receiver: &'a BoundReceiver,
    selector: Selector<'a, H::Filters>,
    long_filters: &'a FairSlots,
    deadline: Instant,
    /// When this task last let others run.
    slice_began: Instant,
    selected: BTreeMap<Target, EventSet>,
    /// The least intervals of the selected targets that have one.
    min_intervals: BTreeMap<Target, Duration>,
    without_manifest: BTreeSet<Target>,
    unreachable: Vec<String>,
}

impl<H: Host> Selecting<'_, H> {
    /// Reserves the memory that filters need to read the delivery, and checks that they can.
    async fn check_readable(&mut self, reservation: Option<&Reservation>) -> Result<(), Ending> {
        let weight = self.selector.weight();
        if let Some(reservation) = reservation {
            reservation.grow(weight).map_err(|why| {
                let why = format!("filters need {weight} bytes to read the delivery, and {why}");
                Ending::unavailable(UnavailableCause::Busy).because(why)
            })?;
        }
        let readable = if weight > limits::QUICK_READING {
            let _slot = self.long_filter_slot().await?;
            run_blocking(|| self.selector.readable())
        } else {
            self.selector.readable()
        };
        self.slice_began = Instant::now();
        readable.map_err(|(kind, reason)| Ending::from(Outcome::Unfilterable(kind)).because(reason))
    }

    /// Decides about the objects that each reference names.
    async fn decide_all(
        &mut self,
        found: Vec<Result<Vec<FoundTarget>, String>>,
        observer: &mut impl Observe,
    ) -> Result<(), Ending> {
        for (index, (reference, found)) in self.receiver.references().iter().zip(found).enumerate()
        {
            match found {
                Ok(found) => {
                    observer.reference(index, Ok(&found));
                    for object in found {
                        self.decide(index, reference.match_event, object, observer)
                            .await?;
                    }
                }
                Err(why) => {
                    observer.reference(index, Err(&why));
                    let namespace = reference.namespace.as_ref();
                    let namespace = namespace.unwrap_or(&self.receiver.id().namespace);
                    let target = format!("{}/{namespace}/{}", reference.kind, reference.name);
                    self.unreachable(&target, &why);
                }
            }
        }
        Ok(())
    }

    /// Decides about one object of the reference at `index`.
    async fn decide(
        &mut self,
        index: usize,
        match_event: bool,
        object: FoundTarget,
        observer: &mut impl Observe,
    ) -> Result<(), Ending> {
        let mut selection = self.selector.select(index, &object, Effort::Brief);
        if selection == Selection::Unfinished {
            let _slot = self.long_filter_slot().await?;
            selection = run_blocking(|| self.selector.select(index, &object, Effort::Whole));
        }
        observer.decided(&Decision {
            found: &object,
            selection: &selection,
            comparison: match_event.then(|| self.selector.comparison()),
            receiver: self.receiver,
        });
        match selection {
            Selection::Selected(events) => {
                if object.has_no_manifest {
                    self.without_manifest.insert(object.target.clone());
                }
                if let Some(interval) = object.min_interval {
                    self.min_intervals.insert(object.target.clone(), interval);
                }
                let known = self.selected.entry(object.target).or_default();
                *known = *known | events;
            }
            Selection::OtherEvent | Selection::FilteredOut(_) | Selection::Unfinished => {}
            Selection::Failed(field, error) => {
                self.unreachable(&object.target.to_string(), &format!("{field}: {error}"));
            }
        }
        self.let_others_run().await
    }

    fn unreachable(&mut self, target: &str, why: &str) {
        let targets = self.host.targets();
        targets.unreachable(self.receiver.id(), target, why);
        self.unreachable.push(format!("{target}: {why}"));
    }

    async fn long_filter_slot(&self) -> Result<FairSlot<'_>, Ending> {
        let slot = self.long_filters.slot(self.receiver.id().clone());
        timeout_at(self.deadline, slot)
            .await
            .map_err(|_| Ending::unavailable(UnavailableCause::Filters))
    }

    /// Many objects of many references would otherwise hold this thread.
    async fn let_others_run(&mut self) -> Result<(), Ending> {
        if self.slice_began.elapsed() > limits::FILTER_SLICE {
            tokio::task::yield_now().await;
            self.slice_began = Instant::now();
            if self.slice_began > self.deadline {
                return Err(Ending::unavailable(UnavailableCause::Filters));
            }
        }
        Ok(())
    }
}

/// Pairs each target with its notification, and says how many bytes the notifications take. Targets
/// that the same events have selected, and that have the same least interval, share one.
fn notifications(
    selected: BTreeMap<Target, EventSet>,
    min_intervals: &BTreeMap<Target, Duration>,
    receiver: &BoundReceiver,
    delivery: &Delivery,
    acceptance: &Acceptance,
    reservation: Option<&Reservation>,
    trace: Option<TraceContext>,
) -> (Vec<(Target, Arc<Notification>)>, usize) {
    let outward = Arc::new(receiver.scrub(acceptance));
    let mut shared = HashMap::new();
    let targets = selected.into_iter().map(|(target, events)| {
        let own = min_intervals.get(&target).copied();
        // The longer of the two: `None` is less than every interval.
        let min_interval = own.max(receiver.object.min_interval);
        let notification = shared.entry((events, min_interval)).or_insert_with(|| {
            Arc::new(Notification {
                delivery: delivery.id.clone(),
                received: delivery.received,
                receiver: receiver.id().clone(),
                provider: receiver.view.provider.clone(),
                acceptance: Arc::clone(&outward),
                selected: events,
                min_interval,
                trace,
                room: reservation.map(|held| Arc::new(held.clone()) as HeldMemory),
            })
        });
        (target, Arc::clone(notification))
    });
    let targets = targets.collect();
    let weight = outward.weight() + shared.len() * Notification::WEIGHT;
    (targets, weight)
}

/// Runs what takes long. On a runtime with several threads, the other tasks of this thread move to
/// another one.
fn run_blocking<R>(work: impl FnOnce() -> R) -> R {
    match Handle::current().runtime_flavor() {
        RuntimeFlavor::MultiThread => tokio::task::block_in_place(work),
        _ => work(),
    }
}
