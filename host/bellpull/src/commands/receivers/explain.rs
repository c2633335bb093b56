//! `bellpull receivers --explain`: follows a recorded delivery through each Receiver of its provider.

use std::sync::Arc;

use anyhow::{Result, ensure};
use bellpull_core::{Acceptance, Delivery, Disinterest, Outcome, SecretData, limits};
use bellpull_folder::FolderTargets;
use bellpull_plan::ReceiverState;
use bellpull_ports::{BoundReceiver, Entry, FoundTarget};
use bellpull_road::{Decision, Ending, Observe, Road};

use super::super::loaded_objects::LoadedObjects;
use super::super::offline_setup::{OfflineSetup, PlannedObjects};
use crate::cases::{Case, Signer};
use crate::exit::Exit;
use crate::offline::{OfflineHost, no_deadline};
use crate::output;
use crate::plan_types::SandboxPlan;
use crate::settings::ReceiversArgs;

pub(super) async fn run(
    arguments: &ReceiversArgs,
    loaded: LoadedObjects,
    case: Case,
    setup: &OfflineSetup,
) -> Result<Exit> {
    setup.egress().replay(case.network());
    let PlannedObjects {
        loaded,
        catalog,
        plan,
    } = setup.plan(loaded, &arguments.plugins).await?;
    let ReceiversArgs { objects, all, .. } = arguments;
    let ours = |state: &&Arc<ReceiverState>| {
        state.provider == case.provider && objects.reads(*all, &state.id.namespace)
    };
    let receivers: Vec<&Arc<ReceiverState>> = plan.receivers.iter().filter(ours).collect();
    ensure!(
        !receivers.is_empty(),
        "{} has no Receiver of type {:?}, for which {} was recorded",
        loaded.place,
        case.provider,
        case.name
    );
    let targets = FolderTargets::new(Arc::clone(&loaded.targets), true);
    let explainer = DeliveryExplainer {
        case: &case,
        road: Road::new(Arc::new(OfflineHost::new(&catalog, targets))),
        loaded: &loaded,
    };
    for state in receivers {
        output::line(&format!("Receiver {} ({})", state.id, state.provider))?;
        explainer.explain(&plan, state).await?;
    }
    Ok(Exit::Success)
}

struct DeliveryExplainer<'a> {
    case: &'a Case,
    road: Road<OfflineHost>,
    loaded: &'a LoadedObjects,
}

impl DeliveryExplainer<'_> {
    async fn explain(&self, plan: &SandboxPlan, state: &ReceiverState) -> Result<()> {
        let path = state.paths.first();
        let route = path.and_then(|path| match plan.routes.get(path) {
            Some(Entry::Serving(route)) if *route.bound.id() == state.id => Some(route),
            _ => None,
        });
        let Some(route) = route else {
            return Ok(output::line(&format!(
                "  not ready  {}: {}",
                state.reason, state.message
            ))?);
        };
        let delivery = Arc::new(self.delivery(&route.bound)?);
        output::line(&format!(
            "  delivery   {}: {}, {} bytes",
            self.case.name,
            delivery.method,
            delivery.body.len()
        ))?;
        let entry = Entry::Serving(Arc::clone(route));
        let arrived = self
            .road
            .arrive(entry, delivery, limits::MAX_BODY, no_deadline());
        let passage = match arrived {
            Ok(passage) => passage,
            Err(ending) => return print_ending(&ending),
        };
        let mut ignored = IgnoredEvent(None);
        let proven = match self.road.prove(passage, &mut ignored).await {
            Ok(proven) => proven,
            Err(ending) => {
                output::line(&format!("  verdict    {}", verdict(ending)))?;
                return match ignored.0 {
                    Some(acceptance) => print_events(&acceptance, &route.bound),
                    None => Ok(()),
                };
            }
        };
        output::line("  verdict    accepted")?;
        let acceptance = proven.acceptance();
        print_events(acceptance, &route.bound)?;
        let mut choices = Choices::of(&route.bound, acceptance.is_several());
        let chosen = self.road.choose(proven, &mut choices).await;
        choices.print()?;
        match chosen {
            Ok(_) => Ok(()),
            Err(ending) => print_ending(&ending),
        }
    }

    /// The delivery, signed with the Receiver's credentials if the case says how.
    fn delivery(&self, receiver: &BoundReceiver) -> Result<Delivery> {
        let secret = self.loaded.objects.secret_of(&receiver.object);
        let none = SecretData::new();
        let signer = Signer {
            secret: secret.map_or(&none, |secret| &secret.data),
            config: receiver.object.spec.config.as_ref(),
            token: None,
        };
        self.case.delivery_by(signer)
    }
}

