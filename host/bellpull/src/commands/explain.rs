//! The road of a recorded delivery through the Receivers of a folder, step by step.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Result, ensure};
use bellpull_core::{Acceptance, Delivery, Disinterest, EventSet, Outcome, SecretData, limits};
use bellpull_folder::{FolderTargets, LoadedFolder};
use bellpull_plan::ReceiverState;
use bellpull_ports::{BoundReceiver, Entry, FoundTarget};
use bellpull_road::{Decision, Ending, Observe, Road, Selection};

use super::workbench::{Planned, Workbench};
use crate::cases::{Case, Signer};
use crate::exit::Exit;
use crate::host::{Offline, Plan, unhurried};
use crate::output;
use crate::settings::ReceiversArgs;

pub(super) async fn run(arguments: &ReceiversArgs, case: &Path) -> Result<Exit> {
    let folder = &arguments.manifests.manifests;
    super::check_folder(folder)?;
    let case = Case::load(case)?;
    let desk = Workbench::new(&arguments.cache)?;
    desk.network().replay(case.network());
    let Planned {
        loaded,
        catalog,
        plan,
    } = desk.plan(folder, &arguments.plugins).await?;
    let ours = |state: &&Arc<ReceiverState>| state.provider == case.provider;
    let receivers: Vec<&Arc<ReceiverState>> = plan.receivers.iter().filter(ours).collect();
    ensure!(
        !receivers.is_empty(),
        "{} has no Receiver of type {:?}, for which {} was recorded",
        folder.display(),
        case.provider,
        case.name
    );
    let targets = FolderTargets::new(Arc::clone(&loaded.targets), true);
    let explainer = Explainer {
        case: &case,
        road: Road::new(Arc::new(Offline::new(&catalog, targets))),
        loaded: &loaded,
    };
    for state in receivers {
        output::line(&format!("Receiver {} ({})", state.id, state.provider))?;
        explainer.explain(&plan, state).await?;
    }
    Ok(Exit::Success)
}

struct Explainer<'a> {
    case: &'a Case,
    road: Road<Offline>,
    loaded: &'a LoadedFolder,
}

impl Explainer<'_> {
    async fn explain(&self, plan: &Plan, state: &ReceiverState) -> Result<()> {
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
            .arrive(entry, delivery, limits::MAX_BODY, unhurried());
        let passage = match arrived {
            Ok(passage) => passage,
            Err(ending) => return ended(&ending),
        };
        let mut told = Told(None);
        let proven = match self.road.prove(passage, &mut told).await {
            Ok(proven) => proven,
            Err(ending) => {
                output::line(&format!("  verdict    {}", of_no_interest(ending)))?;
                return told.0.map_or(Ok(()), |told| facts(&told, &route.bound));
            }
        };
        output::line("  verdict    accepted")?;
        let acceptance = proven.acceptance();
        facts(acceptance, &route.bound)?;
        let mut choices = Choices::of(&route.bound, is_several(acceptance));
        let chosen = self.road.choose(proven, &mut choices).await;
        choices.print()?;
        match chosen {
            Ok(_) => Ok(()),
            Err(ending) => ended(&ending),
        }
    }

    /// Signed with what the Receiver has, as far as the case says how.
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

/// The event of a delivery that is of no interest.
struct Told(Option<Acceptance>);

impl Observe for Told {
    fn ignored(&mut self, told: &Disinterest) {
        self.0 = told.event.clone().map(Acceptance::from);
    }
}

/// How a component has ended the road, in its own words.
fn of_no_interest(ending: Ending) -> String {
    let Ending { outcome, reason } = ending;
    let (kind, reason) = (outcome.kind().as_str(), reason.unwrap_or_default());
    match outcome {
        Outcome::Ignored { class, .. } => format!("{kind} ({class}): {reason}"),
        _ => format!("{kind}: {reason}"),
    }
}

/// Whether events are told by their numbers.
fn is_several(acceptance: &Acceptance) -> bool {
    acceptance.events.len() > 1 || !acceptance.complete
}

/// What is known of the delivery, and what was told and is not.
fn facts(acceptance: &Acceptance, receiver: &BoundReceiver) -> Result<()> {
    for fact in acceptance.wrong_facts() {
        output::line(&format!("  dropped    {fact}"))?;
    }
    let acceptance = receiver.scrub(acceptance);
    for (index, event) in acceptance.report_each(acceptance.all()).enumerate() {
        let number = if is_several(&acceptance) {
            (index + 1).to_string()
        } else {
            String::new()
        };
        let event = serde_json::to_string(&event)?;
        output::line(&format!("  event {number:<4} {event}"))?;
    }
    if !acceptance.complete {
        output::line("  events     these are not all: what is left out may be of any object")?;
    }
    Ok(())
}

/// How the road ended, where no component has said why.
fn ended(ending: &Ending) -> Result<()> {
    let outcome = ending.outcome.kind().as_str();
    let message = ending.outcome.message();
    let reason = ending.reason.as_deref().unwrap_or(&message);
    Ok(output::line(&format!("  {outcome:<9}  {reason}"))?)
}

/// What becomes of each object that the references of a Receiver name.
struct Choices<'a> {
    receiver: &'a BoundReceiver,
    /// Whether the delivery tells more than one thing.
    several: bool,
    /// Of each reference, how it is headed and its objects.
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

    fn print(&self) -> Result<()> {
        for (heading, objects) in &self.references {
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
            objects.row([target, why(decision, self.several)]);
        }
    }
}

fn why(decision: &Decision<'_, '_>, several: bool) -> String {
    let compared = decision.compared();
    let by = |events: &EventSet| match several {
        true => selected_by(*events),
        false => String::new(),
    };
    match (decision.selection, compared) {
        (Selection::Selected(events), _) if decision.found.has_no_manifest => {
            format!("notified{}, though no manifest is of it", by(events))
        }
        (Selection::Selected(events), Some(compared)) => {
            format!("notified{}: {compared}", by(events))
        }
        (Selection::Selected(events), None) => format!("notified{}", by(events)),
        (Selection::OtherEvent, compared) => {
            format!("left out by matchEvent: {}", compared.unwrap_or_default())
        }
        (Selection::FilteredOut(field), _) => format!("left out by {field}"),
        (Selection::Failed(field, error), _) => format!("cannot be notified: {field}: {error}"),
        (Selection::Unfinished, _) => "not decided".to_owned(),
    }
}

/// Which of several events have selected a target.
fn selected_by(events: EventSet) -> String {
    let mut numbers: Vec<String> = events
        .places()
        .map(|place| (place + 1).to_string())
        .collect();
    if !(events & EventSet::UNLISTED).is_empty() {
        numbers.push("what is left out".to_owned());
    }
    format!(" by {}", numbers.join(", "))
}
