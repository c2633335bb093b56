use bellpull_core::{Bytes, Claims, Timestamp, TokenError, TokenExpectation};
use bellpull_egress::{Fetcher, Issuers};

pub(super) struct EgressClients {
    pub(super) issuers: Issuers,
    pub(super) fetcher: Fetcher,
}

impl EgressClients {
    pub(super) async fn verify(
        &self,
        token: &str,
        expected: &TokenExpectation,
        now: Timestamp,
    ) -> Result<Claims, TokenError> {
        self.issuers.verify(token, expected, now).await
    }

    pub(super) async fn fetch(
        &self,
        component: &str,
        url: &str,
        hosts: &[String],
    ) -> Result<Bytes, String> {
        let fetched = self.fetcher.get(component, url, hosts).await;
        fetched.map_err(|error| error.to_string())
    }
}
