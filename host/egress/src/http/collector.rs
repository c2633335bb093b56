use std::time::Duration;

use ::http::{Request, Response};
use bytes::Bytes;
use url::Url;

use super::one_server::OneServerHttp;
use super::policy::DestinationPolicy;
use crate::{EgressSettings, SettingsError};

/// From the lookup of the name to the last byte of the response: the default of
/// `OTEL_EXPORTER_OTLP_TIMEOUT`.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Longest response, bytes. A collector says how many spans it has refused, and why.
const MAX_RESPONSE: usize = 64 << 10;

/// Why a collector does not respond. The URL is not told: it may hold a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CollectorHttpError(String);

/// HTTP to one collector of traces, by http or https, to its own server alone, and without redirections.
/// That server may have a private address.
#[derive(Clone)]
pub struct CollectorHttp(OneServerHttp);

impl CollectorHttp {
    /// `endpoint` is where the collector takes traces.
    ///
    /// # Errors
    /// When the URL, or the certificates or the proxy of the settings, cannot be used.
    pub fn new(settings: &EgressSettings, endpoint: &str) -> Result<Self, SettingsError> {
        let wrong = |why: String| SettingsError::Collector(why);
        let endpoint = Url::parse(endpoint).map_err(|error| wrong(error.to_string()))?;
        let policy = DestinationPolicy::Collector {
            origin: endpoint.origin(),
        };
        policy.allows_url(&endpoint).map_err(wrong)?;
        OneServerHttp::new(settings, policy, TIMEOUT).map(Self)
    }

    /// Sends a request, and reads the whole response.
    ///
    /// # Errors
    /// When the URL is not the collector's, or no response of at most 64 KiB comes within 10 s.
    pub async fn send(
        &self,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, CollectorHttpError> {
        let answer = self.0.send(request, MAX_RESPONSE).await;
        answer.map_err(|error| CollectorHttpError(error.into_text()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_a_url_of_http_or_https() {
        for (endpoint, expected) in [
            ("http://collector.monitoring.svc:4318/v1/traces", None),
            ("https://otlp.example.com/v1/traces?key=k3y", None),
            ("http://127.0.0.1:4318/v1/traces", None),
            ("grpc://collector:4317", Some("grpc is not a scheme")),
            ("http://169.254.169.254/v1/traces", Some("never asked")),
            ("https://me:s3cret@otlp.example.com/", Some("user name")),
            ("collector:4318", Some("collector is not a scheme")),
            ("collector", Some("relative URL")),
        ] {
            let made = CollectorHttp::new(&EgressSettings::default(), endpoint);
            let error = made.err().map(|error| error.to_string());
            let fits = match (&error, expected) {
                (Some(error), Some(expected)) => {
                    error.contains(expected) && !error.contains("s3cret")
                }
                (error, expected) => error.is_none() && expected.is_none(),
            };
            assert!(fits, "{endpoint}: {error:?}, expected {expected:?}");
        }
    }

    #[tokio::test]
    async fn no_other_server_is_asked() {
        let endpoint = "http://collector.example.com:4318/v1/traces";
        let http = CollectorHttp::new(&EgressSettings::default(), endpoint).unwrap();
        for url in [
            "http://elsewhere.example.com:4318/v1/traces",
            "http://collector.example.com/v1/traces",
            "https://collector.example.com:4318/v1/traces",
        ] {
            let request = Request::post(url).body(Bytes::new()).unwrap();
            let error = http.send(request).await.unwrap_err().to_string();
            assert!(error.contains("alone"), "{url}: {error}");
        }
    }
}
