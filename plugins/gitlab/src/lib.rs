//! The `gitlab` provider: project, group and system hooks of gitlab.com and of self-managed GitLab.
//! Protocol: <https://docs.gitlab.com/user/project/integrations/webhooks/> and
//! <https://docs.gitlab.com/user/project/integrations/webhook_events/>.

mod event;
mod kinds;
mod push;
mod verify;

use bellpull_sdk::{
    Acceptance, Authentication, Binding, Credential, Description, Problem, Provider, Receiver,
    Refusal, Selection, Source, Verdict, body, events, factors, headers, host::credentials, names,
    time,
};
use kinds::EVENTS;
use verify::{SIGNING_KEY, Signed, TOKEN_HEADER, TOKEN_KEY};

struct Gitlab;

impl Provider for Gitlab {
    fn describe() -> Description {
        Description {
            documentation: "https://github.com/bellpull/bellpull/tree/main/plugins/gitlab".into(),
            events: names(EVENTS),
            credential_keys: [factors::credential_keys(), names(&[SIGNING_KEY])].concat(),
            ..factors::describe("gitlab", env!("CARGO_PKG_VERSION"))
        }
    }

    fn configure(receiver: &Receiver) -> Result<Binding, Vec<Problem>> {
        // The place is bound even if the token proves nothing, so that it reads as redacted.
        let token = Credential::presented(TOKEN_KEY, Source::header(TOKEN_HEADER));
        let binding = if verify::signs(&receiver.keys) {
            Binding {
                credentials: vec![
                    Credential {
                        proves: false,
                        ..token
                    },
                    Credential::proving(SIGNING_KEY, "whsec"),
                ],
                ..Binding::signature(SIGNING_KEY)
            }
        } else {
            Binding::new(Authentication::Secret, vec![token])
        };
        let warnings = events::unknown_warnings(&receiver.events, EVENTS);
        Ok(factors::bind_beside(binding, receiver)?.with_warnings(warnings))
    }

    fn receive(receiver: &Receiver) -> Result<Verdict, Refusal> {
        let signed = prove(&receiver.keys)?;
        factors::check(receiver)?;
        let kind = events::named(&receiver.events, "x-gitlab-event")?;
        if !events::wanted(&receiver.events, &kind) {
            return Ok(events::not_listed(&kind));
        }
        let document = body::json_if_any();
        let payload = Selection::of_optional(document.as_ref(), event::POINTERS, event::BULKY);
        Ok(Verdict::Accept(Acceptance {
            delivery_id: headers::informative("idempotency-key")
                .or_else(|| headers::informative("x-gitlab-webhook-uuid")),
            signed_at: signed.and_then(|signed| time::rfc3339(signed.at)),
            ..event::of(&kind, &payload).into()
        }))
    }
}

/// Checks the delivery in the one way that the Secret requires. With a signing token the token
/// never stands in for it.
fn prove(keys: &[String]) -> Result<Option<Signed>, Refusal> {
    if !verify::signs(keys) {
        if credentials::matches(TOKEN_KEY) {
            return Ok(None);
        }
        return Err(Refusal::Unauthenticated(
            "x-gitlab-token is missing or does not match 'token'".into(),
        ));
    }
    let signed = Signed::presented(
        &headers::values(verify::ID_HEADER),
        &headers::values(verify::TIMESTAMP_HEADER),
        &headers::values(verify::SIGNATURE_HEADER),
    )?;
    let message = verify::message();
    if !signed
        .macs
        .iter()
        .any(|mac| mac.matches(SIGNING_KEY, &message))
    {
        return Err(Refusal::Unauthenticated(
            "no signature matches under 'signingToken'".into(),
        ));
    }
    time::check_age(time::now(), signed.at, verify::TOLERANCE)?;
    Ok(Some(signed))
}

bellpull_sdk::export!(Gitlab);

#[cfg(test)]
mod tests {
    use super::*;

    fn bound(keys: &[&str], events: &[&str]) -> Binding {
        Gitlab::configure(&Receiver {
            events: names(events),
            ..Receiver::new("gitlab", keys)
        })
        .unwrap()
    }

    #[test]
    fn a_token_is_presented() {
        let binding = bound(&["token"], &["push hook"]);
        assert_eq!(binding.authentication, Authentication::Secret);
        let token = Credential::presented("token", Source::header("x-gitlab-token"));
        assert_eq!(binding.credentials, [token]);
        assert!(binding.warnings.is_empty());
    }

    #[test]
    fn a_signing_token_takes_its_place() {
        let binding = bound(&["signingToken", "token"], &["push"]);
        assert_eq!(binding.authentication, Authentication::Signature);
        assert_eq!(
            binding.credentials,
            [
                Credential {
                    presented: vec![Source::header("x-gitlab-token")],
                    ..Credential::needed("token")
                },
                Credential::proving("signingToken", "whsec")
            ]
        );
        assert_eq!(binding.warnings.len(), 1);
    }

    #[test]
    fn a_second_factor_proves_beside_either() {
        for (key, proof) in [
            (
                "token",
                Credential::presented("token", Source::header("x-gitlab-token")),
            ),
            ("signingToken", Credential::proving("signingToken", "whsec")),
        ] {
            let binding = bound(&["token", key, "bearerToken"], &[]);
            let proving = binding.credentials.into_iter().filter(|key| key.proves);
            assert_eq!(
                proving.collect::<Vec<_>>(),
                [
                    proof,
                    Credential::presented("bearerToken", Source::bearer("authorization"))
                ]
            );
        }
    }
}
