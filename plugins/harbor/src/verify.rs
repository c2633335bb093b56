use bellpull_sdk::factors::{self, Factor, PATH_KEY};
use bellpull_sdk::{Authentication, Binding, Credential, Refusal, Source};

/// The token as Harbor presents it: its "Auth Header" field is the whole `Authorization`.
fn verbatim() -> Factor {
    Factor {
        key: PATH_KEY,
        place: Source::header("authorization"),
    }
}

/// Whether the token is presented. It is not if the Secret requires another factor in
/// `Authorization`, of which a request has one.
fn presents_token(required: &[Factor]) -> bool {
    !required.iter().any(Factor::takes_authorization)
}

/// The binding with these factors. It is never by the path alone.
pub(crate) fn bind(required: Vec<Factor>) -> Binding {
    let binding = if presents_token(&required) {
        let token = verbatim();
        Binding::secret(token.key, token.place)
    } else {
        Binding::new(Authentication::Secret, vec![Credential::needed(PATH_KEY)])
    };
    factors::add_to(binding, required)
}

/// Makes the checks that [`bind`] binds.
pub(crate) fn check(required: &[Factor]) -> Result<(), Refusal> {
    if presents_token(required) {
        verbatim().check()?;
    }
    required.iter().try_for_each(Factor::check)
}

#[cfg(test)]
mod tests {
    use bellpull_sdk::Receiver;

    use super::*;

    fn bound(keys: &[&str]) -> Binding {
        let header = ("headerName".to_owned(), "X-Key".to_owned());
        let receiver = Receiver {
            settings: vec![header],
            ..Receiver::new("harbor", keys)
        };
        bind(factors::required(&receiver).unwrap())
    }

    fn proving(binding: &Binding) -> Vec<&str> {
        let proving = binding.credentials.iter().filter(|key| key.proves);
        proving.map(|key| key.key.as_str()).collect()
    }

    #[test]
    fn the_token_is_the_whole_header() {
        let binding = bound(&["token"]);
        assert_eq!(proving(&binding), ["token"]);
        let token = Credential::presented("token", Source::header("authorization"));
        assert_eq!(binding.credentials, [token]);
    }

    #[test]
    fn basic_and_bearer_take_its_place() {
        let basic = bound(&["token", "username", "password"]);
        assert_eq!(proving(&basic), ["username", "password"]);
        let bearer = bound(&["token", "bearerToken"]);
        assert_eq!(proving(&bearer), ["bearerToken"]);
    }

    #[test]
    fn another_header_does_not() {
        let binding = bound(&["token", "headerName", "headerValue"]);
        assert_eq!(proving(&binding), ["token", "headerValue"]);
    }

    #[test]
    fn it_is_never_the_path_alone() {
        for keys in [
            &["token"] as &[_],
            &["token", "bearerToken"],
            &["token", "username", "password"],
            &["token", "headerName", "headerValue"],
        ] {
            assert_eq!(
                bound(keys).authentication,
                Authentication::Secret,
                "{keys:?}"
            );
        }
    }
}
