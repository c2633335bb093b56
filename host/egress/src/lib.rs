//! The host's only outbound HTTP: it fetches the keys of issuers, and documents for components, and asks
//! registries of artefacts, the authority of the listener's certificates, and the collector of traces.
//!
//! No delivery decides where a request goes. Receivers and components name the issuers, and a
//! component fetches only from hosts that its description lists. The host connects only to an
//! address that its policy allows. It follows redirections only where a registry sends a download to its
//! storage.

mod fetch_permits;
mod fetcher;
mod http;
mod issuers;
mod metrics;
mod registry_settings;
mod settings;
pub mod token;

pub use fetcher::{FetchError, Fetcher};
pub use http::{
    AuthorityHttp, AuthorityHttpError, CollectorHttp, CollectorHttpError, Recording,
    RegistryAddress, RegistryHttp, RegistryHttpError, RegistryRequest, RegistryResponse,
};
pub use issuers::Issuers;
pub use metrics::EgressMetrics;
pub use registry_settings::{ClientCertificate, RegistryHttpSettings, RegistryTimes, RegistryTls};
pub use settings::{EgressSettings, ProxySettings, SettingsError};
