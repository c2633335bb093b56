//! Makes a case of a recorded delivery.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use bellpull_core::OutcomeKind;
use bellpull_core::text::REDACTED;
use bellpull_records::DeliveryView;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::format::CaseOutcome;
use super::sample::SAMPLES;

/// The file with the body.
pub const BODY_FILE: &str = "body";

/// A case of a recorded delivery. It has no credential of the Receiver.
pub struct SavedCase {
    /// Its `case.yaml`.
    pub yaml: String,
    pub body: String,
    /// Why it cannot be signed here, if it cannot.
    pub unsigned: Option<String>,
}

/// The Receiver of a recorded delivery, as far as a case has it.
pub struct SavedReceiver<'a> {
    pub events: &'a [String],
    pub config: Option<&'a Value>,
}

/// `case.yaml`, in the order in which people read it.
#[derive(Serialize)]
struct SavedFile {
    provider: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    events: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    config: Option<Value>,
    credentials: Value,
    now: String,
    request: Value,
    body: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sign: Option<Value>,
    expect: Map<String, Value>,
}

/// A bundled sample, as its `case.yaml` is written.
struct Recipe(Value);

impl SavedCase {
    /// The case of a delivery, signed by the recipe of a sample of its provider.
    ///
    /// # Errors
    /// When the body was not kept, or the outcome is none of a case.
    pub fn of(delivery: &DeliveryView, receiver: &SavedReceiver<'_>) -> Result<Self> {
        let request = &delivery.request;
        let body = match &request.body {
            Some(body) => body.clone(),
            None => String::new(),
        };
        ensure!(
            request.body.is_some() || (request.body_bytes == 0 && delivery.events.is_some()),
            "its body was not kept, and a case needs it: only bodies of deliveries that prove themselves and \
             hold no secret are kept, with --record-bodies verified"
        );
        ensure!(
            !request.body_is_binary,
            "its body is no UTF-8, and a record has it as text alone: no case of it would be what came"
        );
        let provider = delivery.provider.clone().unwrap_or_default();
        let recipe = Recipe::choose(&provider, delivery)?;
        let unsigned = recipe.is_none().then(|| {
            format!(
                "no sample of {provider:?} says how such a delivery is signed, and credentials are never \
                 saved: add 'credentials' and 'sign', or the headers of the proof"
            )
        });
        let file = SavedFile {
            provider,
            events: receiver.events.to_vec(),
            config: receiver
                .config
                .cloned()
                .or_else(|| recipe.as_ref()?.member("config")),
            credentials: recipe
                .as_ref()
                .and_then(|recipe| recipe.member("credentials"))
                .unwrap_or_else(|| json!({})),
            now: delivery.received.clone(),
            request: written(delivery, recipe.as_ref()),
            body: BODY_FILE,
            sign: recipe.as_ref().and_then(|recipe| recipe.member("sign")),
            expect: expected(delivery, unsigned.is_some())?,
        };
        let mut head = format!(
            "# Delivery {} of Receiver {}. Its credentials are not in it.\n",
            delivery.id, delivery.receiver
        );
        if let Some(why) = &unsigned {
            head.push_str(&format!("# It is not signed: {why}.\n"));
        }
        Ok(Self {
            yaml: head + &serde_saphyr::to_string(&file)?,
            body,
            unsigned,
        })
    }
}

impl Recipe {
    /// The sample that sets most headers that the delivery has. `None`: each sets one that it does not have,
    /// or needs a token of an issuer.
    fn choose(provider: &str, delivery: &DeliveryView) -> Result<Option<Self>> {
        let headers = &delivery.request.headers;
        let had: BTreeSet<&str> = headers.iter().map(|(name, _)| name.as_str()).collect();
        let mut best: Option<(usize, Self)> = None;
        let of_provider = |case: &Value| case.get("provider") == Some(&json!(provider));
        for sample in SAMPLES {
            let case: Value = serde_saphyr::from_str(sample.case)?;
            let recipe = Self(case);
            if !of_provider(&recipe.0) || recipe.needs_token() {
                continue;
            }
            let sets = recipe.headers_set();
            let fits = sets.iter().all(|name| had.contains(name.as_str()));
            if fits && best.as_ref().is_none_or(|(most, _)| sets.len() > *most) {
                best = Some((sets.len(), recipe));
            }
        }
        Ok(best.map(|(_, recipe)| recipe))
    }

