//! The second factor of senders that sign nothing: what the Secret holds beside the token that makes
//! the path says what a request must present. It stands in the Secret and not in `spec`, so that
//! losing a field of the Receiver never weakens it.

use crate::{Authentication, Binding, Credential, Problem, Receiver, Refusal, Source, names};

/// The key of the Secret that makes the path of every Receiver.
pub const PATH_KEY: &str = "token";
/// Keys of the Secret that are read; the [`setting_keys`](crate::Description::setting_keys) of a
/// component that asks for second factors.
pub const SETTINGS: [&str; 1] = [HEADER_NAME];

const USERNAME: &str = "username";
const PASSWORD: &str = "password";
const BEARER: &str = "bearerToken";
const HEADER_NAME: &str = "headerName";
const HEADER_VALUE: &str = "headerValue";

/// The [`credential_keys`](crate::Description::credential_keys) of a component that asks for second
/// factors: what makes the path, and what a request may have to match.
pub fn credential_keys() -> Vec<String> {
    names(&[PATH_KEY, USERNAME, PASSWORD, BEARER, HEADER_VALUE])
}

/// Something that a request must present besides the path.
#[derive(Debug, PartialEq, Eq)]
pub struct Factor {
    /// The key of the Secret that it must match.
    pub key: &'static str,
    /// Where the request presents it.
    pub place: Source,
}

impl Factor {
    /// Whether it takes the one `Authorization` header that a request has.
    pub fn takes_authorization(&self) -> bool {
        self.place.kind != "header"
    }
}

/// What the Secret asks for:
///
/// | keys | the request presents |
/// |---|---|
/// | `username` and `password` | Basic credentials (RFC 7617) |
/// | `bearerToken` | a Bearer token (RFC 6750, section 2.1) |
/// | `headerName` and `headerValue` | that header with exactly that value |
///
/// A key that is there counts, whatever it holds: the host refuses an empty one, and taking it for
/// absent would open the Receiver.
///
/// # Errors
/// Half a pair, two uses of the `Authorization` header, and a name that no header can have.
pub fn asked(keys: &[String], settings: &[(String, String)]) -> Result<Vec<Factor>, Vec<Problem>> {
    let has = |key: &str| keys.iter().any(|held| held == key);
    let mut factors = Vec::new();
    let mut problems = Vec::new();
    let mut wrong = |message: &str| problems.push(Problem::new("/secretRef", message));

    match (has(USERNAME), has(PASSWORD)) {
        (true, true) => factors.extend([
            factor(USERNAME, Source::basic_username()),
            factor(PASSWORD, Source::basic_password()),
        ]),
        (true, false) => wrong("the Secret has username without password: add it"),
        (false, true) => wrong("the Secret has password without username: add it"),
        (false, false) => {}
    }
    if has(BEARER) {
        factors.push(factor(BEARER, Source::bearer("authorization")));
    }
    if has(BEARER) && (has(USERNAME) || has(PASSWORD)) {
        wrong(
            "the Secret has bearerToken and username or password, but a request has one \
             Authorization header: keep one of them",
        );
    }
    match (has(HEADER_NAME), has(HEADER_VALUE)) {
        (true, true) => match settings.iter().find(|(key, _)| key == HEADER_NAME) {
            Some((_, name)) if is_token(name) => {
                let place = Source::header(&name.to_ascii_lowercase());
                factors.push(factor(HEADER_VALUE, place));
            }
            Some(_) => wrong(
                "headerName in the Secret is not the name of a header: write it without spaces, \
                 colon or line end",
            ),
            None => wrong("headerName may not be read: grant read:headerName to this provider"),
        },
        (true, false) => wrong("the Secret has headerName without headerValue: add it"),
        (false, true) => wrong("the Secret has headerValue without headerName: add it"),
        (false, false) => {}
    }

    if problems.is_empty() {
        Ok(factors)
    } else {
        Err(problems)
    }
}

/// The binding of a sender that signs nothing: by the factors that the Secret asks for, and by the
/// path alone, with a warning, where it asks for none.
///
/// # Errors
/// As [`asked`].
pub fn bind(receiver: &Receiver) -> Result<Binding, Vec<Problem>> {
    let factors = asked(&receiver.keys, &receiver.settings)?;
    let path = Credential::needed(PATH_KEY);
    if factors.is_empty() {
        return Ok(Binding {
            warnings: names(&[
                "whoever knows the path is believed: put username and password, bearerToken, or \
                 headerName and headerValue into the Secret if the sender can present them",
            ]),
            ..Binding::new(Authentication::PathOnly, vec![path])
        });
    }
    Ok(demand(
        factors,
        Binding::new(Authentication::Secret, vec![path]),
    ))
}

/// The binding of a sender that proves itself in its own way, with the factors that the Secret asks
/// for besides.
///
/// # Errors
/// As [`asked`].
pub fn beside(receiver: &Receiver, binding: Binding) -> Result<Binding, Vec<Problem>> {
    Ok(demand(asked(&receiver.keys, &receiver.settings)?, binding))
}

/// The binding with these factors to be proved besides what it has.
pub fn demand(factors: Vec<Factor>, mut binding: Binding) -> Binding {
    let asked = factors.into_iter();
    let credentials = asked.map(|factor| Credential::presented(factor.key, factor.place));
    binding.credentials.extend(credentials);
    binding
}

/// Checks every factor that the Secret asks for. Asks the host.
///
/// # Errors
/// `unauthenticated`, naming the key, when the delivery does not present one of them; `misconfigured`
/// where [`bind`] fails too.
pub fn check(receiver: &Receiver) -> Result<(), Refusal> {
    asked(&receiver.keys, &receiver.settings)
        .map_err(misconfigured)?
        .iter()
        .try_for_each(present)
}

/// Checks one factor. Asks the host.
///
/// # Errors
/// `unauthenticated`, naming the key.
pub fn present(factor: &Factor) -> Result<(), Refusal> {
    if crate::host::credentials::matches(factor.key) {
        return Ok(());
    }
    Err(Refusal::Unauthenticated(
        [
            "what the request presents for '",
            factor.key,
            "' does not match",
        ]
        .concat(),
    ))
}

/// The refusal of a delivery to a Receiver that has these problems.
pub fn misconfigured(problems: Vec<Problem>) -> Refusal {
    let first = problems.into_iter().next();
    Refusal::Misconfigured(first.map(|problem| problem.message).unwrap_or_default())
}

fn factor(key: &'static str, place: Source) -> Factor {
    Factor { key, place }
}

/// A `token` of RFC 9110, section 5.6.2: what a header name may be.
fn is_token(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

#[cfg(test)]
mod tests;
