//! A client of registries. Its requests are about a repository: sent again after a failure that may pass, and with what lets the user in.

use std::collections::HashMap;
use std::fmt::Display;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable as _};
use bellpull_egress::{RegistryAddress, RegistryHttp, RegistryRequest, RegistryResponse};
use bytes::Bytes;
use http::header::{AUTHORIZATION, HeaderMap, HeaderValue, WWW_AUTHENTICATE};
use http::{Method, StatusCode};
use url::Url;

use crate::answer::accepted;
use crate::authorization::{Challenge, Challenger};
use crate::credentials::{CredentialSource, RegistryCredential};
use crate::error::RegistryError;
use crate::reference::ArtefactReference;
use crate::repository::ArtefactRepository;
use crate::watch::{TransferWatch, Unwatched};

/// How often a request is sent again after a failure that may pass.
pub(crate) const RETRIES: usize = 3;
const FIRST_PAUSE: Duration = Duration::from_millis(250);

/// By host and scope, what has let somebody in before.
type Granted = HashMap<(String, String), HeaderValue>;

/// A client of registries. What arrives is bounded, and checked against its digest. A pull holds at most a
/// manifest of 4 MiB, a config of 1 MiB, and twice the largest component while that grows; nothing is kept on
/// disk.
pub struct Registry {
    http: RegistryHttp,
    credentials: Arc<dyn CredentialSource>,
    granted: Mutex<Granted>,
    pub(crate) watch: Arc<dyn TransferWatch>,
    /// Largest component, bytes.
    pub(crate) limit: u64,
}

/// What is done to a repository.
#[derive(Clone, Copy)]
pub(crate) enum Action {
    Pull,
    Push,
}

impl Action {
    fn name(self) -> &'static str {
        match self {
            Self::Pull => "pull",
            Self::Push => "push",
        }
    }

    fn scope(self, repository: &str) -> String {
        let actions = match self {
            Self::Pull => "pull",
            Self::Push => "pull,push",
        };
        format!("repository:{repository}:{actions}")
    }
}

pub(crate) struct Call<'a> {
    /// What errors name.
    asked: &'a (dyn Display + Sync),
    repository: &'a ArtefactRepository,
    action: Action,
    method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// The registry, if it says where the request goes.
    pub(crate) named_by: Option<RegistryAddress>,
}

impl Registry {
    /// A client that takes components of at most `limit` bytes.
    #[must_use]
    pub fn new(http: RegistryHttp, credentials: Arc<dyn CredentialSource>, limit: u64) -> Self {
        Self {
            http,
            credentials,
            granted: Mutex::default(),
            watch: Arc::new(Unwatched),
            limit,
        }
    }

    /// Shows somebody how far transfers are.
    #[must_use]
    pub fn watched_by(mut self, watch: Arc<dyn TransferWatch>) -> Self {
        self.watch = watch;
        self
    }

