//! Between the contract's words and core's.

use std::sync::Arc;

use bellpull_core::{
    ArtifactChange, Authentication, Binding, BoundReceiver, Change, CredentialUse, Description,
    Encoding, Event, GitChange, Methods, Part, Paths, Problem, ReceiverView, Refusal, Source,
    Verdict, http, limits, text,
};

use super::bindings::bellpull::provider::types as wit;
use super::reply;
use crate::state::Call;
use crate::stop::Stop;

pub(super) fn description(from: wit::Description) -> Description {
    Description {
        providers: from.providers,
        version: text::printable(&from.version, 64),
        documentation: text::printable(&from.documentation, limits::GUEST_TEXT),
        events: from.events,
        credential_keys: from.credential_keys,
        setting_keys: from.setting_keys,
        config_schema: from.config_schema,
        fetch_hosts: from.fetch_hosts,
    }
}

pub(super) fn receiver(from: &ReceiverView) -> wit::Receiver {
    wit::Receiver {
        provider: from.provider.clone(),
        events: from.events.clone(),
        keys: from.keys.clone(),
        settings: from.settings.clone(),
    }
}

pub(super) fn binding(from: wit::Binding, description: &Description) -> Result<Binding, String> {
    for (list, length) in [
        ("credentials", from.credentials.len()),
        ("carriers", from.carriers.len()),
        ("methods", from.methods.len()),
    ] {
        if length > limits::BOUND {
            let most = limits::BOUND;
            return Err(format!(
                "{length} {list} are bound, at most {most} are taken"
            ));
        }
    }
    let credentials = from
        .credentials
        .into_iter()
        .map(|credential| credential_use(credential, description))
        .collect::<Result<_, _>>()?;
    let carriers = from
        .carriers
        .into_iter()
        .map(|carrier| {
            let carrier = source(carrier);
            match &carrier {
                Source::Member(pointer) if !through_objects(pointer) => Err(format!(
                    "carrier {pointer:?} is no pointer through objects alone"
                )),
                _ => Ok(carrier),
            }
        })
        .collect::<Result<_, _>>()?;
    let binding = Binding {
        authentication: match from.authentication {
            wit::Authentication::Signature => Authentication::Signature,
            wit::Authentication::Token => Authentication::Token,
            wit::Authentication::Secret => Authentication::Secret,
            wit::Authentication::PathOnly => Authentication::PathOnly,
        },
        credentials,
        methods: methods(&from.methods)?,
        carriers,
        issuers: from.issuers,
        parses_before_verify: from.parses_before_verify,
        answers_handshakes: from.answers_handshakes,
        warnings: warnings(&from.warnings),
    };
    match binding.contradiction() {
        Some(contradiction) => Err(contradiction.to_owned()),
        None => Ok(binding),
    }
}

fn warnings(from: &[String]) -> Vec<String> {
    let first = from.iter().take(limits::WARNINGS);
    let first = first.map(|warning| text::printable(warning, limits::GUEST_TEXT));
    let more = from.len().saturating_sub(limits::WARNINGS);
    let more = (more > 0).then(|| format!("and {more} more"));
    first.chain(more).collect()
}

fn credential_use(
    from: wit::Credential,
    description: &Description,
) -> Result<CredentialUse, String> {
    if !description.credential_keys.contains(&from.key) {
        let key = text::printable(&from.key, 64);
        return Err(format!("credential {key:?} is bound and not described"));
    }
    let encoding = Encoding::parse(&from.encoding).ok_or_else(|| {
        format!(
            "encoding {:?} is none of text, base64, hex, whsec",
            text::printable(&from.encoding, 64)
        )
    })?;
    Ok(CredentialUse {
        key: from.key,
        encoding,
        proves: from.proves,
    })
}

fn methods(from: &[String]) -> Result<Methods, String> {
    if from.iter().any(|method| method == "*") {
        return Ok(Methods::Any);
    }
    if from.is_empty() {
        return Ok(Methods::Only(vec![http::Method::POST]));
    }
    from.iter()
        .map(|method| {
            http::Method::from_bytes(method.as_bytes())
                .map_err(|_| format!("{:?} is no method", text::printable(method, 64)))
        })
        .collect::<Result<_, _>>()
        .map(Methods::Only)
}

/// Whether a pointer names members of objects only, so that no `*` or index can reach it.
fn through_objects(pointer: &str) -> bool {
    pointer.strip_prefix('/').is_some_and(|rest| {
        rest.split('/').all(|segment| {
            segment != "*" && !segment.is_empty() && !segment.bytes().all(|b| b.is_ascii_digit())
        })
    })
}

pub(super) fn problems(from: Vec<wit::Problem>) -> Vec<Problem> {
    from.into_iter()
        .take(16)
        .map(|problem| Problem {
            at: text::printable(&problem.at, 128),
            message: text::printable(&problem.message, limits::GUEST_TEXT),
        })
        .collect()
}

