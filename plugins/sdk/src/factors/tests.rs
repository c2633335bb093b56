use super::*;

fn receiver(keys: &[&str], header_name: Option<&str>) -> Receiver {
    let settings = header_name.map(|name| (HEADER_NAME.to_owned(), name.to_owned()));
    Receiver {
        settings: settings.into_iter().collect(),
        ..Receiver::new("example", keys)
    }
}

/// The keys of the factors, or how many problems there are.
fn keys_required(keys: &[&str], header_name: Option<&str>) -> Result<Vec<&'static str>, usize> {
    required(&receiver(keys, header_name))
        .map(|factors| factors.into_iter().map(|factor| factor.key).collect())
        .map_err(|problems| problems.len())
}

fn bound(keys: &[&str]) -> Binding {
    bind(&receiver(keys, Some("X-Key"))).unwrap()
}

#[test]
fn asks_for_what_is_there() {
    assert_eq!(keys_required(&["token"], None), Ok(vec![]));
    assert_eq!(
        keys_required(&["token", USERNAME, PASSWORD], None),
        Ok(vec![USERNAME, PASSWORD])
    );
    assert_eq!(keys_required(&["token", BEARER], None), Ok(vec![BEARER]));
    assert_eq!(
        keys_required(&["token", BEARER, HEADER_NAME, HEADER_VALUE], Some("X-Key")),
        Ok(vec![BEARER, HEADER_VALUE])
    );
}

#[test]
fn compares_the_header_without_case() {
    let place = Source::header("x-key");
    assert_eq!(
        required(&receiver(&[HEADER_NAME, HEADER_VALUE], Some("X-Key"))),
        Ok(vec![factor(HEADER_VALUE, place)])
    );
}

#[test]
fn half_a_pair_is_a_problem() {
    for key in [USERNAME, PASSWORD, HEADER_NAME, HEADER_VALUE] {
        assert_eq!(keys_required(&[key], Some("x-key")), Err(1), "{key}");
    }
    assert_eq!(keys_required(&[USERNAME, HEADER_VALUE], None), Err(2));
}

#[test]
fn one_authorization_header_cannot_serve_two() {
    assert_eq!(keys_required(&[USERNAME, PASSWORD, BEARER], None), Err(1));
}

#[test]
fn a_header_needs_a_readable_name() {
    for name in [None, Some(""), Some("x key"), Some("x:"), Some("x-key\n")] {
        assert_eq!(
            keys_required(&[HEADER_NAME, HEADER_VALUE], name),
            Err(1),
            "{name:?}"
        );
    }
}

#[test]
fn a_token_alone_is_path_only_and_says_so() {
    let binding = bound(&["token"]);
    assert_eq!(binding.authentication, Authentication::PathOnly);
    assert_eq!(binding.credentials, [Credential::needed("token")]);
    assert_eq!(binding.warnings.len(), 1);
}

#[test]
fn every_factor_must_be_proved() {
    let binding = bound(&["token", BEARER, HEADER_NAME, HEADER_VALUE]);
    assert_eq!(binding.authentication, Authentication::Secret);
    assert_eq!(
        binding.credentials,
        [
            Credential::needed("token"),
            Credential::presented(BEARER, Source::bearer("authorization")),
            Credential::presented(HEADER_VALUE, Source::header("x-key")),
        ]
    );
    assert!(binding.warnings.is_empty());
}

const NAMES: &str = "sender.example\nCN=sender,O=Acme";

/// A Receiver whose Secret has these keys beside `clientNames`.
fn of_clients(keys: &[&str], granted: bool) -> Receiver {
    let setting = |key: &str, text: &str| (key.to_owned(), text.to_owned());
    let names = granted.then(|| setting(CLIENT_NAMES, NAMES));
    Receiver {
        settings: names
            .into_iter()
            .chain([setting(HEADER_NAME, "X-Key")])
            .collect(),
        ..Receiver::new("example", &[keys, &[CLIENT_NAMES]].concat())
    }
}

#[test]
fn names_of_clients_are_demanded_beside_the_other_factors() {
    let names = [("client-names".to_owned(), NAMES.to_owned())];
    let path = Credential::needed("token");
    let bearer = Credential::presented(BEARER, Source::bearer("authorization"));
    for (keys, credentials) in [
        (vec!["token"], vec![path.clone()]),
        (vec!["token", BEARER], vec![path, bearer]),
    ] {
        let binding = bind(&of_clients(&keys, true)).unwrap();
        assert_eq!(
            binding.authentication,
            Authentication::Certificate,
            "{keys:?}"
        );
        assert_eq!(binding.credentials, credentials, "{keys:?}");
        assert_eq!(binding.extensions, names, "{keys:?}");
        assert!(
            binding.warnings.is_empty(),
            "{keys:?}: {:?}",
            binding.warnings
        );
    }
}

#[test]
fn a_certificate_takes_the_place_of_a_weaker_proof_alone() {
    let place = Source::header("x-token");
    let issuers = names(&["https://issuer.example"]);
    for (binding, expected) in [
        (Binding::signature("token"), Authentication::Signature),
        (
            Binding::token(issuers, place.clone()),
            Authentication::Token,
        ),
        (Binding::secret("token", place), Authentication::Certificate),
    ] {
        let before = binding.clone();
        let binding = bind_beside(binding, &of_clients(&["token"], true)).unwrap();
        assert_eq!(
            binding.authentication, expected,
            "{}",
            before.authentication
        );
        assert_eq!(
            binding.credentials, before.credentials,
            "{}",
            before.authentication
        );
        assert_eq!(binding.extensions.len(), 1, "{}", before.authentication);
    }
}

#[test]
fn names_of_clients_that_were_not_granted_are_a_problem() {
    let problems = bind(&of_clients(&["token"], false)).unwrap_err();
    let said: Vec<&str> = problems
        .iter()
        .map(|problem| problem.message.as_str())
        .collect();
    assert!(
        matches!(said[..], [said] if said.contains("grant read:clientNames")),
        "{said:?}"
    );
}

#[test]
fn every_key_that_may_be_bound_is_described() {
    let binding = bound(&["token", USERNAME, PASSWORD, HEADER_NAME, HEADER_VALUE]);
    let described = describe("example", "1").credential_keys;
    for Credential { key, .. } in binding.credentials {
        assert!(described.contains(&key), "{key}");
    }
}