    pub(crate) fn call<'a>(
        &self,
        reference: &'a ArtefactReference,
        action: Action,
        method: Method,
        path: &str,
    ) -> Result<Call<'a>, RegistryError> {
        let call = self.call_of(reference.repository(), action, method, path)?;
        Ok(Call {
            asked: reference,
            ..call
        })
    }

    /// A request about a repository, and no artefact in it.
    pub(crate) fn call_of<'a>(
        &self,
        repository: &'a ArtefactRepository,
        action: Action,
        method: Method,
        path: &str,
    ) -> Result<Call<'a>, RegistryError> {
        let plain = self.http.is_plain(repository.host());
        let url = repository.url(plain, path);
        let url = url.map_err(|error| RegistryError::Unexpected {
            host: repository.host().to_owned(),
            reason: error.to_string(),
        })?;
        Ok(Call {
            asked: repository,
            repository,
            action,
            method,
            url,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            named_by: None,
        })
    }

    /// Sends a request until it succeeds or fails for good.
    pub(crate) async fn send(&self, call: &Call<'_>) -> Result<RegistryResponse, RegistryError> {
        let attempt = || async { self.attempt(call).await };
        attempt
            .retry(
                ExponentialBuilder::default()
                    .with_min_delay(FIRST_PAUSE)
                    .with_max_times(RETRIES),
            )
            .sleep(tokio::time::sleep)
            .when(RegistryError::is_transient)
            .adjust(|error, pause| {
                let asked = match error {
                    RegistryError::Answered { retry_after, .. } => *retry_after,
                    _ => None,
                };
                let asked = asked.map(|asked| asked.min(self.http.times().longest_pause));
                pause.map(|pause| asked.unwrap_or_default().max(pause))
            })
            .await
    }

    async fn attempt(&self, call: &Call<'_>) -> Result<RegistryResponse, RegistryError> {
        let mut sent = Vec::new();
        let answer = self.exchange(call, &mut sent).await;
        answer.map_err(|error| error.without(&sent))
    }

    /// One request, and another one if the registry asks who is there. Notes the secrets that were sent.
    async fn exchange(
        &self,
        call: &Call<'_>,
        sent: &mut Vec<Vec<u8>>,
    ) -> Result<RegistryResponse, RegistryError> {
        if call.is_elsewhere() {
            let response = self.http.send(request(call, None)).await?;
            return call.accepted(response).await;
        }
        let host = call.repository.host();
        let scope = call.action.scope(call.repository.path());
        let key = (host.to_owned(), scope.clone());
        let known = self.granted().get(&key).cloned();
        sent.extend(known.as_ref().map(presented));
        let response = self.http.send(request(call, known)).await?;
        if response.status() != StatusCode::UNAUTHORIZED {
            return call.accepted(response).await;
        }
        let challenge = Challenge::of(response.headers(), WWW_AUTHENTICATE);
        let challenge = challenge.ok_or_else(|| RegistryError::Unauthorized {
            host: host.to_owned(),
            action: call.action.name(),
            reason: "it does not say how to be let in".to_owned(),
        })?;
        let credential = self.credentials.credential(host);
        let credential = credential.map_err(|reason| RegistryError::Credentials {
            host: host.to_owned(),
            reason,
        })?;
        sent.extend(credential.iter().flat_map(RegistryCredential::secrets));
        let challenger = Challenger {
            http: &self.http,
            host,
            from: response.from.clone(),
            credential: credential.as_ref(),
            advice: self.credentials.advice(),
            scope,
        };
        let value = challenger.meet(challenge).await?;
        sent.push(presented(&value));
        let response = self.http.send(request(call, Some(value.clone()))).await?;
        let response = call.accepted(response).await?;
        self.granted().insert(key, value);
        Ok(response)
    }

    fn granted(&self) -> MutexGuard<'_, Granted> {
        self.granted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Call<'_> {
    /// Whether the registry sends the request to another server, which gets no credentials.
    fn is_elsewhere(&self) -> bool {
        let named_by = self.named_by.as_ref();
        named_by.is_some_and(|registry| !registry.is_of(&self.url))
    }

    async fn accepted(
        &self,
        response: RegistryResponse,
    ) -> Result<RegistryResponse, RegistryError> {
        let host = self.repository.host();
        accepted(host, self.asked, self.action.name(), response).await
    }
}

/// What a header presents, without the name of its scheme.
fn presented(value: &HeaderValue) -> Vec<u8> {
    let bytes = value.as_bytes();
    let mut parts = bytes.splitn(2, |byte| *byte == b' ');
    parts.nth(1).unwrap_or(bytes).to_vec()
}

fn request(call: &Call<'_>, authorization: Option<HeaderValue>) -> RegistryRequest {
    let mut headers = call.headers.clone();
    if let Some(value) = authorization {
        headers.insert(AUTHORIZATION, value);
    }
    RegistryRequest {
        method: call.method.clone(),
        url: call.url.clone(),
        headers,
        body: call.body.clone(),
        named_by: call.named_by.clone(),
    }
}