/// The event of an ignored delivery.
struct IgnoredEvent(Option<Acceptance>);

impl Observe for IgnoredEvent {
    fn ignored(&mut self, disinterest: &Disinterest) {
        self.0 = disinterest.event.clone().map(Acceptance::from);
    }
}

/// A verdict that ends the delivery, with the component's reason.
fn verdict(ending: Ending) -> String {
    let Ending { outcome, reason } = ending;
    let (kind, reason) = (outcome.kind().as_str(), reason.unwrap_or_default());
    match outcome {
        Outcome::Ignored { class, .. } => format!("{kind} ({class}): {reason}"),
        _ => format!("{kind}: {reason}"),
    }
}

/// Prints the events of the delivery, and the wrong facts that were dropped.
fn print_events(acceptance: &Acceptance, receiver: &BoundReceiver) -> Result<()> {
    for fact in acceptance.wrong_facts() {
        output::line(&format!("  dropped    {fact}"))?;
    }
    let acceptance = receiver.scrub(acceptance);
    for (index, event) in acceptance.report_each(acceptance.all()).enumerate() {
        let number = if acceptance.is_several() {
            (index + 1).to_string()
        } else {
            String::new()
        };
        let event = serde_json::to_string(&event)?;
        output::line(&format!("  event {number:<4} {event}"))?;
    }
    if !acceptance.complete {
        output::line(
            "  events     these are not all: an event that is left out may concern any object",
        )?;
    }
    Ok(())
}

/// Prints an outcome that is not a verdict of the component.
fn print_ending(ending: &Ending) -> Result<()> {
    let outcome = ending.outcome.kind().as_str();
    let message = ending.outcome.message();
    let reason = ending.reason.as_deref().unwrap_or(&message);
    Ok(output::line(&format!("  {outcome:<9}  {reason}"))?)
}

/// The decision about each object that the references of a Receiver name.
struct Choices<'a> {
    receiver: &'a BoundReceiver,
    several: bool,
    /// For each reference, its heading and its objects.
    references: Vec<(String, output::Table)>,
}

impl<'a> Choices<'a> {
    fn of(receiver: &'a BoundReceiver, several: bool) -> Self {
        Self {
            receiver,
            several,
            references: Vec::new(),
        }
    }

    fn print(&mut self) -> Result<()> {
        for (heading, objects) in &mut self.references {
            output::line(heading)?;
            objects.print()?;
        }
        Ok(())
    }
}

impl Observe for Choices<'_> {
    fn reference(&mut self, index: usize, found: Result<&[FoundTarget], &str>) {
        let Some(reference) = self.receiver.references().get(index) else {
            return;
        };
        let heading = format!(
            "  resources[{index}]  {}/{}",
            reference.kind, reference.name
        );
        let mut objects = output::Table::plain();
        match found {
            Err(error) => objects.note(&format!("    cannot be resolved: {error}")),
            Ok([]) => objects.note("    names no object"),
            Ok(_) => {}
        }
        self.references.push((heading, objects));
    }

    fn decided(&mut self, decision: &Decision<'_, '_>) {
        if let Some((_, objects)) = self.references.last_mut() {
            let target = format!("    {}", decision.found.target);
            objects.row([target, decision.sentence(self.several)]);
        }
    }
}
