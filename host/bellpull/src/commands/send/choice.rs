//! Chooses the delivery that is sent: a case of the caller, or a bundled sample.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use bellpull_plan::ReceiverState;

use crate::cases::{Case, SAMPLES, Sample, Signer};
use crate::exit::UsageError;
use crate::output;

/// The case in a folder, for a Receiver of the same provider.
pub(super) fn case_in(folder: &Path, state: &ReceiverState, signer: Signer<'_>) -> Result<Case> {
    let case = Case::load(folder).context("--case")?;
    ensure!(
        case.provider == state.provider,
        UsageError(format!(
            "--case {}: it was recorded for provider {:?}, and Receiver {} is of type {:?}",
            folder.display(),
            case.provider,
            state.id,
            state.provider
        ))
    );
    check_token(&case, state, signer.token.is_some())?;
    if !case.is_signed() {
        output::note(&format!(
            "case {} has no 'sign': its headers are sent as they are written",
            case.name
        ));
    }
    Ok(case)
}

/// The sample for the event that proves most. The Secret holds all its keys. A sample that follows the
/// config comes first, then the one with the most keys.
pub(super) fn sample(
    state: &ReceiverState,
    event: Option<&str>,
    signer: Signer<'_>,
    documentation: Option<&str>,
) -> Result<Case> {
    let samples = samples(&state.provider)?;
    ensure!(
        !samples.is_empty(),
        "provider {:?} has no sample that can be signed here: send a case of yours with --case, or \
         have its sender send a delivery{}",
        state.provider,
        documentation.map_or_else(String::new, |url| format!(", see {url}"))
    );
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

/// A token is given exactly if the case carries one.
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
            "--token-file: {} of provider {:?} has no step 'token: issued'; it is signed with the \
             Secret alone",
            case.name, state.provider
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
