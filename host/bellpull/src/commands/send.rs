mod choice;
mod exchange;

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use bellpull_api::DEFAULT_NAMESPACE;
use bellpull_cluster::PodSelector;
use bellpull_core::http::{HeaderName, HeaderValue};
use bellpull_core::{
    Bytes, Delivery, ReceiverId, ReceiverObject, SecretBytes, SecretData, Timestamp,
};
use bellpull_plan::ReceiverState;
use bellpull_ports::Providers as _;

use super::live_cluster::LiveCluster;
use super::loaded_objects::LoadedObjects;
use super::offline_setup::{OfflineSetup, PlannedObjects};
use crate::cases::Signer;
use crate::exit::{Exit, UsageError};
use crate::output;
use crate::settings::{AllNamespacesArgs, LogLevel, SendArgs};
use exchange::Destination;

pub(crate) fn run(arguments: &SendArgs) -> Result<Exit> {
    OfflineSetup::run(LogLevel::OFFLINE, send(arguments))
}

async fn send(arguments: &SendArgs) -> Result<Exit> {
    let ReceiverToCall {
        state,
        object,
        secret,
        documentation,
        destination,
        path_of_status,
    } = find_receiver(arguments).await?;
    let token = arguments
        .token_file
        .as_deref()
        .map(read_token)
        .transpose()?;
    let path = state.paths.first().or(path_of_status.as_ref());
    let path = path.with_context(|| {
        format!(
            "Receiver {} has no path ({}): {}",
            state.id, state.reason, state.message
        )
    })?;
    let signer = Signer {
        secret: &secret,
        config: object.spec.config.as_ref(),
        token: token.as_ref(),
    };
    let mut case = match &arguments.case {
        Some(folder) => choice::case_in(folder, &state, signer)?,
        None => {
            let event = arguments.event.as_deref();
            choice::sample(&state, event, signer, documentation.as_deref())?
        }
    };
    if let Some(file) = &arguments.body {
        case.replace_body(read_body(file)?);
    }
    let mut delivery = case.delivery_to(path, signer, Timestamp::now())?;
    set_headers(&mut delivery, &arguments.headers)?;
    if delivery.client.certificate.is_some() {
        output::note(&format!(
            "{} has a client certificate: it is sent without one",
            case.name
        ));
    }
    output::line(&format!(
        "{} {} ({}, {} bytes)",
        delivery.method,
        delivery.target,
        case.sample
            .as_deref()
            .filter(|_| arguments.case.is_none())
            .unwrap_or(&case.name),
        delivery.body.len()
    ))?;
    destination.send(&arguments.trust_ca, delivery).await
}

/// Sets headers after signing.
fn set_headers(delivery: &mut Delivery, headers: &[(String, String)]) -> Result<()> {
    for (name, value) in headers {
        let name = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| UsageError(format!("--header: {name:?} is not a header name")))?;
        let value = HeaderValue::from_str(value)
            .map_err(|_| UsageError(format!("--header {name}: its value is not a header value")))?;
        delivery.headers.insert(name, value);
    }
    Ok(())
}

/// The Receiver that the delivery is sent to.
struct ReceiverToCall {
    state: Arc<ReceiverState>,
    object: Arc<ReceiverObject>,
    secret: SecretData,
    /// The URL where its provider is described.
    documentation: Option<String>,
    destination: Destination,
    /// The path that its controller has written into its status, in a cluster.
    path_of_status: Option<Arc<str>>,
}

async fn find_receiver(arguments: &SendArgs) -> Result<ReceiverToCall> {
    let setup = OfflineSetup::new(&arguments.cache)?;
    let FoundObjects {
        loaded,
        namespace,
        destination,
        path_of_status,
    } = find_objects(arguments).await?;
    let PlannedObjects {
        loaded,
        catalog,
        plan,
    } = setup.plan(loaded, &arguments.plugins).await?;
    let id = ReceiverId::new(namespace, &arguments.receiver);
    let mut states = plan.receivers.iter();
    let mut objects = loaded.objects.receivers.iter();
    let state = states.find(|state| state.id == id);
    let object = objects.find(|object| object.id == id);
    if let (Some(state), None) = (state, object) {
        bail!("Receiver {id}: {}", state.message);
    }
    let (Some(state), Some(object)) = (state, object) else {
        let known: Vec<String> = plan
            .receivers
            .iter()
            .map(|state| state.id.to_string())
            .collect();
        bail!(
            "no Receiver {id} in {}; there are: {}",
            loaded.place,
            if known.is_empty() {
                "none".to_owned()
            } else {
                known.join(", ")
            }
        );
    };
    if !state.ready {
        let reason = state.reason;
        output::note(&format!(
            "Receiver {id} is not ready ({reason}): {}",
            state.message
        ));
    }
    let secret = loaded.objects.secret_of(object);
    let provider = catalog.find(&state.provider, &state.id.namespace).ok();
    let documentation = provider.map(|provider| provider.description.documentation.clone());
    Ok(ReceiverToCall {
        secret: secret.map_or_else(SecretData::default, |secret| secret.data.clone()),
        object: Arc::clone(object),
        state: Arc::clone(state),
        documentation: documentation.filter(|url| !url.is_empty()),
        destination,
        path_of_status,
    })
}

/// The objects among which the Receiver is looked for, and where its deliveries go.
struct FoundObjects {
    loaded: LoadedObjects,
    namespace: String,
    destination: Destination,
    path_of_status: Option<Arc<str>>,
}

async fn find_objects(arguments: &SendArgs) -> Result<FoundObjects> {
    let SendArgs { objects, to, .. } = arguments;
    if let Some(folder) = &objects.manifests {
        let namespace = objects.namespace.as_deref().unwrap_or(DEFAULT_NAMESPACE);
        return Ok(FoundObjects {
            loaded: LoadedObjects::of_folder(folder)?,
            namespace: namespace.to_owned(),
            destination: Destination::Url(to.clone().unwrap_or_else(SendArgs::on_loopback)),
            path_of_status: None,
        });
    }
    let cluster = LiveCluster::new(objects, AllNamespacesArgs::default()).await?;
    let (loaded, path) = cluster.load_receiver(&arguments.receiver).await?;
    let pods = PodSelector::in_namespace(&arguments.pods.bellpull_namespace);
    Ok(FoundObjects {
        loaded,
        destination: match to {
            Some(url) => Destination::Url(url.clone()),
            None => Destination::Pod(Box::new(cluster.clients), pods),
        },
        namespace: cluster.namespace.unwrap_or_default(),
        path_of_status: path.map(Arc::from),
    })
}

/// Reads a token from a file, without the line end that editors and shells add.
fn read_token(file: &Path) -> Result<SecretBytes> {
    let mut text = if file == Path::new("-") {
        std::io::read_to_string(std::io::stdin())
    } else {
        std::fs::read_to_string(file)
    }
    .map_err(|error| UsageError(format!("--token-file {}: {error}", file.display())))?;
    text.truncate(text.trim_end().len());
    if text.is_empty() {
        bail!(UsageError(format!(
            "--token-file {}: it is empty",
            file.display()
        )));
    }
    Ok(SecretBytes::new(text.into_bytes()))
}

fn read_body(file: &Path) -> Result<Bytes> {
    let body = std::fs::read(file).with_context(|| format!("--body {}", file.display()))?;
    Ok(Bytes::from(body))
}
