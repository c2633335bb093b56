//! The `generic-oidc` provider: anything that presents a token of an issuer, such as a job of
//! GitHub Actions or GitLab CI, or a Kubernetes service account. The host verifies the token and
//! evaluates the validations of `spec.oidcProviders` on its claims.

use bellpull_sdk::{
    Binding, Description, Event, Problem, Provider, Receiver, Refusal, Selection, Source, Verdict,
    events,
    host::{document, jwt},
    names,
};

const KIND: &str = "generic-oidc";

struct GenericOidc;

/// An issuer, and the audience that its tokens must have.
#[derive(Debug, PartialEq, Eq)]
struct Issuer {
    issuer: String,
    audience: String,
}

impl Provider for GenericOidc {
    fn describe() -> Description {
        Description {
            documentation: "https://github.com/bellpull/bellpull/tree/main/plugins/generic-oidc"
                .into(),
            ..Description::new(KIND, env!("CARGO_PKG_VERSION"))
        }
    }

    fn configure(receiver: &Receiver) -> Result<Binding, Vec<Problem>> {
        let issuers = issuers().map_err(|_| {
            let message = "cannot be read as the issuers of tokens";
            vec![Problem::new("/oidcProviders", message)]
        })?;
        Ok(bound(receiver, issuers))
    }

    fn receive(_: &Receiver) -> Result<Verdict, Refusal> {
        let mut refused = None;
        // Each issuer is asked with its own audience, so no token is accepted for the audience of
        // another issuer.
        for Issuer { issuer, audience } in issuers()? {
            let expected = jwt::Expectation {
                issuers: vec![issuer],
                audiences: vec![audience],
            };
            match jwt::verify(&expected) {
                Ok(_) => return Ok(Verdict::accept(Event::new(KIND))),
                Err(jwt::Failure::Unavailable(why)) => return Err(Refusal::Unavailable(why)),
                Err(jwt::Failure::Unauthenticated(why)) => refused = Some(why),
            }
        }
        let why = refused.unwrap_or_else(|| "no issuer is configured".into());
        Err(Refusal::Unauthenticated(why))
    }
}

fn bound(receiver: &Receiver, issuers: Vec<Issuer>) -> Binding {
    let issuers = issuers.into_iter().map(|issuer| issuer.issuer).collect();
    Binding {
        methods: names(&["*"]),
        warnings: events::ignored_warnings(&receiver.events),
        ..Binding::token(issuers, Source::bearer("authorization"))
    }
}

const ISSUER: &str = "/issuers/*/issuer";
const AUDIENCE: &str = "/issuers/*/audience";

/// The issuers that the host reads from `spec.oidcProviders`.
fn issuers() -> Result<Vec<Issuer>, Refusal> {
    Selection::of(&document::from_config(), &[ISSUER, AUDIENCE]).map(|config| paired(&config))
}

fn paired(config: &Selection) -> Vec<Issuer> {
    let pairs = config.texts(ISSUER).zip(config.texts(AUDIENCE));
    let issuers = pairs.map(|(issuer, audience)| Issuer {
        issuer: issuer.into(),
        audience: audience.into(),
    });
    issuers.collect()
}

bellpull_sdk::export!(GenericOidc);

#[cfg(test)]
mod tests {
    use bellpull_sdk::Authentication;
    use bellpull_sdk::host::document::Value;

    use super::*;

    #[test]
    fn a_token_is_all_that_proves() {
        let receiver = Receiver::new(KIND, &[]);
        let issuer = Issuer {
            issuer: "https://a".into(),
            audience: "us".into(),
        };
        let binding = bound(&receiver, vec![issuer]);
        assert_eq!(binding.authentication, Authentication::Token);
        assert!(binding.credentials.is_empty());
        assert_eq!(binding.issuers, ["https://a"]);
        assert_eq!(binding.methods, ["*"]);
        assert!(binding.warnings.is_empty());
    }

    #[test]
    fn each_issuer_keeps_its_own_audience() {
        let texts = |texts: [&str; 2]| texts.map(|text| Value::Text(text.into())).to_vec();
        let config = Selection::from_iter([
            (ISSUER, texts(["https://a", "https://b"])),
            (AUDIENCE, texts(["us", "them"])),
        ]);
        let issuer = |issuer: &str, audience: &str| Issuer {
            issuer: issuer.into(),
            audience: audience.into(),
        };
        let expected = [issuer("https://a", "us"), issuer("https://b", "them")];
        assert_eq!(paired(&config), expected);
    }
}