pub(super) fn source(from: wit::Source) -> Source {
    match from {
        wit::Source::Header(name) => Source::Header(name),
        wit::Source::Bearer(name) => Source::Bearer(name),
        wit::Source::BasicUsername => Source::BasicUsername,
        wit::Source::BasicPassword => Source::BasicPassword,
        wit::Source::Query(name) => Source::Query(name),
        wit::Source::Member(pointer) => Source::Member(pointer),
        wit::Source::Form(field) => Source::Form(field),
    }
}

pub(super) fn part(from: wit::Part) -> Part {
    match from {
        wit::Part::Body => Part::Body,
        wit::Part::Header(name) => Part::Header(name),
        wit::Part::Query => Part::Query,
        wit::Part::Method => Part::Method,
        wit::Part::Target => Part::Target,
        wit::Part::Form(field) => Part::Form(field),
        wit::Part::Bytes(bytes) => Part::Bytes(bytes),
    }
}

pub(super) fn verdict(from: wit::Verdict, call: &Call) -> Result<Verdict, Stop> {
    let handshake = call.receiver.binding.answers_handshakes;
    match from {
        wit::Verdict::Accept(from) if call.is_proven() => {
            let event = Event {
                claims: call.claims().map(Arc::clone),
                ..event(from)?
            };
            Ok(Verdict::Accept(Box::new(event)))
        }
        wit::Verdict::Accept(_) => Err(Stop::contract("accept without the bound check")),
        // An answer of 200 says "authentic" to whoever asks, so it takes the proof too.
        wit::Verdict::Ignore(reason) if call.is_proven() => {
            Ok(Verdict::Ignore(outward(&reason, &call.receiver)))
        }
        wit::Verdict::Ignore(_) => Err(Stop::contract("ignore without the bound check")),
        wit::Verdict::Reply(from) if handshake || call.is_proven() => {
            Ok(Verdict::Reply(reply::response(from, &call.receiver)?))
        }
        wit::Verdict::Reply(_) => Err(Stop::contract("reply without the bound check")),
    }
}

pub(super) fn refusal(from: wit::Refusal, receiver: &BoundReceiver) -> Refusal {
    match from {
        wit::Refusal::Unauthenticated(reason) => {
            Refusal::Unauthenticated(outward(&reason, receiver))
        }
        wit::Refusal::Malformed(reason) => Refusal::Malformed(outward(&reason, receiver)),
        wit::Refusal::Stale(reason) => Refusal::Stale(outward(&reason, receiver)),
        wit::Refusal::Unavailable(reason) => Refusal::Unavailable(outward(&reason, receiver)),
        wit::Refusal::Misconfigured(reason) => Refusal::Misconfigured(outward(&reason, receiver)),
    }
}

/// A tenant's sentence, fit to leave.
fn outward(sentence: &str, receiver: &BoundReceiver) -> String {
    text::printable(
        &text::scrub(sentence, receiver.secrets()),
        limits::GUEST_TEXT,
    )
}

fn event(from: wit::Event) -> Result<Event, Stop> {
    let mut taken = Taken {
        left: limits::EVENT_BYTES,
    };
    Ok(Event {
        kind: taken.text(from.kind)?,
        action: taken.option(from.action)?,
        delivery_id: taken.option(from.delivery_id)?,
        signed_at: taken.option(from.signed_at)?,
        changes: from
            .changes
            .into_iter()
            .map(|change| taken.change(change))
            .collect::<Result<_, _>>()?,
        payload: taken.option(from.payload)?,
        claims: None,
    })
}

/// Takes an event over, within its size and as it is: its facts decide, and are scrubbed of
/// credentials where they leave the host ([`BoundReceiver::outward`]).
struct Taken {
    left: usize,
}

impl Taken {
    fn text(&mut self, text: String) -> Result<String, Stop> {
        self.left = self
            .left
            .checked_sub(text.len())
            .ok_or_else(|| Stop::contract("event over 128 KiB"))?;
        Ok(text)
    }

    fn option(&mut self, text: Option<String>) -> Result<Option<String>, Stop> {
        text.map(|text| self.text(text)).transpose()
    }

    fn list(&mut self, list: Vec<String>) -> Result<Vec<String>, Stop> {
        list.into_iter().map(|text| self.text(text)).collect()
    }

    fn change(&mut self, change: wit::Change) -> Result<Change, Stop> {
        Ok(match change {
            wit::Change::Git(git) => Change::Git(GitChange {
                repositories: self.list(git.repositories)?,
                reference: self.option(git.ref_)?,
                before: self.option(git.before)?,
                after: self.option(git.after)?,
                deleted: git.deleted,
                paths: match git.paths {
                    wit::Paths::Unknown => Paths::Unknown,
                    wit::Paths::Complete(list) => Paths::Complete(self.list(list)?),
                    wit::Paths::Truncated(list) => Paths::Truncated(self.list(list)?),
                },
            }),
            wit::Change::Artifact(artifact) => Change::Artifact(ArtifactChange {
                repositories: self.list(artifact.repositories)?,
                tag: self.option(artifact.tag)?,
                digest: self.option(artifact.digest)?,
                deleted: artifact.deleted,
            }),
        })
    }
}
