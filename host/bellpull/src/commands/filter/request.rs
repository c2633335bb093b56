use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use bellpull_core::{Bytes, DeliveryClient, Event, limits};
use bellpull_filter::{CelFilters, DeliveryVariable, EventFacts, ReceiverVariable, RequestBody};

use super::super::offline_setup::OfflineSetup;
use crate::cases::{Case, PreparedCase};
use crate::settings::FilterArgs;

/// The facts of the delivery that the filter is evaluated for, once for each event.
pub(super) async fn facts(arguments: &FilterArgs) -> Result<Vec<EventFacts>> {
    if let Some(folder) = &arguments.case {
        return of_case(arguments, folder).await;
    }
    let (request, method) = match &arguments.body {
        Some(file) => (read(arguments, file)?, "POST".to_owned()),
        None => (RequestBody::Other, String::new()),
    };
    let delivery = DeliveryVariable {
        method,
        query: Vec::new(),
        headers: arguments.headers.clone(),
        client: DeliveryClient::default(),
    };
    let receiver = Arc::new(ReceiverVariable::default());
    let nothing = Arc::new(Event::default().into());
    Ok(EventFacts::of_each(nothing, request, delivery, receiver))
}

fn read(arguments: &FilterArgs, file: &Path) -> Result<RequestBody> {
    let body = std::fs::read(file).with_context(|| format!("--body {}", file.display()))?;
    let named = |(name, _): &&(String, String)| name.eq_ignore_ascii_case("content-type");
    let content_type = arguments.headers.iter().find(named);
    let content_type = content_type.map_or("application/json", |(_, value)| value);
    Ok(RequestBody::new(Some(content_type), Bytes::from(body)))
}

/// The facts that the provider's component tells of a recorded delivery.
async fn of_case(arguments: &FilterArgs, folder: &Path) -> Result<Vec<EventFacts>> {
    let case = Case::load(folder)?;
    let setup = OfflineSetup::new(&arguments.cache)?;
    let catalog = setup.catalog(&arguments.plugins).await?;
    let prepared = PreparedCase::new(&case, &catalog, setup.egress(), limits::MAX_BODY).await?;
    match prepared.prove(&catalog).await {
        Ok(proven) => Ok(proven.facts(&CelFilters::default())),
        Err(ended) => bail!(
            "{} reaches no filter: it ends as {:?}{}",
            case.name,
            ended.outcome.as_str(),
            ended
                .reason
                .map_or_else(String::new, |why| format!(", {why}")),
        ),
    }
}
