//! How a registry lets somebody in (CNCF Distribution, "Token authentication"; RFC 9110, section 11).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bellpull_egress::{RegistryAddress, RegistryHttp, RegistryRequest};
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use http::{Method, StatusCode};
use http_auth::{ChallengeRef, parse_challenges};
use serde::Deserialize;
use url::Url;

use crate::credentials::RegistryCredential;
use crate::error::RegistryError;

/// Longest answer of a token server, bytes.
const MAX_TOKEN: usize = 64 << 10;
const CLIENT: &str = "bellpull";

/// What a registry asks for before it answers.
#[derive(Debug, PartialEq, Eq)]
pub enum Challenge {
    /// A user and a password.
    Basic,
    /// A token of the server at `realm`.
    Bearer {
        realm: String,
        service: Option<String>,
        scope: Option<String>,
    },
}

impl Challenge {
    /// The challenge that can be met, the stronger first, among those of a header.
    #[must_use]
    pub fn of(headers: &HeaderMap, header: HeaderName) -> Option<Self> {
        let values = headers.get_all(header);
        let values = values.iter().filter_map(|value| value.to_str().ok());
        let all: Vec<ChallengeRef<'_>> = values
            .filter_map(|value| parse_challenges(value).ok())
            .flatten()
            .collect();
        let scheme = |name: &str| {
            let mut found = all.iter();
            found.find(|challenge| challenge.scheme.eq_ignore_ascii_case(name))
        };
        if let Some(bearer) = scheme("Bearer") {
            let parameter = |name: &str| {
                let mut found = bearer.params.iter();
                let (_, value) = found.find(|(found, _)| found.eq_ignore_ascii_case(name))?;
                Some(value.to_unescaped())
            };
            return Some(Self::Bearer {
                realm: parameter("realm")?,
                service: parameter("service"),
                scope: parameter("scope"),
            });
        }
        scheme("Basic").map(|_| Self::Basic)
    }
}

/// A registry that asks for authorization.
pub(crate) struct Challenger<'a> {
    pub(crate) http: &'a RegistryHttp,
    pub(crate) host: &'a str,
    pub(crate) from: RegistryAddress,
    pub(crate) credential: Option<&'a RegistryCredential>,
    /// What to do if there is no credential.
    pub(crate) advice: &'static str,
    /// What is to be done: `repository:NAME:pull`.
    pub(crate) scope: String,
}

#[derive(Deserialize)]
struct TokenAnswer {
    token: Option<String>,
    access_token: Option<String>,
}

impl Challenger<'_> {
    /// The value of `authorization` that meets a challenge.
    pub(crate) async fn meet(&self, challenge: Challenge) -> Result<HeaderValue, RegistryError> {
        let value = match (challenge, self.credential) {
            (Challenge::Basic, Some(RegistryCredential::Password { user, password })) => {
                basic(user, password)
            }
            (Challenge::Basic, _) => return Err(self.no_credential()),
            (
                Challenge::Bearer {
                    realm,
                    service,
                    scope,
                },
                credential,
            ) => {
                let realm = self.realm(&realm)?;
                let scope = scope.unwrap_or_else(|| self.scope.clone());
                let token = self.token(&realm, service, &scope, credential).await?;
                format!("Bearer {token}")
            }
        };
        let mut value = HeaderValue::try_from(value)
            .map_err(|_| self.unexpected("its token cannot stand in a header".to_owned()))?;
        value.set_sensitive(true);
        Ok(value)
    }

    fn realm(&self, realm: &str) -> Result<Url, RegistryError> {
        let url = Url::parse(realm)
            .map_err(|error| self.unexpected(format!("the realm {realm:?}: {error}")))?;
        let host = url.host_str().unwrap_or_default();
        let ours = self
            .host
            .rsplit_once(':')
            .map_or(self.host, |(host, _)| host);
        if self.credential.is_some() && !are_related(ours, host) {
            return Err(RegistryError::Credentials {
                host: self.host.to_owned(),
                reason: format!(
                    "the registry asks for them at {host}, which is not of its domain: they are not sent \
                     there"
                ),
            });
        }
        Ok(url)
    }

    async fn token(
        &self,
        realm: &Url,
        service: Option<String>,
        scope: &str,
        credential: Option<&RegistryCredential>,
    ) -> Result<String, RegistryError> {
        let request = self.token_request(realm, service, scope, credential)?;
        let response = self.http.send(request).await?;
        let status = response.status();
        if status == StatusCode::UNAUTHORIZED || status == StatusCode::FORBIDDEN {
            return Err(RegistryError::Credentials {
                host: self.host.to_owned(),
                reason: match credential {
                    Some(_) => format!("they are wrong: its token server answered {status}"),
                    None => format!("there are none, and its token server answered {status}"),
                },
            });
        }
        if !status.is_success() {
            return Err(RegistryError::Answered {
                host: realm.host_str().unwrap_or_default().to_owned(),
                status: status.as_u16(),
                reason: "it gives no token".to_owned(),
                retry_after: None,
            });
        }
        let body = response.body(MAX_TOKEN).await?;
        let answer: Option<TokenAnswer> = serde_json::from_slice(&body).ok();
        let token = answer.and_then(|answer| answer.token.or(answer.access_token));
        token.ok_or_else(|| self.unexpected("its token server gives no token".to_owned()))
    }

    fn token_request(
        &self,
        realm: &Url,
        service: Option<String>,
        scope: &str,
        credential: Option<&RegistryCredential>,
    ) -> Result<RegistryRequest, RegistryError> {
        let mut request = RegistryRequest {
            method: Method::GET,
            url: realm.clone(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
            named_by: Some(self.from.clone()),
        };
        let service = service.unwrap_or_default();
        if let Some(RegistryCredential::IdentityToken(token)) = credential {
            let form = form_urlencoded::Serializer::new(String::new())
                .append_pair("grant_type", "refresh_token")
                .append_pair("client_id", CLIENT)
                .append_pair("service", &service)
                .append_pair("scope", scope)
                .append_pair("refresh_token", token)
                .finish();
            request.method = Method::POST;
            request.body = form.into();
            let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
            request.headers.insert(CONTENT_TYPE, kind);
            return Ok(request);
        }
        request
            .url
            .query_pairs_mut()
            .append_pair("service", &service)
            .append_pair("scope", scope);
        if let Some(RegistryCredential::Password { user, password }) = credential {
            let value = HeaderValue::try_from(basic(user, password));
            let mut value = value.map_err(|_| self.unexpected(String::new()))?;
            value.set_sensitive(true);
            request.headers.insert(AUTHORIZATION, value);
        }
        Ok(request)
    }

    fn no_credential(&self) -> RegistryError {
        RegistryError::Credentials {
            host: self.host.to_owned(),
            reason: format!(
                "it asks for a user and a password, and there are none: {}",
                self.advice
            ),
        }
    }

    fn unexpected(&self, reason: String) -> RegistryError {
        RegistryError::Unexpected {
            host: self.host.to_owned(),
            reason,
        }
    }
}

fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

/// Whether credentials for one host may be sent to another: the same, or one that shares its last two
/// labels, as `auth.docker.io` does with `index.docker.io`. An address has no relations.
fn are_related(registry: &str, realm: &str) -> bool {
    if registry == realm {
        return true;
    }
    let domain = |host: &str| -> Option<String> {
        if host.parse::<std::net::IpAddr>().is_ok() {
            return None;
        }
        let labels: Vec<&str> = host.rsplitn(3, '.').collect();
        let [top, second, ..] = labels.as_slice() else {
            return None;
        };
        Some(format!("{second}.{top}").to_ascii_lowercase())
    };
    domain(registry).is_some_and(|ours| domain(realm) == Some(ours))
}

#[cfg(test)]
mod tests {
    use http::header::WWW_AUTHENTICATE;

    use super::*;

    #[test]
    fn a_token_is_preferred_to_a_password() {
        let bearer = |service: Option<&str>| {
            Some(Challenge::Bearer {
                realm: "https://auth.example/token".to_owned(),
                service: service.map(str::to_owned),
                scope: None,
            })
        };
        let with_service =
            r#"Bearer realm="https://auth.example/token",service="registry.example""#;
        let cases: [(&[&str], Option<Challenge>); 5] = [
            (&["Basic realm=\"r\""], Some(Challenge::Basic)),
            (&[with_service], bearer(Some("registry.example"))),
            (
                &[
                    "Basic realm=\"r\"",
                    r#"bearer realm="https://auth.example/token""#,
                ],
                bearer(None),
            ),
            (&["Bearer service=\"s\""], None),
            (&["Negotiate"], None),
        ];
        for (values, expected) in cases {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(WWW_AUTHENTICATE, HeaderValue::from_str(value).unwrap());
            }
            let got = Challenge::of(&headers, WWW_AUTHENTICATE);
            assert_eq!(got, expected, "{values:?}");
        }
    }

    #[test]
    fn credentials_stay_within_a_domain() {
        for (registry, realm, expected) in [
            ("index.docker.io", "auth.docker.io", true),
            ("registry.gitlab.com", "gitlab.com", true),
            ("ghcr.io", "ghcr.io", true),
            ("ghcr.io", "evil.example", false),
            ("ghcr.io", "io", false),
            ("127.0.0.1", "127.0.0.1", true),
            ("10.0.0.1", "11.0.0.1", false),
            ("localhost", "localhost", true),
            ("localhost", "other", false),
        ] {
            assert_eq!(are_related(registry, realm), expected, "{registry} {realm}");
        }
    }
}