    fn member(&self, name: &str) -> Option<Value> {
        self.0.get(name).cloned()
    }

    fn steps(&self) -> &[Value] {
        let steps = self.0.get("sign").and_then(Value::as_array);
        steps.map_or(&[], Vec::as_slice)
    }

    fn needs_token(&self) -> bool {
        self.steps().iter().any(|step| step.get("token").is_some())
    }

    /// The names of the headers that the recipe sets, in lower case.
    fn headers_set(&self) -> Vec<String> {
        let names = self.steps().iter().filter_map(|step| step.get("header"));
        let names = names.filter_map(Value::as_str);
        names.map(str::to_ascii_lowercase).collect()
    }

    /// The value that the sample has for a header that is not saved.
    fn header(&self, name: &str) -> Option<String> {
        let pairs = self.0.pointer("/request/headers")?.as_array()?;
        let mut pairs = pairs.iter().filter_map(Value::as_array);
        pairs.find_map(|pair| {
            let of = pair.first()?.as_str()?;
            let value = pair.get(1)?.as_str()?;
            of.eq_ignore_ascii_case(name).then(|| value.to_owned())
        })
    }

    /// The value that the sample has for a parameter of the query that is not saved.
    fn parameter(&self, name: &str) -> Option<String> {
        let target = self.0.pointer("/request/target")?.as_str()?;
        let (_, query) = target.split_once('?')?;
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        pairs.find_map(|(of, value)| (of == name).then(|| value.into_owned()))
    }
}

/// The request line and the headers. What carried a credential has the sample's value or is left out.
fn written(delivery: &DeliveryView, recipe: Option<&Recipe>) -> Value {
    let request = &delivery.request;
    let signed = recipe.map_or_else(Vec::new, Recipe::headers_set);
    let headers = request.headers.iter().filter_map(|(name, value)| {
        if signed.contains(name) {
            return None;
        }
        let value = match value.as_str() {
            REDACTED => recipe?.header(name)?,
            value => value.to_owned(),
        };
        Some((name.clone(), value))
    });
    let headers: Vec<(String, String)> = headers.collect();
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in &request.query {
        let value = match value.as_str() {
            REDACTED => recipe.and_then(|recipe| recipe.parameter(name)),
            value => Some(value.to_owned()),
        };
        if let Some(value) = value {
            query.append_pair(name, &value);
        }
    }
    let query = query.finish();
    let target = match query.as_str() {
        "" => "/hook/saved".to_owned(),
        query => format!("/hook/saved?{query}"),
    };
    json!({"method": request.method, "target": target, "headers": headers})
}

/// What a replay is expected to come to.
///
/// # Errors
/// When the outcome is none of a case.
fn expected(delivery: &DeliveryView, unsigned: bool) -> Result<Map<String, Value>> {
    let mut expect = Map::new();
    let outcome = |outcome: CaseOutcome, status: u16| {
        [
            ("outcome".to_owned(), json!(outcome.as_str())),
            ("status".to_owned(), json!(status)),
        ]
    };
    let is_ignored = delivery.outcome == OutcomeKind::Ignored.as_str();
    let events = delivery.events.as_ref();
    if unsigned {
        expect.extend(outcome(CaseOutcome::Unauthenticated, 401));
        return Ok(expect);
    }
    if is_ignored {
        expect.extend(outcome(CaseOutcome::Ignored, delivery.status));
        if let Some(class) = &delivery.class {
            expect.insert("class".to_owned(), json!(class));
        }
    } else {
        ensure!(
            events.is_some(),
            "it ended as {}, before its component told anything: there is no case to make of it",
            delivery.outcome
        );
        // What became of the targets depends on the Receiver, and no case has one.
        expect.extend(outcome(CaseOutcome::Notified, 200));
    }
    for (name, mut value) in events
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(own)
    {
        forget_signing_time(&mut value);
        expect.insert(name, value);
    }
    Ok(expect)
}

fn own((name, value): (&String, &Value)) -> (String, Value) {
    (name.clone(), value.clone())
}

/// The case is signed at its own time.
fn forget_signing_time(events: &mut Value) {
    let forget = |event: &mut Value| event.as_object_mut().map(|event| event.remove("signedAt"));
    match events {
        Value::Array(events) => events.iter_mut().for_each(|event| drop(forget(event))),
        event => drop(forget(event)),
    }
}
