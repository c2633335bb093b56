use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bellpull_core::{Timestamp, limits, text};
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared};
use tokio::sync::Notify;

use super::clients::Clients;
use super::discovery;
use super::keyring::{Keyring, Need, Step};
use crate::metrics::{Kind, Metrics};
use crate::token::KeySet;

/// A request under way. Whoever waits for it shares it; it goes on when nobody waits.
type Flight = Shared<BoxFuture<'static, Result<Arc<KeySet>, String>>>;

/// Why there are no keys, bytes: an address and what is wrong there.
const REASON: usize = 1 << 10;

/// One issuer and what is known of its keys.
pub(super) struct Issuer {
    url: String,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    keyring: Keyring<KeySet>,
    flight: Option<Flight>,
    /// Told that a delivery waits for the flight.
    wanted: Arc<Notify>,
}

/// How a token's keys are had.
pub(super) enum Way {
    /// Here they are.
    Known(Arc<KeySet>),
    /// They are asked for; if they do not come, these will do.
    Asked(Flight, Option<Arc<KeySet>>),
    /// There are no others.
    NoOthers,
    /// They could not be had just now.
    Unavailable(String),
}

impl Issuer {
    pub(super) fn new(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            state: Mutex::default(),
        }
    }

    /// Asks the issuer if need be, at once where a delivery waits for it. Must be called within a
    /// tokio runtime.
    pub(super) fn keys(
        self: &Arc<Self>,
        clients: &Clients,
        metrics: &Metrics,
        need: Need,
        (now, is_wanted): (Timestamp, bool),
    ) -> Way {
        let mut state = self.state();
        // One whose task has panicked is over, too, and nobody has taken it away.
        state.flight.take_if(|flight| flight.peek().is_some());
        let way = match (state.keyring.step(need, now), &state.flight) {
            (Step::Use(keys), _) => {
                metrics.cached(Kind::Keys);
                Way::Known(keys)
            }
            (Step::Ask(meanwhile), Some(flight)) => Way::Asked(flight.clone(), meanwhile),
            (Step::NoOthers | Step::Unavailable(_), Some(flight)) => {
                Way::Asked(flight.clone(), None)
            }
            (Step::Ask(meanwhile), None) => {
                // Whoever wanted an earlier flight does not want this one.
                state.wanted = Arc::default();
                let wanted = Arc::clone(&state.wanted);
                let flight = Arc::clone(self).ask(clients.clone(), wanted, now);
                state.flight = Some(flight.clone());
                Way::Asked(flight, meanwhile)
            }
            (Step::NoOthers, None) => Way::NoOthers,
            (Step::Unavailable(why), None) => Way::Unavailable(why),
        };
        if is_wanted && matches!(way, Way::Asked(..)) {
            state.wanted.notify_one();
        }
        way
    }

    fn ask(self: Arc<Self>, clients: Clients, wanted: Arc<Notify>, now: Timestamp) -> Flight {
        let task = tokio::spawn(async move {
            let _turn = clients.turn(wanted.notified()).await;
            let answer = discovery::keys(&clients, &self.url).await;
            // Parsers quote what they cannot read.
            let answer = answer.map_err(|why| text::printable(&why, REASON));
            if let Err(why) = &answer {
                let issuer = text::printable(&self.url, limits::GUEST_TEXT);
                tracing::warn!(issuer, why, "no keys from the issuer");
            }
            let mut state = self.state();
            state.keyring.record(&answer, now);
            state.flight = None;
            answer.map(|fresh| fresh.keys)
        });
        async move {
            task.await
                .unwrap_or_else(|_| Err("the request was broken off".to_owned()))
        }
        .boxed()
        .shared()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
