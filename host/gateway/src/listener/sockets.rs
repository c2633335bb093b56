use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use bellpull_tls::TlsServer;
use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::TcpListener;

/// Connections that the kernel queues before they are accepted.
const BACKLOG: i32 = 1024;

/// The purpose of a listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListenerRole {
    /// Webhooks.
    Receiver,
    /// `/healthz` and `/readyz`.
    Health,
    /// `/metrics`.
    Metrics,
    /// `/v1`.
    Admin,
}

impl fmt::Display for ListenerRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Receiver => "receiver",
            Self::Health => "health",
            Self::Metrics => "metrics",
            Self::Admin => "admin",
        })
    }
}

/// An address that cannot be listened on.
#[derive(Debug)]
pub struct BindError {
    /// The listener, so that the caller can name the setting.
    pub role: ListenerRole,
    pub address: SocketAddr,
    source: io::Error,
}

impl fmt::Display for BindError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { role, address, .. } = self;
        write!(f, "cannot listen on {address} for {role}")
    }
}

impl std::error::Error for BindError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

/// The sockets, bound and not served yet.
#[derive(Debug)]
pub struct Listeners {
    pub(crate) receiver: TcpListener,
    pub(crate) health: TcpListener,
    pub(crate) metrics: TcpListener,
    pub(crate) admin: Option<TcpListener>,
    /// For webhooks alone.
    pub(crate) tls: Option<Arc<TlsServer>>,
    addresses: Vec<(ListenerRole, SocketAddr)>,
}

impl Listeners {
    /// Binds the three addresses. `[::]` listens on IPv4 too, and means `0.0.0.0` on a host without
    /// IPv6. Port 0 means a free port. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// When an address cannot be bound: the first such address.
    pub fn bind(
        receiver: SocketAddr,
        health: SocketAddr,
        metrics: SocketAddr,
    ) -> Result<Self, BindError> {
        let (receiver, receiver_address) = bind(ListenerRole::Receiver, receiver)?;
        let (health, health_address) = bind(ListenerRole::Health, health)?;
        let (metrics, metrics_address) = bind(ListenerRole::Metrics, metrics)?;
        Ok(Self {
            receiver,
            health,
            metrics,
            admin: None,
            tls: None,
            addresses: vec![
                (ListenerRole::Receiver, receiver_address),
                (ListenerRole::Health, health_address),
                (ListenerRole::Metrics, metrics_address),
            ],
        })
    }

    /// Binds the address of the API for whoever runs the process.
    ///
    /// # Errors
    /// When the address cannot be bound.
    pub fn with_admin(mut self, address: SocketAddr) -> Result<Self, BindError> {
        let (admin, address) = bind(ListenerRole::Admin, address)?;
        self.admin = Some(admin);
        self.addresses.push((ListenerRole::Admin, address));
        Ok(self)
    }

    /// Takes webhooks over TLS alone. Probes and metrics stay without it.
    #[must_use]
    pub fn with_tls(self, tls: Arc<TlsServer>) -> Self {
        Self {
            tls: Some(tls),
            ..self
        }
    }

    /// The address of a listener, if it is bound.
    #[must_use]
    pub fn address(&self, role: ListenerRole) -> Option<SocketAddr> {
        let mut addresses = self.addresses();
        addresses.find_map(|(of, address)| (of == role).then_some(address))
    }

    /// The listeners that are bound, each with its address and its real port.
    pub fn addresses(&self) -> impl Iterator<Item = (ListenerRole, SocketAddr)> {
        self.addresses.iter().copied()
    }
}

fn bind(role: ListenerRole, address: SocketAddr) -> Result<(TcpListener, SocketAddr), BindError> {
    let any_v6 = address.is_ipv6() && address.ip().is_unspecified();
    let opened = match open(address) {
        Err(error) if any_v6 && lacks_ipv6(&error) => {
            open(SocketAddr::from((Ipv4Addr::UNSPECIFIED, address.port())))
        }
        opened => opened,
    };
    opened
        .and_then(|listener| {
            let bound = listener.local_addr()?;
            Ok((listener, bound))
        })
        .map_err(|source| BindError {
            role,
            address,
            source,
        })
}

/// Kernels report a missing IPv6 with different errors. So every error counts, except those that
/// are due to the address itself.
fn lacks_ipv6(error: &io::Error) -> bool {
    !matches!(
        error.kind(),
        io::ErrorKind::AddrInUse | io::ErrorKind::PermissionDenied
    )
}

fn open(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    if address.is_ipv6() {
        socket.set_only_v6(!address.ip().is_unspecified())?;
    }
    // A restart must not wait until connections of the last process time out. On Windows the option
    // would let two processes share the port.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    TcpListener::from_std(socket.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpStream;

    fn any(port: u16) -> SocketAddr {
        SocketAddr::from((std::net::Ipv6Addr::UNSPECIFIED, port))
    }

    #[tokio::test]
    async fn the_unspecified_address_takes_ipv4_too() {
        let listeners = Listeners::bind(any(0), any(0), any(0)).unwrap();
        let port = listeners.address(ListenerRole::Receiver).unwrap().port();
        let connected = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await;
        assert!(connected.is_ok(), "{connected:?}");
    }

    #[tokio::test]
    async fn a_taken_address_is_named() {
        let taken = Listeners::bind(any(0), any(0), any(0)).unwrap();
        let address = any(taken.address(ListenerRole::Metrics).unwrap().port());
        let error = Listeners::bind(any(0), any(0), address).unwrap_err();
        assert_eq!(error.role, ListenerRole::Metrics);
        assert_eq!(
            error.to_string(),
            format!("cannot listen on {address} for metrics")
        );
    }
}
