mod capabilities;

use std::time::Duration;

use anyhow::Result;
use bellpull_core::Description;
use bellpull_engine::Class;
use bellpull_sandbox::CONTRACTS;
use serde::Serialize;

use self::capabilities::CapabilityRow;
use super::offline_setup::{ExaminedComponent, OfflineSetup};
use crate::exit::Exit;
use crate::output;
use crate::providers::NamedComponent;
use crate::settings::{InspectArgs, LogLevel, TextFormat};

/// The facts about a component, as `-o json` prints them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Inspection {
    component: String,
    /// The artefact by its digest, for one of a registry.
    #[serde(skip_serializing_if = "Option::is_none")]
    artefact: Option<String>,
    digest: String,
    size_bytes: usize,
    class: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    class_reason: Option<String>,
    compile_milliseconds: u128,
    artefact_bytes: usize,
    contract: Option<String>,
    imports: Vec<String>,
    exports: Vec<String>,
    #[serde(flatten)]
    found: Found,
    loads: bool,
}

/// What loading the component has shown.
#[derive(Default, Serialize)]
struct Found {
    description: Option<Description>,
    capabilities: Vec<CapabilityRow>,
    /// Why it would not serve a name that it claims.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    shadowed: Vec<String>,
    /// Which flags apply to no component.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unused: Vec<String>,
    /// Why a server would not load it.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

pub(crate) fn run(arguments: &InspectArgs) -> Result<Exit> {
    let inspection = OfflineSetup::run(LogLevel::OFFLINE, inspect(arguments))?;
    match arguments.output {
        TextFormat::Json => output::line(&serde_json::to_string_pretty(&inspection)?)?,
        TextFormat::Text => print(&inspection)?,
    }
    Ok(if inspection.loads {
        Exit::Success
    } else {
        Exit::Failure
    })
}

async fn inspect(arguments: &InspectArgs) -> Result<Inspection> {
    let setup = OfflineSetup::new(&arguments.cache)?
        .pulling_with(&arguments.registry, &arguments.network)?;
    let loader = setup.loader();
    let named = loader
        .bytes(&arguments.component, &arguments.plugins)
        .await?;
    let compiled = loader.compiled_anew(&named.wasm).await?;
    let took = compiled.processor_time.unwrap_or_default();
    let (_, class_reason) = Class::with_reason(&named.wasm)?;
    let examined = setup.examine(&compiled).await?;
    let found = found(arguments, &setup, &named, &examined).await?;
    let shape = examined.shape;
    Ok(Inspection {
        component: arguments.component.clone(),
        artefact: named.artefact.map(|artefact| artefact.to_string()),
        digest: compiled.digest.to_string(),
        size_bytes: named.wasm.len(),
        class: examined.class.to_string(),
        class_reason,
        compile_milliseconds: took.as_millis(),
        artefact_bytes: compiled.artefact.len(),
        contract: shape.contract,
        imports: shape.imports,
        exports: shape.exports,
        loads: found.reason.is_none(),
        found,
    })
}

async fn found(
    arguments: &InspectArgs,
    setup: &OfflineSetup,
    named: &NamedComponent,
    examined: &ExaminedComponent,
) -> Result<Found> {
    let shape = &examined.shape;
    let lie = named.claimed.compare(&shape.imports, &shape.exports).err();
    let lie = lie.map(|lie| lie.to_string());
    let loaded = match &examined.loaded {
        Ok(loaded) => loaded,
        Err(error) => {
            return Ok(Found {
                reason: Some(error.to_string()),
                ..Found::default()
            });
        }
    };
    let placement = setup
        .place(&arguments.plugins, (arguments.component.as_str(), loaded))
        .await?;
    let refused = || loaded.granted(&named.grants).err();
    Ok(Found {
        description: Some(Description::clone(loaded.description())),
        capabilities: capabilities::asked(loaded, &named.grants),
        shadowed: placement.unserved,
        unused: placement.unused,
        reason: lie.or_else(|| refused().map(|error| error.to_string())),
    })
}

fn print(inspection: &Inspection) -> Result<()> {
    let mut table = output::Table::plain();
    let mut row = |name: &str, value: String| table.row([name.to_owned(), value]);
    let milliseconds = u64::try_from(inspection.compile_milliseconds).unwrap_or(u64::MAX);
    let compile_time = Duration::from_millis(milliseconds);
    row("component", inspection.component.clone());
    if let Some(artefact) = &inspection.artefact {
        row("artefact", artefact.clone());
    }
    row("digest", inspection.digest.clone());
    row("size", format!("{} bytes", inspection.size_bytes));
    let class = match &inspection.class_reason {
        Some(reason) => format!("{}: {reason}", inspection.class),
        None => inspection.class.clone(),
    };
    row("class", class);
    row(
        "compiled",
        format!(
            "in {compile_time:?} of processor time to {} bytes",
            inspection.artefact_bytes
        ),
    );
    let contract = inspection.contract.as_deref();
    row(
        "contract",
        format!(
            "{}; this Bellpull takes {}",
            contract.unwrap_or("none: it is no provider"),
            CONTRACTS.join(", ")
        ),
    );
    row("imports", list(&inspection.imports));
    row("exports", list(&inspection.exports));
    let found = &inspection.found;
    if let Some(description) = &found.description {
        print_description(description, &mut table);
    }
    for CapabilityRow {
        name,
        granted,
        note,
    } in &found.capabilities
    {
        let granted = if *granted { "granted" } else { "not granted" };
        let value = format!("{name}: {granted}, {note}");
        table.row(["asks for".to_owned(), value]);
    }
    for reason in &found.shadowed {
        table.row(["shadowed".to_owned(), reason.clone()]);
    }
    for flag in &found.unused {
        table.row(["unused".to_owned(), flag.clone()]);
    }
    let loads = match &found.reason {
        None => "yes".to_owned(),
        Some(reason) => format!("no: {reason}"),
    };
    table.row(["would be loaded".to_owned(), loads]);
    Ok(table.print()?)
}

fn print_description(description: &Description, table: &mut output::Table) {
    let mut row = |name: &str, value: String| table.row([name.to_owned(), value]);
    row("providers", list(&description.providers));
    row("version", description.version.clone());
    row("documentation", description.documentation.clone());
    row("events", list(&description.events));
    row("credential keys", list(&description.credential_keys));
    let schema = match description.config_schema.as_str() {
        "" => "takes none".to_owned(),
        schema => schema.to_owned(),
    };
    row("config", schema);
    row("fetch hosts", list(&description.fetch_hosts));
}

fn list(items: &[String]) -> String {
    match items {
        [] => "none".to_owned(),
        items => items.join(", "),
    }
}
