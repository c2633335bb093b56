//! The `aws-sns` provider: messages of topics of Amazon SNS, which signs them with its own key.
//! Protocol:
//! <https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html>,
//! <https://docs.aws.amazon.com/sns/latest/dg/http-notification-json.html>.

mod config;
mod envelope;
mod event;
mod urls;

use bellpull_sdk::{
    Authentication, Binding, Credential, Description, Part, Problem, Provider, Receiver, Refusal,
    Response, Selection, Verdict, body, events, factors, headers,
    host::{crypto, document, fetch},
    names, time,
};
use config::Config;
use envelope::{Envelope, Kind};

struct AwsSns;

impl Provider for AwsSns {
    fn describe() -> Description {
        Description {
            documentation: "https://github.com/bellpull/bellpull/tree/main/plugins/aws-sns".into(),
            events: event::known().map(String::from).collect(),
            credential_keys: names(&[factors::PATH_KEY]),
            config_schema: config::SCHEMA.into(),
            fetch_hosts: names(&urls::HOSTS),
            ..Description::new("aws-sns", env!("CARGO_PKG_VERSION"))
        }
    }

    fn configure(receiver: &Receiver) -> Result<Binding, Vec<Problem>> {
        let known: Vec<&str> = event::known().collect();
        Ok(Binding {
            parses_before_verify: true,
            warnings: events::unknown_warnings(&receiver.events, &known),
            ..Binding::new(
                Authentication::Signature,
                vec![Credential::needed(factors::PATH_KEY)],
            )
        })
    }

    fn receive(receiver: &Receiver) -> Result<Verdict, Refusal> {
        envelope::check_form(headers::informative("x-amz-sns-rawdelivery").as_deref())?;
        let config = Config::of(&Selection::of(&document::from_config(), config::POINTERS)?);
        let envelope = Envelope::of(&Selection::of(&body::json()?, envelope::POINTERS)?)?;
        config.check(&envelope)?;
        verify(&envelope)?;
        time::check_age(time::now(), envelope.seconds()?, config.tolerance)?;
        match &envelope.kind {
            Kind::SubscriptionConfirmation(subscription) => confirm(&subscription.url),
            Kind::UnsubscribeConfirmation(_) => Ok(Verdict::no_change(
                "the subscription has ended: no more messages follow",
            )),
            Kind::Notification { .. } => Ok(notified(receiver, &envelope)),
        }
    }
}

/// Verifies the signature by the key that AWS publishes. Asks the host.
fn verify(envelope: &Envelope) -> Result<(), Refusal> {
    urls::check_certificate(&envelope.certificate_url)?;
    let certificate = fetch::get(&envelope.certificate_url).map_err(Refusal::Unavailable)?;
    let verified = crypto::verify_signature(
        &crypto::PublicKey::certificate(certificate),
        envelope.version.algorithm(),
        &[Part::bytes(envelope.signed_text())],
        &envelope.signature,
    );
    match verified {
        Ok(true) => Ok(()),
        Ok(false) => Err(Refusal::Unauthenticated(
            "the signature does not match under the certificate of Amazon SNS".into(),
        )),
        Err(why) => Err(Refusal::Unavailable(why)),
    }
}

/// Confirms a subscription by one GET.
fn confirm(subscribe_url: &str) -> Result<Verdict, Refusal> {
    urls::check_subscription(subscribe_url)?;
    fetch::get(subscribe_url).map_err(Refusal::Unavailable)?;
    Ok(Verdict::Reply(Response::ok(Vec::new())))
}

fn notified(receiver: &Receiver, envelope: &Envelope) -> Verdict {
    let payload = event::payload(&envelope.message);
    let kind = event::kind(payload.as_ref());
    if !events::wanted(&receiver.events, kind) {
        return events::not_listed(kind);
    }
    if let Some(result) = event::failure(payload.as_ref()) {
        return Verdict::no_change(&[kind, " ended in ", result].concat());
    }
    let event = event::of(envelope, kind, payload.as_ref());
    Verdict::Accept(event::accepted(envelope, event))
}

bellpull_sdk::export!(AwsSns);
