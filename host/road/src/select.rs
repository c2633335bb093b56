use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use bellpull_core::{EventSet, Holding, Notification, Outcome, Target, UnavailableCause, limits};
use bellpull_ports::{Effort, Host, Targets as _};
use bellpull_turns::Turns;
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::time::{Instant, timeout_at};

use crate::resolve::Resolved;
use crate::{Decision, Ending, Observe, Passage, Selection, Selector};

/// The stage of a delivery of which it is known what to tell whom.
pub struct Selected {
    /// Each once, however many references and events select it, with what it is told.
    pub(crate) targets: Vec<(Target, Arc<Notification>)>,
    /// What that takes in memory, bytes.
    pub(crate) weight: usize,
    /// What can never be notified as things stand, and why.
    pub(crate) unreachable: Vec<String>,
    /// Of the targets, those that no manifest is of.
    pub(crate) strangers: BTreeSet<Target>,
}

/// Leaves out what the Receiver's filters and `matchEvent` leave out.
pub(crate) async fn select<H: Host>(
    passage: Passage<H, Resolved>,
    host: &H,
    long_filters: &Turns,
    observer: &mut impl Observe,
) -> Result<Passage<H, Selected>, Ending> {
    let Passage {
        route,
        delivery,
        deadline,
        room,
        stage: Resolved { acceptance, found },
    } = passage;
    let receiver = &*route.bound;
    let selector = Selector::new(host.filters(), &route, &delivery, &acceptance);
    let weight = selector.weight();
    if let Some(room) = &room {
        room.grow(weight).map_err(|why| {
            let why = format!("filters need {weight} bytes to read the delivery, and {why}");
            Ending::unavailable(UnavailableCause::Busy).because(why)
        })?;
    }
    let readable = if weight > limits::QUICK_READING {
        let turn = timeout_at(deadline, long_filters.slot(receiver.id().clone())).await;
        let _turn = turn.map_err(|_| Ending::unavailable(UnavailableCause::Filters))?;
        aside(|| selector.readable())
    } else {
        selector.readable()
    };
    readable.map_err(|(kind, reason)| Ending::from(Outcome::Unfilterable(kind)).because(reason))?;
    let mut selected: BTreeMap<Target, EventSet> = BTreeMap::new();
    let mut strangers = BTreeSet::new();
    let mut unreachable = Vec::new();
    let mut unreached = |target: String, why: &str| {
        host.targets().unreachable(receiver.id(), &target, why);
        unreachable.push(format!("{target}: {why}"));
    };
    let mut since = Instant::now();
    for (index, (reference, found)) in receiver.references().iter().zip(found).enumerate() {
        let found = match found {
            Ok(found) => found,
            Err(why) => {
                observer.reference(index, Err(&why));
                let namespace = reference.namespace.as_ref();
                let namespace = namespace.unwrap_or(&receiver.id().namespace);
                unreached(
                    format!("{}/{namespace}/{}", reference.kind, reference.name),
                    &why,
                );
                continue;
            }
        };
        observer.reference(index, Ok(&found));
        for one in found {
            let mut selection = selector.select(index, &one, Effort::Brief);
            if selection == Selection::Unfinished {
                let turn = timeout_at(deadline, long_filters.slot(receiver.id().clone())).await;
                let _turn = turn.map_err(|_| Ending::unavailable(UnavailableCause::Filters))?;
                selection = aside(|| selector.select(index, &one, Effort::Whole));
            }
            observer.decided(&Decision {
                found: &one,
                selection: &selection,
                comparison: reference.match_event.then(|| selector.comparison()),
                receiver,
            });
            match selection {
                Selection::Selected(events) => {
                    if one.is_stranger {
                        strangers.insert(one.target.clone());
                    }
                    let known = selected.entry(one.target).or_default();
                    *known = *known | events;
                }
                Selection::OtherEvent | Selection::FilteredOut(_) | Selection::Unfinished => {}
                Selection::Failed(field, error) => {
                    unreached(one.target.to_string(), &format!("{field}: {error}"));
                }
            }
            // Others wait for this thread.
            if since.elapsed() > limits::FILTER_SLICE {
                tokio::task::yield_now().await;
                since = Instant::now();
                if since > deadline {
                    return Err(Ending::unavailable(UnavailableCause::Filters));
                }
            }
        }
    }
    observer.selected(&selected);
    let told = Arc::new(receiver.outward(&acceptance));
    // Targets that the same events have selected are told the same.
    let mut notifications = HashMap::new();
    let targets = selected.into_iter().map(|(target, selected)| {
        let notification = notifications.entry(selected).or_insert_with(|| {
            Arc::new(Notification {
                delivery: delivery.id.clone(),
                received: delivery.received,
                receiver: receiver.id().clone(),
                provider: receiver.view.provider.clone(),
                acceptance: Arc::clone(&told),
                selected,
                room: room.clone().map(|room| Arc::new(room) as Holding),
            })
        });
        (target, Arc::clone(notification))
    });
    let targets = targets.collect();
    let weight = told.weight() + notifications.len() * Notification::WEIGHT;
    drop(selector);
    Ok(Passage {
        route,
        delivery,
        deadline,
        room,
        stage: Selected {
            targets,
            weight,
            unreachable,
            strangers,
        },
    })
}

/// Runs what takes long so that other tasks of this thread go on elsewhere, where there is an
/// elsewhere.
fn aside<R>(work: impl FnOnce() -> R) -> R {
    match Handle::current().runtime_flavor() {
        RuntimeFlavor::MultiThread => tokio::task::block_in_place(work),
        _ => work(),
    }
}
