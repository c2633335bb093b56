//! The binding of a Receiver.

use bellpull_core::{
    Authentication, Binding, ClientNames, ClientNamesError, CredentialUse, Description, Encoding,
    Fault, Methods, Problem, Source, http, limits, text,
};
use bellpull_ports::ConfigureError;

use super::source::source;
use super::word::{shown, unknown};
use crate::v0_1::bindings::bellpull::provider::types as wit;

/// The member of the Receiver that names the component.
const COMPONENT: &str = "/type";
/// Problems of one Receiver that are told.
pub(super) const PROBLEMS: usize = 16;
/// The extension of a binding whose replies may have MACs.
const REPLY_MACS: &str = "reply-macs";
/// The extension of a binding that demands a client certificate.
const CLIENT_NAMES: &str = "client-names";

/// A binding that this host can enforce.
///
/// # Errors
/// Problems when a word is not known, since to ignore it might check less than the component asks for, and
/// when a text of the Receiver's owner does not list names. A fault when no host could enforce the binding.
pub(crate) fn binding(
    mut from: wit::Binding,
    description: &Description,
) -> Result<Binding, ConfigureError> {
    bounded(&from).map_err(fault)?;
    let client_names = client_names(&mut from.extensions).map_err(fault)?;
    let mut strange = Vec::new();
    let mut binding = known(from, description, &mut strange).map_err(fault)?;
    let mut problems: Vec<Problem> = strange.into_iter().take(PROBLEMS).map(problem).collect();
    match client_names {
        Some(Ok(names)) => binding.client_names = Some(names),
        Some(Err(error)) => problems.push(Problem {
            at: String::new(),
            message: format!(
                "the names of client certificates (clientNames of the Secret, with a bundled provider) \
                 are wrong: {error}"
            ),
        }),
        None => {}
    }
    if !problems.is_empty() {
        return Err(ConfigureError::Problems(problems));
    }
    match binding.contradiction() {
        Some(contradiction) => Err(fault(contradiction.to_owned())),
        None => Ok(binding),
    }
}

fn fault(text: String) -> ConfigureError {
    ConfigureError::Faulted(Fault::BadContract, text)
}

fn problem(strange: String) -> Problem {
    Problem {
        at: COMPONENT.to_owned(),
        message: format!(
            "the component asks for what this Bellpull does not know: {strange}: take another \
             version of the component or of Bellpull"
        ),
    }
}

fn bounded(from: &wit::Binding) -> Result<(), String> {
    let presented = from.credentials.iter().map(|one| one.presented.len());
    for (list, length) in [
        ("credentials", from.credentials.len()),
        ("places", presented.sum::<usize>() + from.tokens.len()),
        ("methods", from.methods.len()),
    ] {
        if length > limits::BINDING_ENTRIES {
            let most = limits::BINDING_ENTRIES;
            return Err(format!(
                "{length} {list} are bound, at most {most} are taken"
            ));
        }
    }
    Ok(())
}

/// The binding, as far as its words are known. What is not known is added to `strange`.
fn known(
    mut from: wit::Binding,
    description: &Description,
    strange: &mut Vec<String>,
) -> Result<Binding, String> {
    let reply_macs = reply_macs(&mut from.extensions, strange);
    unknown_extensions("binding", &from.extensions, strange);
    let authentication = Authentication::parse(&from.authentication).unwrap_or_else(|| {
        let known = Authentication::ALL.map(Authentication::as_str);
        strange.push(unknown("authentication", &from.authentication, &known));
        Authentication::Signature
    });
    let mut credentials = Vec::with_capacity(from.credentials.len());
    for one in from.credentials {
        credentials.push(credential_use(one, description, strange)?);
    }
    Ok(Binding {
        authentication,
        credentials,
        methods: methods(&from.methods, strange),
        tokens: places(from.tokens, strange),
        issuers: from.issuers,
        client_names: None,
        parses_before_verify: from.parses_before_verify,
        answers_handshakes: from.answers_handshakes,
        reply_macs,
        warnings: warnings(&from.warnings),
    })
}

/// Takes out the names of client certificates, if there are any. They come from whoever wrote the Receiver.
///
/// # Errors
/// When there are two lists.
fn client_names(
    given: &mut Vec<(String, String)>,
) -> Result<Option<Result<ClientNames, ClientNamesError>>, String> {
    let mut lists = given.extract_if(.., |(key, _)| key == CLIENT_NAMES);
    let list = lists.next();
    match lists.next() {
        Some(_) => Err(format!("extension {CLIENT_NAMES} is bound twice")),
        None => Ok(list.map(|(_, names)| ClientNames::parse(&names))),
    }
}

