mod capabilities;

use std::time::Duration;

use anyhow::Result;
use bellpull_core::Description;
use bellpull_engine::{Artefact, Class};
use bellpull_sandbox::{CONTRACTS, Grants};
use serde::Serialize;

use self::capabilities::CapabilityRow;
use super::offline_setup::OfflineSetup;
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
    let NamedComponent {
        wasm,
        grants,
        artefact: pulled,
    } = loader
        .bytes(&arguments.component, &arguments.plugins)
        .await?;
    let compiled = loader.compiled_anew(&wasm).await?;
    let took = compiled.processor_time.unwrap_or_default();
    let (_, class_reason) = Class::with_reason(&wasm)?;
    let artefact = Artefact::trusted(&compiled.artefact)?;
    let shape = loader.sandbox().shape(artefact)?;
    let loaded = loader
        .sandbox()
        .load(artefact, compiled.digest, &Grants::All)
        .await;
    let found = match &loaded {
        Ok(loaded) => {
            let named = (arguments.component.as_str(), loaded);
            Found {
                description: Some(Description::clone(loaded.description())),
                capabilities: capabilities::asked(loaded, &grants),
                shadowed: setup.unserved(&arguments.plugins, named).await?,
                reason: loaded.granted(&grants).err().map(|error| error.to_string()),
            }
        }
        Err(error) => Found {
            reason: Some(error.to_string()),
            ..Found::default()
        },
    };
    Ok(Inspection {
        component: arguments.component.clone(),
        artefact: pulled.map(|artefact| artefact.to_string()),
        digest: compiled.digest.to_string(),
        size_bytes: wasm.len(),
        class: artefact.class().to_string(),
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
