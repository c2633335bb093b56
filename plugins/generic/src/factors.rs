use bellpull_sdk::{Problem, Source};

const USERNAME: &str = "username";
const PASSWORD: &str = "password";
const BEARER: &str = "bearerToken";
const HEADER_NAME: &str = "headerName";
const HEADER_VALUE: &str = "headerValue";

/// Keys of the Secret that a request may have to match.
pub(crate) const KEYS: [&str; 4] = [USERNAME, PASSWORD, BEARER, HEADER_VALUE];
/// Keys of the Secret that are read.
pub(crate) const SETTINGS: [&str; 1] = [HEADER_NAME];

/// Something that a request must present besides the path.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Factor {
    pub(crate) key: &'static str,
    pub(crate) carrier: Source,
}

/// What the Secret asks for. A key that is there counts, whatever it holds: the host refuses an
/// empty one, and taking it for absent would open the Receiver.
pub(crate) fn asked(
    keys: &[String],
    settings: &[(String, String)],
) -> Result<Vec<Factor>, Vec<Problem>> {
    let has = |key: &str| keys.iter().any(|held| held == key);
    let mut factors = Vec::new();
    let mut problems = Vec::new();
    let mut wrong = |message: &str| problems.push(Problem::new("/secretRef", message));

    match (has(USERNAME), has(PASSWORD)) {
        (true, true) => factors.extend([
            factor(USERNAME, Source::BasicUsername),
            factor(PASSWORD, Source::BasicPassword),
        ]),
        (true, false) => wrong("the Secret has username without password: add it"),
        (false, true) => wrong("the Secret has password without username: add it"),
        (false, false) => {}
    }
    if has(BEARER) {
        factors.push(factor(BEARER, Source::Bearer("authorization".into())));
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
                let carrier = Source::Header(name.to_ascii_lowercase());
                factors.push(factor(HEADER_VALUE, carrier));
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

fn factor(key: &'static str, carrier: Source) -> Factor {
    Factor { key, carrier }
}

/// A `token` of RFC 9110, section 5.6.2: what a header name may be.
fn is_token(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(keys: &[&str], header_name: Option<&str>) -> Result<Vec<&'static str>, usize> {
        let settings: Vec<(String, String)> = header_name
            .map(|name| (HEADER_NAME.to_owned(), name.to_owned()))
            .into_iter()
            .collect();
        asked(&bellpull_sdk::names(keys), &settings)
            .map(|factors| factors.into_iter().map(|factor| factor.key).collect())
            .map_err(|problems| problems.len())
    }

    #[test]
    fn asks_for_what_is_there() {
        assert_eq!(of(&["token"], None), Ok(vec![]));
        assert_eq!(
            of(&["token", USERNAME, PASSWORD], None),
            Ok(vec![USERNAME, PASSWORD])
        );
        assert_eq!(of(&["token", BEARER], None), Ok(vec![BEARER]));
        assert_eq!(
            of(&["token", BEARER, HEADER_NAME, HEADER_VALUE], Some("X-Key")),
            Ok(vec![BEARER, HEADER_VALUE])
        );
    }

    #[test]
    fn compares_the_header_without_case() {
        let settings = [(HEADER_NAME.to_owned(), "X-Key".to_owned())];
        let keys = bellpull_sdk::names(&[HEADER_NAME, HEADER_VALUE]);
        let carrier = Source::Header("x-key".into());
        assert_eq!(
            asked(&keys, &settings),
            Ok(vec![factor(HEADER_VALUE, carrier)])
        );
    }

    #[test]
    fn half_a_pair_is_a_problem() {
        for key in [USERNAME, PASSWORD, HEADER_NAME, HEADER_VALUE] {
            assert_eq!(of(&[key], Some("x-key")), Err(1), "{key}");
        }
        assert_eq!(of(&[USERNAME, HEADER_VALUE], None), Err(2));
    }

    #[test]
    fn one_authorization_header_cannot_serve_two() {
        assert_eq!(of(&[USERNAME, PASSWORD, BEARER], None), Err(1));
    }

    #[test]
    fn a_header_needs_a_readable_name() {
        for name in [None, Some(""), Some("x key"), Some("x:"), Some("x-key\n")] {
            assert_eq!(of(&[HEADER_NAME, HEADER_VALUE], name), Err(1), "{name:?}");
        }
    }
}
