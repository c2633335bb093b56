//! Listeners and their connections: binding, accepting, and serving HTTP on each connection.

pub(crate) mod accept;
pub(crate) mod connection;
mod connection_stream;
pub(crate) mod endpoint;
mod lingering_close;
mod open;
mod proxy_header;
mod serve_connection;
mod sockets;

pub(crate) use accept::accept;
pub(crate) use endpoint::{Caller, Endpoint};
pub(crate) use open::Opening;
pub use open::ProxyProtocol;
pub(crate) use serve_connection::ListenerOptions;
pub use sockets::{BindError, ListenerRole, Listeners};
