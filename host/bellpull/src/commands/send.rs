use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail, ensure};
use bellpull_core::http::{HeaderName, HeaderValue};
use bellpull_core::{
    Bytes, Delivery, ReceiverId, ReceiverObject, SecretBytes, SecretData, Timestamp,
};
use bellpull_plan::ReceiverState;
use bellpull_ports::Providers as _;

use super::http_client;
use super::offline_setup::{OfflineSetup, PlannedFolder};
use crate::cases::{Case, SAMPLES, Sample, Signer};
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
    let samples = samples(&state.provider)?;
    ensure!(
        !samples.is_empty(),
        "provider {:?} has no sample that can be signed here: have its sender send one{}",
        state.provider,
        documentation.map_or_else(String::new, |url| format!(", see {url}"))
    );
    let mut case = choose_sample(samples, &state, arguments.event.as_deref(), signer)?;
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
    output::line(&format!(
        "{} {} ({}, {} bytes)",
        delivery.method,
        delivery.target,
        case.sample.as_deref().unwrap_or(&case.name),
        delivery.body.len()
    ))?;
    exchange(&arguments.to, delivery).await
}

/// The Receiver that the sample is sent to.
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
    let provider = catalog.find(&state.provider);
    let documentation = provider.map(|provider| provider.description.documentation.clone());
    Ok(ReceiverToCall {
        secret: secret.map_or_else(SecretData::default, |secret| secret.data.clone()),
        object: Arc::clone(object),
        state: Arc::clone(state),
        documentation: documentation.filter(|url| !url.is_empty()),
    })
}

/// The sample for the event that proves most. The Secret holds all its keys. A sample that follows the
/// config comes first, then the one with the most keys.
fn choose_sample(
    samples: Vec<Case>,
    state: &ReceiverState,
    event: Option<&str>,
    signer: Signer<'_>,
) -> Result<Case> {
    let mut fitting = samples_of_event(samples, state, event)?;
    fitting.retain(|case| {
        let mut keys = case.signing_keys().into_iter();
        let signable = keys.all(|key| signer.secret.contains_key(key));
        signable && (signer.config.is_some() || !case.follows_config())
    });
    let case = fitting
        .into_iter()
        .rev()
        .max_by_key(|case| (case.follows_config(), case.signing_keys().len()))
        .with_context(|| {
            format!(
                "the Secret of Receiver {} lacks the keys to sign any sample with",
                state.id
            )
        })?;
    check_token(&case, state, signer.token.is_some())?;
    Ok(case)
}

/// The samples of the asked event, or else of the events that the Receiver lists.
fn samples_of_event(
    samples: Vec<Case>,
    state: &ReceiverState,
    event: Option<&str>,
) -> Result<Vec<Case>> {
    let mut names: Vec<&str> = samples
        .iter()
        .filter_map(|case| case.sample.as_deref())
        .collect();
    names.sort_unstable();
    names.dedup();
    let names = names.join(", ");
    let is_listed = |case: &Case| {
        state.events.is_empty() || state.events.iter().any(|event| case.is_sample(event))
    };
    let is_wanted = |case: &Case| match event {
        Some(event) => case.is_sample(event),
        None => is_listed(case),
    };
    let wanted: Vec<Case> = samples.into_iter().filter(is_wanted).collect();
    ensure!(
        !wanted.is_empty(),
        "provider {:?} has no sample for {}; it has: {names} (choose with --event)",
        state.provider,
        event.map_or_else(
            || format!("any of {}", state.events.join(", ")),
            |e| format!("{e:?}")
        )
    );
    Ok(wanted)
}

/// A token is given exactly if the sample carries one.
fn check_token(case: &Case, state: &ReceiverState, given: bool) -> Result<()> {
    ensure!(
        given || !case.takes_token(),
        UsageError(format!(
            "provider {:?} takes a token that only its issuer can sign: get one for the audience of \
             Receiver {}, and name the file that holds it with --token-file",
            state.provider, state.id
        ))
    );
    ensure!(
        !given || case.takes_token(),
        UsageError(format!(
            "--token-file: provider {:?} takes no token of an issuer; its samples are signed with \
             the Secret",
            state.provider
        ))
    );
    Ok(())
}

fn samples(provider: &str) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    for sample in SAMPLES {
        let case = parse(sample)?;
        if case.provider == provider {
            cases.push(case);
        }
    }
    // The best known event comes first.
    cases.sort_by_key(|case| !case.is_sample("push") && !case.is_sample("Push Hook"));
    Ok(cases)
}

fn parse(sample: &Sample) -> Result<Case> {
    Case::parse(sample.name, sample.case, |name| {
        let file = sample.files.iter().find(|(file, _)| *file == name);
        file.map(|(_, bytes)| bytes.to_vec())
            .ok_or_else(|| std::io::ErrorKind::NotFound.into())
    })
    .with_context(|| format!("sample {}", sample.name))
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

async fn exchange(to: &str, delivery: Delivery) -> Result<Exit> {
    let client = http_client::client()?;
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
        .with_context(|| format!("no answer from {to}: is `bellpull serve` running there?"))?;
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
