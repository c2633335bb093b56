use std::time::Duration;

use ::http::{Request, Response};
use bytes::Bytes;
use url::Url;

use super::one_server::OneServerHttp;
use super::policy::DestinationPolicy;
use crate::{EgressSettings, SettingsError};

/// From the lookup of the name to the last byte of the response.
const TIMEOUT: Duration = Duration::from_secs(30);
/// Longest response, bytes. A chain of certificates has some ten thousand.
const MAX_RESPONSE: usize = 1 << 20;

/// Why an authority does not respond.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{url}: {reason}")]
pub struct AuthorityHttpError {
    pub url: String,
    pub reason: String,
}

/// HTTP to one authority that issues certificates: by https, to the server of its directory alone, and
/// without redirections. That server may have a private address.
#[derive(Clone)]
pub struct AuthorityHttp(OneServerHttp);

impl AuthorityHttp {
    /// `directory` is the URL of the authority's directory (RFC 8555, section 7.1.1).
    ///
    /// # Errors
    /// When the URL, or the certificates or the proxy of the settings, cannot be used.
    pub fn new(settings: &EgressSettings, directory: &str) -> Result<Self, SettingsError> {
        let wrong = |why: String| SettingsError::Directory(why);
        let directory = Url::parse(directory).map_err(|error| wrong(error.to_string()))?;
        let policy = DestinationPolicy::Authority {
            origin: directory.origin(),
        };
        policy.allows_url(&directory).map_err(wrong)?;
        OneServerHttp::new(settings, policy, TIMEOUT).map(Self)
    }

    /// Sends a request, and reads the whole response.
    ///
    /// # Errors
    /// When the URL is not the authority's, or no response of at most 1 MiB comes within 30 s.
    pub async fn send(
        &self,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, AuthorityHttpError> {
        let url = request.uri().to_string();
        let answer = self.0.send(request, MAX_RESPONSE).await;
        answer.map_err(|error| AuthorityHttpError {
            url,
            reason: error.into_text(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_is_a_url_of_https() {
        for (directory, expected) in [
            ("https://acme.example.com/directory", None),
            ("https://127.0.0.1:14000/dir", None),
            ("http://acme.example.com/directory", Some("use https")),
            ("https://169.254.169.254/directory", Some("never asked")),
            ("https://me@acme.example.com/", Some("user name")),
            ("acme.example.com", Some("relative URL")),
        ] {
            let made = AuthorityHttp::new(&EgressSettings::default(), directory);
            let error = made.err().map(|error| error.to_string());
            let fits = match (&error, expected) {
                (Some(error), Some(expected)) => error.contains(expected),
                (error, expected) => error.is_none() && expected.is_none(),
            };
            assert!(fits, "{directory}: {error:?}, expected {expected:?}");
        }
    }

    #[tokio::test]
    async fn no_other_server_is_asked() {
        let directory = "https://acme.example.com/directory";
        let http = AuthorityHttp::new(&EgressSettings::default(), directory).unwrap();
        for url in [
            "https://elsewhere.example.com/order",
            "https://acme.example.com:8443/order",
            "http://acme.example.com/order",
        ] {
            let request = Request::get(url).body(Bytes::new()).unwrap();
            let error = http.send(request).await.unwrap_err();
            assert_eq!(error.url, url);
            let refused = error.reason.contains("alone") || error.reason.contains("use https");
            assert!(refused, "{url}: {}", error.reason);
        }
    }
}
