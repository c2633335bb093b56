//! The road of a recorded delivery through the Receivers of a folder, step by step.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Result, ensure};
use bellpull_core::plan::ReceiverState;
use bellpull_core::ports::{Targets as _, Verify as _};
use bellpull_core::{
    Delivery, Effort, Entry, Event, Found, Judged, SecretData, Selection, Selector, Timestamp,
    authorize, detail_of, judge,
};
use bellpull_filter::CelFilters;
use bellpull_folder::{Folder, FolderTargets, Loaded};
use bellpull_sandbox::Catalog;

use crate::cases::{Case, Signer};
use crate::egress;
use crate::exit::Exit;
use crate::host::{Plan, Planner, Route};
use crate::output;
use crate::providers::{Loader, Plugins};
use crate::settings::{ReceiversArgs, VerifyArgs};

pub(super) async fn run(arguments: &ReceiversArgs, case: &Path) -> Result<Exit> {
    let folder = &arguments.manifests.manifests;
    super::check_folder(folder)?;
    super::check_plugins(&arguments.plugins)?;
    let case = Case::load(case)?;
    let network = Arc::new(egress::Replayed::new());
    network.replay(case.network());
    let loader = Loader::with_egress(&VerifyArgs::default(), &arguments.cache, network)?;
    let plugins = Plugins::read(&loader, &arguments.plugins).await?;
    let catalog = plugins.catalog(&loader);
    let loaded = Folder::new(folder).load();
    for error in &loaded.errors {
        output::note(&format!("error: {error}"));
    }
    let filters = CelFilters::default();
    let plan = Planner::new()
        .plan(&loaded.objects, &catalog, &filters)
        .await;
    let ours = |state: &&Arc<ReceiverState>| state.provider == case.provider;
    let receivers: Vec<&Arc<ReceiverState>> = plan.receivers.iter().filter(ours).collect();
    ensure!(
        !receivers.is_empty(),
        "{} has no Receiver of type {:?}, for which {} was recorded",
        folder.display(),
        case.provider,
        case.name
    );
    let road = Road {
        case: &case,
        catalog: &catalog,
        filters: &filters,
        targets: FolderTargets::new(Arc::clone(&loaded.targets), true),
        loaded: &loaded,
    };
    for state in receivers {
        output::line(&format!("Receiver {} ({})", state.id, state.provider))?;
        road.explain(&plan, state).await?;
    }
    Ok(Exit::Success)
}

struct Road<'a> {
    case: &'a Case,
    catalog: &'a Catalog,
    filters: &'a CelFilters,
    targets: FolderTargets,
    loaded: &'a Loaded,
}

impl Road<'_> {
    async fn explain(&self, plan: &Plan, state: &ReceiverState) -> Result<()> {
        let path = state.paths.first();
        let route = path.and_then(|path| match plan.routes.get(path) {
            Some(Entry::Serving(route)) if *route.bound.id() == state.id => Some(route),
            _ => None,
        });
        let (Some(path), Some(route)) = (path, route) else {
            return Ok(output::line(&format!(
                "  not ready  {}: {}",
                state.reason, state.message
            ))?);
        };
        let delivery = Arc::new(self.delivery(route, path)?);
        output::line(&format!(
            "  delivery   {}: {}, {} bytes",
            self.case.name,
            delivery.method,
            delivery.body.len()
        ))?;
        let sandbox = self.catalog.sandbox();
        let answer = sandbox.verify(&route.component, &route.bound, &delivery);
        let (answer, _) = answer.await;
        let event = match judge(answer) {
            Judged::Accepted(event) => Arc::<Event>::from(event),
            Judged::Ended { outcome, reason } => {
                let outcome = outcome.kind().as_str();
                return Ok(output::line(&format!("  verdict    {outcome}: {reason}"))?);
            }
        };
        if let Err(why) = authorize(&route.filters, &event, self.filters) {
            return Ok(output::line(&format!(
                "  verdict    unauthenticated: {why}"
            ))?);
        }
        output::line("  verdict    accepted")?;
        output::line(&format!("  event      {}", serde_json::to_string(&*event)?))?;
        self.select(route, &delivery, &event).await
    }

    /// Signed with what the Receiver has, as far as the case says how.
    fn delivery(&self, route: &Route, path: &str) -> Result<Delivery> {
        let secret = self.loaded.objects.secret_of(&route.bound.object);
        let none = SecretData::new();
        let signer = Signer {
            secret: secret.map_or(&none, |secret| &secret.data),
            config: route.bound.object.spec.config.as_ref(),
            token: None,
        };
        self.case.delivery_to(path, signer, Timestamp::now())
    }

    async fn select(&self, route: &Route, delivery: &Delivery, event: &Arc<Event>) -> Result<()> {
        let selector = Selector::new(self.filters, &route.filters, &route.bound, delivery, event);
        if let Err(reason) = selector.readable() {
            return Ok(output::line(&format!("  malformed  {reason}"))?);
        }
        let spec = &route.bound.object.spec;
        for (index, reference) in route.bound.references().iter().enumerate() {
            output::line(&format!(
                "  resources[{index}]  {}/{}",
                reference.kind, reference.name
            ))?;
            let detail = detail_of(spec, reference);
            let found = self.targets.resolve(route.bound.id(), reference, detail);
            let mut table = output::Table::plain();
            match found.await {
                Err(error) => table.note(&format!("    cannot be resolved: {error}")),
                Ok(found) if found.is_empty() => table.note("    names no object"),
                Ok(found) => {
                    for one in &found {
                        let target = format!("    {}", one.target);
                        table.row([target, why(&selector, index, one, route)]);
                    }
                }
            }
            table.print()?;
        }
        Ok(())
    }
}

fn why(selector: &Selector<'_, CelFilters>, index: usize, found: &Found, route: &Route) -> String {
    let matched = || selector.explain(found).unwrap_or_default();
    let matches_event = route
        .bound
        .references()
        .get(index)
        .is_some_and(|reference| reference.match_event);
    match selector.select(index, found, Effort::Whole) {
        Selection::Selected if matches_event => format!("notified: {}", matched()),
        Selection::Selected => "notified".to_owned(),
        Selection::OtherEvent => format!("left out by matchEvent: {}", matched()),
        Selection::FilteredOut(field) => format!("left out by {field}"),
        Selection::Failed(field, error) => format!("cannot be notified: {field}: {error}"),
        Selection::Unfinished => "not decided".to_owned(),
    }
}
