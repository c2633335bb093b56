mod choice;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use bellpull_core::http::{HeaderName, HeaderValue};
use bellpull_core::{
    Bytes, Delivery, ReceiverId, ReceiverObject, SecretBytes, SecretData, Timestamp,
};
use bellpull_plan::ReceiverState;
use bellpull_ports::Providers as _;

use super::http_client;
use super::offline_setup::{OfflineSetup, PlannedFolder};
use crate::cases::Signer;
use crate::exit::{Exit, UsageError};
use crate::output;
use crate::settings::{LogLevel, SendArgs};

pub(crate) fn run(arguments: &SendArgs) -> Result<Exit> {
    OfflineSetup::run(LogLevel::OFFLINE, send(arguments))
}

async fn send(arguments: &SendArgs) -> Result<Exit> {
    let ReceiverToCall {
        state,
        object,
        secret,
        documentation,
    } = find_receiver(arguments).await?;
    let token = arguments
        .token_file
        .as_deref()
        .map(read_token)
        .transpose()?;
    let path = state.paths.first().with_context(|| {
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
    for (name, value) in &arguments.headers {
        let name = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| UsageError(format!("--header: {name:?} is not a header name")))?;
        let value = HeaderValue::from_str(value)
            .map_err(|_| UsageError(format!("--header {name}: its value is not a header value")))?;
        delivery.headers.insert(name, value);
    }
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
    exchange(&arguments.to, &arguments.trust_ca, delivery).await
}

/// The Receiver that the delivery is sent to.
struct ReceiverToCall {
    state: Arc<ReceiverState>,
    object: Arc<ReceiverObject>,
    secret: SecretData,
    /// The URL where its provider is described.
    documentation: Option<String>,
}

async fn find_receiver(arguments: &SendArgs) -> Result<ReceiverToCall> {
    let folder = &arguments.manifests.manifests;
    let setup = OfflineSetup::new(&arguments.cache)?;
    let PlannedFolder {
        loaded,
        catalog,
        plan,
    } = setup.plan(folder, &arguments.plugins).await?;
    let id = ReceiverId::new(&arguments.namespace, &arguments.receiver);
    let mut states = plan.receivers.iter();
    let mut objects = loaded.objects.receivers.iter();
    let (Some(state), Some(object)) = (
        states.find(|state| state.id == id),
        objects.find(|object| object.id == id),
    ) else {
        let known: Vec<String> = plan
            .receivers
            .iter()
            .map(|state| state.id.to_string())
            .collect();
        bail!(
            "no Receiver {id} in {}; there are: {}",
            folder.display(),
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

async fn exchange(to: &str, trust_ca: &[PathBuf], delivery: Delivery) -> Result<Exit> {
    let client = http_client::client(trust_ca)?;
    let base = to.trim_end_matches('/');
    let url = reqwest::Url::parse(&format!("{base}{}", delivery.target))
        .map_err(|error| UsageError(format!("--to {to}: {error}; expected http://HOST:PORT")))?;
    let answer = client
        .request(delivery.method, url)
        .headers(delivery.headers)
        .body(delivery.body)
        .send()
        .await
        .map_err(reqwest::Error::without_url)
        .with_context(|| {
            format!(
                "no answer from {to}: is `bellpull serve` running there? With --tls-cert it takes https \
                 alone, and --trust-ca here names the authority of its certificate"
            )
        })?;
    let status = answer.status();
    let text = answer
        .text()
        .await
        .map_err(reqwest::Error::without_url)
        .context("reading the answer")?;
    output::line(&status.to_string())?;
    if !text.is_empty() {
        output::line(&pretty(&text))?;
    }
    Ok(if status.is_success() {
        Exit::Success
    } else {
        Exit::Failure
    })
}

fn pretty(text: &str) -> String {
    serde_json::from_str::<serde_json::Value>(text)
        .and_then(|value| serde_json::to_string_pretty(&value))
        .unwrap_or_else(|_| bellpull_core::text::printable(text, 4 << 10))
}
