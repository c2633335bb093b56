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

#[test]
fn every_key_that_may_be_bound_is_described() {
    let binding = bound(&["token", USERNAME, PASSWORD, HEADER_NAME, HEADER_VALUE]);
    let described = describe("example", "1").credential_keys;
    for Credential { key, .. } in binding.credentials {
        assert!(described.contains(&key), "{key}");
    }
}