/// Takes out whether replies may have MACs.
fn reply_macs(given: &mut Vec<(String, String)>, strange: &mut Vec<String>) -> bool {
    let before = given.len();
    given.retain(|(key, text)| {
        let is_known = key == REPLY_MACS;
        if is_known && text != "true" {
            let text = shown(text);
            strange.push(format!(
                "extension {key} with the text {text}, which takes true"
            ));
        }
        !is_known
    });
    given.len() < before
}

/// Adds extensions that are not known to `strange`.
fn unknown_extensions(of: &str, given: &[(String, String)], strange: &mut Vec<String>) {
    for (key, _) in given {
        let key = shown(key);
        strange.push(format!("extension {key} of a {of}"));
    }
}

fn credential_use(
    from: wit::Credential,
    description: &Description,
    strange: &mut Vec<String>,
) -> Result<CredentialUse, String> {
    if !description.credential_keys.contains(&from.key) {
        let key = shown(&from.key);
        return Err(format!("credential {key} is bound and not described"));
    }
    unknown_extensions("credential", &from.extensions, strange);
    let encoding = Encoding::parse(&from.encoding).unwrap_or_else(|| {
        let known = ["text", "base64", "hex", "whsec"];
        strange.push(unknown("encoding", &from.encoding, &known));
        Encoding::Text
    });
    Ok(CredentialUse {
        key: from.key,
        encoding,
        proves: from.proves,
        presented: places(from.presented, strange),
    })
}

fn places(from: Vec<wit::Source>, strange: &mut Vec<String>) -> Vec<Source> {
    let mut known = Vec::with_capacity(from.len());
    for place in from {
        match source(place) {
            Ok(place) => known.push(place),
            Err(why) => strange.push(why),
        }
    }
    known
}

fn methods(from: &[String], strange: &mut Vec<String>) -> Methods {
    if from.iter().any(|method| method == "*") {
        return Methods::Any;
    }
    if from.is_empty() {
        return Methods::Only(vec![http::Method::POST]);
    }
    let mut known = Vec::with_capacity(from.len());
    for method in from {
        match http::Method::from_bytes(method.as_bytes()) {
            Ok(method) => known.push(method),
            Err(_) => strange.push(format!("method {}, which no request has", shown(method))),
        }
    }
    Methods::Only(known)
}

fn warnings(from: &[String]) -> Vec<String> {
    let first = from.iter().take(limits::WARNINGS);
    let first = first.map(|warning| text::printable(warning, limits::GUEST_TEXT));
    let more = from.len().saturating_sub(limits::WARNINGS);
    let more = (more > 0).then(|| format!("and {more} more"));
    first.chain(more).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extension_of_a_binding_is_known_by_its_exact_name() {
        for (key, text, expected, said) in [
            ("reply-macs", "true", true, None),
            ("reply-macs", "false", true, Some("takes true")),
            (
                "Reply-Macs",
                "true",
                false,
                Some("\"Reply-Macs\" of a binding"),
            ),
            (
                "certificate",
                "",
                false,
                Some("\"certificate\" of a binding"),
            ),
        ] {
            let mut given = vec![(key.to_owned(), text.to_owned())];
            let mut strange = Vec::new();
            let known = reply_macs(&mut given, &mut strange);
            unknown_extensions("binding", &given, &mut strange);
            let fits = match (strange.as_slice(), said) {
                ([], None) => true,
                ([strange], Some(said)) => strange.contains(said),
                _ => false,
            };
            assert!(
                known == expected && fits,
                "{key} {text}: {known} {strange:?}"
            );
        }
    }

    #[test]
    fn names_of_client_certificates_are_one_list_or_none() {
        let error = |line| Err(ClientNamesError::EmptyLine(line));
        for (texts, expected) in [
            (vec![], Ok(None)),
            (vec!["a\nb"], Ok(Some(Ok(2)))),
            (vec!["a\n\n"], Ok(Some(error(2)))),
            (vec!["a", "b"], Err("bound twice")),
        ] {
            let pairs = texts
                .iter()
                .map(|text| (CLIENT_NAMES.to_owned(), (*text).to_owned()));
            let mut given: Vec<_> = pairs.chain([("other".to_owned(), String::new())]).collect();
            let got = client_names(&mut given);
            let got = got.map(|list| list.map(|list| list.map(|names| names.all().len())));
            let fits = match (&got, &expected) {
                (Ok(got), Ok(expected)) => got == expected,
                (Err(got), Err(expected)) => got.contains(expected),
                _ => false,
            };
            assert!(fits, "{texts:?}: {got:?}, expected {expected:?}");
            assert_eq!(given.len(), 1, "{texts:?}");
        }
    }
}
