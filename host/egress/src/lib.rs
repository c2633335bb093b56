//! The host's only outbound HTTP: the keys that issuers publish, and what components may fetch.
//!
//! Nobody outside decides where it goes. Issuers come from Receivers and components, never from a
//! delivery; components fetch from hosts that their description lists. The address that is judged
//! is the one that is connected to, and no answer leads anywhere else.

mod fetcher;
mod http;
mod issuers;
mod metrics;
mod settings;
mod token;

pub use fetcher::{FetchError, Fetcher};
pub use http::Recording;
pub use issuers::Issuers;
pub use metrics::Metrics;
pub use settings::{ProxySettings, Settings, SettingsError};
