//! Second factors: what a request presents besides the secret path, where the sender signs nothing. The
//! Secret decides which are required. They stand there and not in `spec`, so that a Receiver which
//! loses a field of its `spec` never asks for less.
//!
//! | keys of the Secret | what the request presents |
//! |---|---|
//! | `username` and `password` | Basic credentials (RFC 7617) |
//! | `bearerToken` | a Bearer token (RFC 6750, section 2.1) |
//! | `headerName` and `headerValue` | the header of that name, with exactly that value |
//! | `clientNames` | a client certificate with one of these names, one a line: the host checks it |

use crate::{
    Authentication, Binding, Credential, Description, Problem, Receiver, Refusal, Source, headers,
    names,
};

/// The key of the Secret from which the host derives the path of every Receiver.
pub const PATH_KEY: &str = "token";

const USERNAME: &str = "username";
const PASSWORD: &str = "password";
const BEARER: &str = "bearerToken";
const HEADER_NAME: &str = "headerName";
const HEADER_VALUE: &str = "headerValue";

/// The key of the Secret with the names of client certificates, one a line. It is a setting.
pub const CLIENT_NAMES: &str = "clientNames";

/// The description of a component that supports second factors. Use it as [`Description::new`].
// Inlined it is smaller: the fields that it replaces are never made.
#[inline]
pub fn describe(provider: &str, version: &str) -> Description {
    Description {
        credential_keys: credential_keys(),
        setting_keys: names(&[HEADER_NAME, CLIENT_NAMES]),
        ..Description::new(provider, version)
    }
}

/// The [`credential_keys`](Description::credential_keys) of a component that supports second factors:
/// the key of the path, and the key of each factor. For a component that checks further keys.
pub fn credential_keys() -> Vec<String> {
    names(&[PATH_KEY, USERNAME, PASSWORD, BEARER, HEADER_VALUE])
}

/// Something that a request must present besides the path.
#[derive(Debug, PartialEq, Eq)]
pub struct Factor {
    /// The key of the Secret whose value must be presented.
    pub key: &'static str,
    /// Where the request presents it.
    pub place: Source,
}

impl Factor {
    /// Whether this factor is presented in the `Authorization` header, of which a request has one.
    pub fn takes_authorization(&self) -> bool {
        self.place.kind != "header"
    }

    /// Checks that the delivery presents this factor. Asks the host.
    ///
    /// # Errors
    /// `unauthenticated`, with the name of the key, when it does not.
    pub fn check(&self) -> Result<(), Refusal> {
        if crate::host::credentials::matches(self.key) {
            return Ok(());
        }
        Err(Refusal::Unauthenticated(
            [
                "what the request presents for '",
                self.key,
                "' does not match",
            ]
            .concat(),
        ))
    }
}

/// The factors that the Secret of a Receiver requires. A key that is present counts even when it is
/// empty: the host refuses an empty key, and to treat it as absent would open the Receiver.
///
/// # Errors
/// One problem for each half of a pair, for two factors that need the `Authorization` header, for a
/// `headerName` that is not a header name or was not granted, and for `clientNames` that was not granted.
pub fn required(receiver: &Receiver) -> Result<Vec<Factor>, Vec<Problem>> {
    let has = |key: &str| holds(receiver, key);
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
        (true, true) => match own_header(receiver) {
            Ok(place) => factors.push(factor(HEADER_VALUE, place)),
            Err(message) => wrong(message),
        },
        (true, false) => wrong("the Secret has headerName without headerValue: add it"),
        (false, true) => wrong("the Secret has headerValue without headerName: add it"),
        (false, false) => {}
    }
    if has(CLIENT_NAMES) && setting(receiver, CLIENT_NAMES).is_none() {
        wrong("clientNames may not be read: grant read:clientNames to this provider");
    }

    if problems.is_empty() {
        Ok(factors)
    } else {
        Err(problems)
    }
}

fn factor(key: &'static str, place: Source) -> Factor {
    Factor { key, place }
}

fn setting<'r>(receiver: &'r Receiver, key: &str) -> Option<&'r str> {
    let found = receiver.settings.iter().find(|(held, _)| held == key);
    found.map(|(_, text)| text.as_str())
}

/// The header that `headerName` of the Secret names.
fn own_header(receiver: &Receiver) -> Result<Source, &'static str> {
    match setting(receiver, HEADER_NAME) {
        Some(name) if headers::is_name(name) => Ok(Source::header(&name.to_ascii_lowercase())),
        Some(_) => Err(
            "headerName in the Secret is not the name of a header: write it without spaces, \
             colon or line end",
        ),
        None => Err("headerName may not be read: grant read:headerName to this provider"),
    }
}

/// The binding of a sender that signs nothing: by the factors that the Secret requires. Where it
/// requires none the binding is by the path alone, and has a warning that says so.
///
/// # Errors
/// As [`required`].
pub fn bind(receiver: &Receiver) -> Result<Binding, Vec<Problem>> {
    let factors = required(receiver)?;
    let path = Credential::needed(PATH_KEY);
    if factors.is_empty() && !holds(receiver, CLIENT_NAMES) {
        return Ok(Binding {
            warnings: names(&[
                "whoever knows the path is believed: put username and password, bearerToken, or \
                 headerName and headerValue into the Secret if the sender can present them",
            ]),
            ..Binding::new(Authentication::PathOnly, vec![path])
        });
    }
    let binding = Binding::new(Authentication::Secret, vec![path]);
    Ok(demand_client_names(add_to(binding, factors), receiver))
}

/// The binding of a sender that has a proof of its own, with the factors that the Secret requires added
/// to it.
///
/// # Errors
/// As [`required`].
pub fn bind_beside(binding: Binding, receiver: &Receiver) -> Result<Binding, Vec<Problem>> {
    let binding = add_to(binding, required(receiver)?);
    Ok(demand_client_names(binding, receiver))
}

/// The binding that also demands a client certificate, if the Secret has `clientNames`. What was bound by a
/// secret or the path alone is bound by the certificate then, and its credentials are needed beside it. The
/// host refuses names that it cannot read, and [`required`] those that were not granted.
#[must_use]
pub fn demand_client_names(mut binding: Binding, receiver: &Receiver) -> Binding {
    if holds(receiver, CLIENT_NAMES) {
        let names = setting(receiver, CLIENT_NAMES).unwrap_or_default();
        let weaker = [Authentication::Secret, Authentication::PathOnly];
        if weaker
            .iter()
            .any(|weaker| binding.authentication == *weaker)
        {
            binding.authentication = Authentication::Certificate.as_str().into();
        }
        binding = binding.with_client_names(names);
    }
    binding
}

fn holds(receiver: &Receiver, key: &str) -> bool {
    receiver.keys.iter().any(|held| held == key)
}

/// The binding with these factors added to the credentials that must be proved.
pub fn add_to(mut binding: Binding, factors: Vec<Factor>) -> Binding {
    let factors = factors.into_iter();
    let credentials = factors.map(|factor| Credential::presented(factor.key, factor.place));
    binding.credentials.extend(credentials);
    binding
}

/// Checks every factor that the Secret requires. Asks the host.
///
/// # Errors
/// As [`Factor::check`], and `misconfigured` where [`required`] fails.
pub fn check(receiver: &Receiver) -> Result<(), Refusal> {
    required(receiver)
        .map_err(Refusal::misconfigured)?
        .iter()
        .try_for_each(Factor::check)
}

#[cfg(test)]
mod tests;
