use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail, ensure};
use bellpull_bundle::{BUNDLED, Sample};
use bellpull_core::http::{HeaderName, HeaderValue};
use bellpull_core::plan::{Planner, ReceiverState};
use bellpull_core::{Bytes, Delivery, ReceiverId, SecretData, Timestamp};
use bellpull_filter::CelFilters;
use bellpull_folder::Folder;

use crate::cases::Case;
use crate::exit::{Exit, UsageError};
use crate::providers::{Loader, Plugins};
use crate::settings::{LogFormat, LogLevel, SendArgs, VerifyArgs};
use crate::{logs, output};

pub(crate) fn run(arguments: &SendArgs) -> Result<Exit> {
    logs::start(LogFormat::Text, LogLevel::Warn);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(send(arguments))
}

async fn send(arguments: &SendArgs) -> Result<Exit> {
    let (state, secret) = find_receiver(arguments).await?;
    let path = state.paths.first().with_context(|| {
        format!(
            "Receiver {} has no path ({}): {}",
            state.id, state.reason, state.message
        )
    })?;
    let mut case = choose_sample(&state, arguments.event.as_deref(), &secret)?;
    if let Some(file) = &arguments.body {
        case.replace_body(read_body(file)?);
    }
    let mut delivery = case.delivery_to(path, &secret, Timestamp::now())?;
    for (name, value) in &arguments.headers {
        let name = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| UsageError(format!("--header: {name:?} is no header name")))?;
        let value = HeaderValue::from_str(value)
            .map_err(|_| UsageError(format!("--header {name}: its value is no header value")))?;
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

async fn find_receiver(arguments: &SendArgs) -> Result<(Arc<ReceiverState>, SecretData)> {
    let folder = &arguments.manifests.manifests;
    super::check_folder(folder)?;
    super::check_plugins(&arguments.plugins)?;
    let loader = Loader::new(&VerifyArgs::default(), &arguments.cache)?;
    let plugins = Plugins::read(&loader, &arguments.plugins).await?;
    let loaded = Folder::new(folder).load();
    for error in &loaded.errors {
        output::note(&format!("error: {error}"));
    }
    let plan = Planner::new()
        .plan(
            &loaded.objects,
            &plugins.catalog(&loader),
            &CelFilters::default(),
        )
        .await;
    let id = ReceiverId::new(&arguments.namespace, &arguments.receiver);
    let Some(state) = plan.receivers.iter().find(|state| state.id == id) else {
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
    let mut receivers = loaded.objects.receivers.iter();
    let secret = receivers
        .find(|object| object.id == id)
        .and_then(|object| loaded.objects.secret_of(object));
    let data = secret.map(|secret| secret.data.clone());
    Ok((Arc::clone(state), data.unwrap_or_default()))
}

/// The sample that proves most: of those for the event whose keys the Secret all holds, the one
/// that uses most of them.
fn choose_sample(state: &ReceiverState, event: Option<&str>, secret: &SecretData) -> Result<Case> {
    let samples = samples(&state.provider)?;
    ensure!(
        !samples.is_empty(),
        "provider {:?} has no sample deliveries: send one with your own tool, or give its case \
         folder a `sign:` recipe and a `sample:` name",
        state.provider
    );
    let mut names: Vec<&str> = samples
        .iter()
        .filter_map(|case| case.sample.as_deref())
        .collect();
    names.sort_unstable();
    names.dedup();
    let names = names.join(", ");
    // A Receiver that lists events should be rung with one of them.
    let listed = |case: &Case| {
        state.events.is_empty() || state.events.iter().any(|event| case.is_sample(event))
    };
    let wanted = |case: &Case| match event {
        Some(event) => case.is_sample(event),
        None => listed(case),
    };
    let mut fitting: Vec<Case> = samples.into_iter().filter(wanted).collect();
    ensure!(
        !fitting.is_empty(),
        "provider {:?} has no sample for {}; it has: {names} (choose with --event)",
        state.provider,
        event.map_or_else(
            || format!("any of {}", state.events.join(", ")),
            |e| format!("{e:?}")
        )
    );
    fitting.retain(|case| {
        case.signing_keys()
            .iter()
            .all(|key| secret.contains_key(*key))
    });
    fitting
        .into_iter()
        .rev()
        .max_by_key(|case| case.signing_keys().len())
        .with_context(|| {
            format!(
                "the Secret of Receiver {} lacks the keys to sign any sample with",
                state.id
            )
        })
}

fn samples(provider: &str) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    for sample in BUNDLED.iter().flat_map(|bundled| bundled.samples) {
        let case = parse(sample)?;
        if case.provider == provider {
            cases.push(case);
        }
    }
    // The event that people know first.
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

fn read_body(file: &Path) -> Result<Bytes> {
    let body = std::fs::read(file).with_context(|| format!("--body {}", file.display()))?;
    Ok(Bytes::from(body))
}

async fn exchange(to: &str, delivery: Delivery) -> Result<Exit> {
    let client = crate::http::client()?;
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
