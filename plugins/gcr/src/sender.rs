use bellpull_sdk::{
    Problem, Receiver, Refusal, Selection, Source, host::document::Value, host::jwt, names,
};

/// The keys of the Secret that are read. They are those of Flux.
pub(crate) const SETTINGS: [&str; 2] = [EMAIL, AUDIENCE];
const EMAIL: &str = "email";
const AUDIENCE: &str = "audience";

/// Google uses both names (OpenID Connect Core 1.0, section 15.6.2).
pub(crate) const ISSUERS: [&str; 2] = ["https://accounts.google.com", "accounts.google.com"];

const CLAIMED_AUDIENCE: &str = "/aud";
const CLAIMED_EMAIL: &str = "/email";
const EMAIL_VERIFIED: &str = "/email_verified";
/// The claims that are read of a token.
pub(crate) const CLAIMS: &[&str] = &[CLAIMED_AUDIENCE, CLAIMED_EMAIL, EMAIL_VERIFIED];

/// The sender whose pushes are accepted.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Sender {
    /// The service account of the subscription.
    email: String,
    audience: String,
}

impl Sender {
    /// The sender that the Secret names.
    ///
    /// # Errors
    /// One problem for each key that is missing, empty or not granted.
    pub(crate) fn of(receiver: &Receiver) -> Result<Self, Vec<Problem>> {
        match (setting(receiver, EMAIL), setting(receiver, AUDIENCE)) {
            (Ok(email), Ok(audience)) => Ok(Self { email, audience }),
            (email, audience) => Err([email.err(), audience.err()]
                .into_iter()
                .flatten()
                .map(|message| Problem::new("/secretRef", &message))
                .collect()),
        }
    }

    /// The issuers and the audience of its tokens.
    pub(crate) fn expectation(&self) -> jwt::Expectation {
        jwt::Expectation {
            issuers: names(&ISSUERS),
            audiences: vec![self.audience.clone()],
        }
    }

    /// Checks that a verified token is this sender's. Google signs tokens for every account that
    /// asks.
    ///
    /// # Errors
    /// `unauthenticated` when it is another's.
    pub(crate) fn check(&self, claims: &Selection) -> Result<(), Refusal> {
        let unauthenticated = |why: &str| Err(Refusal::Unauthenticated(why.into()));
        // Another recipient of a token with several audiences could present it here.
        if claims.all(CLAIMED_AUDIENCE) != [Value::Text(self.audience.clone())] {
            return unauthenticated("the token is not for this audience alone");
        }
        if claims.text(CLAIMED_EMAIL) != Some(&self.email) {
            return unauthenticated("the token is of another account than 'email' in the Secret");
        }
        if claims.boolean(EMAIL_VERIFIED) != Some(true) {
            return unauthenticated("the token does not say that its email is verified");
        }
        Ok(())
    }
}

/// The place of the token.
pub(crate) fn place() -> Source {
    Source::bearer("authorization")
}

fn setting(receiver: &Receiver, key: &str) -> Result<String, String> {
    let found = receiver.settings.iter().find(|(name, _)| name == key);
    match found {
        Some((_, value)) if !value.is_empty() => Ok(value.clone()),
        Some(_) => Err(["'", key, "' in the Secret is empty"].concat()),
        None if receiver.keys.iter().any(|held| held == key) => Err([
            "'",
            key,
            "' in the Secret may not be read: grant read:",
            key,
            " to this provider",
        ]
        .concat()),
        None => Err(["the Secret has no '", key, "': add it"].concat()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNT: &str = "push@acme.iam.gserviceaccount.com";
    const ENDPOINT: &str = "https://hooks.acme.example/gcr";

    fn receiver(keys: &[&str], settings: &[(&str, &str)]) -> Receiver {
        let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        Receiver {
            settings: settings.iter().map(owned).collect(),
            ..Receiver::new("gcr", keys)
        }
    }

    fn sender() -> Sender {
        let settings = [(EMAIL, ACCOUNT), (AUDIENCE, ENDPOINT)];
        Sender::of(&receiver(&["token", EMAIL, AUDIENCE], &settings)).unwrap()
    }

    fn claims(aud: Value, email: &str, verified: Value) -> Selection {
        Selection::from_iter([
            (CLAIMED_AUDIENCE, vec![aud]),
            (CLAIMED_EMAIL, vec![Value::Text(email.into())]),
            (EMAIL_VERIFIED, vec![verified]),
        ])
    }

    fn text(text: &str) -> Value {
        Value::Text(text.into())
    }

    #[test]
    fn the_secret_must_name_account_and_audience() {
        let both = [EMAIL, AUDIENCE];
        for (keys, settings, expected) in [
            (&[][..], &[][..], &["no 'email'", "no 'audience'"][..]),
            (&both, &[(EMAIL, ACCOUNT)], &["grant read:audience"]),
            (&both, &[(EMAIL, ""), (AUDIENCE, ENDPOINT)], &["'email' in"]),
        ] {
            let problems = Sender::of(&receiver(keys, settings)).unwrap_err();
            let found: Vec<&str> = problems.iter().map(|one| one.message.as_str()).collect();
            assert_eq!(found.len(), expected.len(), "{found:?}");
            for (message, part) in found.iter().zip(expected) {
                assert!(message.contains(part), "{message}: {part}");
            }
        }
    }

    #[test]
    fn takes_a_token_of_its_account() {
        let token = claims(text(ENDPOINT), ACCOUNT, Value::Boolean(true));
        assert_eq!(sender().check(&token), Ok(()));
    }

    #[test]
    fn refuses_a_token_of_anyone_else() {
        let list = Value::Json(["[\"", ENDPOINT, "\"]"].concat());
        let yes = Value::Boolean(true);
        for token in [
            claims(list, ACCOUNT, yes.clone()),
            claims(text("https://other"), ACCOUNT, yes.clone()),
            claims(
                text(ENDPOINT),
                "push@other.iam.gserviceaccount.com",
                yes.clone(),
            ),
            claims(text(ENDPOINT), "", yes.clone()),
            claims(text(ENDPOINT), "PUSH@acme.iam.gserviceaccount.com", yes),
            claims(text(ENDPOINT), ACCOUNT, Value::Boolean(false)),
            claims(text(ENDPOINT), ACCOUNT, text("true")),
            claims(text(ENDPOINT), ACCOUNT, Value::Missing),
        ] {
            let found = sender().check(&token);
            assert!(
                matches!(found, Err(Refusal::Unauthenticated(_))),
                "{token:?}"
            );
        }
    }
}
