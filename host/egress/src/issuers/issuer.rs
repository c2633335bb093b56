use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bellpull_core::{Timestamp, limits, text};
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared};
use tokio::sync::Notify;

use super::clients::Clients;
use super::discovery;
use super::keyring::{KeyDecision, KeyNeed, Keyring};
use crate::metrics::{EgressMetrics, FetchKind};
use crate::token::KeySet;

/// A running request. All who wait for it share it, and it goes on when nobody waits.
type KeyRequest = Shared<BoxFuture<'static, Result<Arc<KeySet>, String>>>;

/// The longest reason for missing keys, in bytes: a URL and what is wrong there.
const MAX_REASON: usize = 1 << 10;

/// An issuer, and what is known of its keys.
pub(super) struct Issuer {
    url: String,
    state: Mutex<IssuerState>,
}

#[derive(Default)]
struct IssuerState {
    keyring: Keyring<KeySet>,
    request: Option<KeyRequest>,
    /// Is notified when a delivery begins to wait for the request.
    wanted: Arc<Notify>,
}

/// Where the keys for a token come from.
pub(super) enum KeyLookup {
    Known(Arc<KeySet>),
    /// A request is running. If it fails, the older keys are used.
    Requested(KeyRequest, Option<Arc<KeySet>>),
    /// The issuer has no other keys.
    NoOthers,
    /// The last request failed just now.
    Unavailable(String),
}

impl Issuer {
    pub(super) fn new(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            state: Mutex::default(),
        }
    }

    /// Looks up the keys, and requests them from the issuer if necessary. `is_wanted` says that a
    /// delivery waits for them. Must be called within a tokio runtime.
    pub(super) fn keys(
        self: &Arc<Self>,
        clients: &Clients,
        metrics: &EgressMetrics,
        need: KeyNeed,
        now: Timestamp,
        is_wanted: bool,
    ) -> KeyLookup {
        let mut state = self.state();
        // A request whose task has panicked is done too, and nothing else removes it.
        state.request.take_if(|request| request.peek().is_some());
        let lookup = match (state.keyring.decide(need, now), &state.request) {
            (KeyDecision::Use(keys), _) => {
                metrics.cached(FetchKind::Keys);
                KeyLookup::Known(keys)
            }
            (KeyDecision::Ask(meanwhile), Some(request)) => {
                KeyLookup::Requested(request.clone(), meanwhile)
            }
            (KeyDecision::NoOthers | KeyDecision::Unavailable(_), Some(request)) => {
                KeyLookup::Requested(request.clone(), None)
            }
            (KeyDecision::Ask(meanwhile), None) => {
                // Deliveries that waited for an earlier request do not wait for this one.
                state.wanted = Arc::default();
                let wanted = Arc::clone(&state.wanted);
                let request = Arc::clone(self).request(clients.clone(), wanted, now);
                state.request = Some(request.clone());
                KeyLookup::Requested(request, meanwhile)
            }
            (KeyDecision::NoOthers, None) => KeyLookup::NoOthers,
            (KeyDecision::Unavailable(why), None) => KeyLookup::Unavailable(why),
        };
        if is_wanted && matches!(lookup, KeyLookup::Requested(..)) {
            state.wanted.notify_one();
        }
        lookup
    }

    fn request(
        self: Arc<Self>,
        clients: Clients,
        wanted: Arc<Notify>,
        now: Timestamp,
    ) -> KeyRequest {
        let task = tokio::spawn(async move {
            let _permit = clients.permit(wanted.notified()).await;
            let answer = discovery::keys(&clients, &self.url).await;
            // Parsers quote text that they cannot read.
            let answer = answer.map_err(|why| text::printable(&why, MAX_REASON));
            if let Err(why) = &answer {
                let issuer = text::printable(&self.url, limits::GUEST_TEXT);
                tracing::warn!(issuer, why, "no keys from the issuer");
            }
            let mut state = self.state();
            state.keyring.record(&answer, now);
            state.request = None;
            answer.map(|fresh| fresh.keys)
        });
        async move {
            task.await
                .unwrap_or_else(|_| Err("the request was broken off".to_owned()))
        }
        .boxed()
        .shared()
    }

    fn state(&self) -> MutexGuard<'_, IssuerState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
