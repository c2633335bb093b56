use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bellpull_core::ports::{Notify, Targets, Verify};
use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use crate::metrics::Limit;
use crate::{Gateway, connection};

/// After an accept that failed: out of file descriptors, the next one fails just as fast.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Connections that the kernel holds before they are accepted.
const BACKLOG: i32 = 1024;

/// Listens on an address; `[::]` takes IPv4 too, and falls back to it on a host without IPv6. To be
/// called within a tokio runtime.
///
/// # Errors
/// When the address is in use or not this machine's.
pub fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    match open(address) {
        // Kernels disagree on what says that a host has no IPv6: whatever does not blame the port.
        Err(error)
            if address.ip() == IpAddr::V6(Ipv6Addr::UNSPECIFIED)
                && !matches!(
                    error.kind(),
                    io::ErrorKind::AddrInUse | io::ErrorKind::PermissionDenied
                ) =>
        {
            open(SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), address.port()))
        }
        opened => opened,
    }
}

fn open(address: SocketAddr) -> io::Result<TcpListener> {
    let domain = Domain::for_address(address);
    let socket = Socket::new(domain, Type::STREAM, Some(Protocol::TCP))?;
    if address.is_ipv6() {
        socket.set_only_v6(!address.ip().is_unspecified())?;
    }
    // A restart must not wait for connections of the process before it to time out.
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    TcpListener::from_std(socket.into())
}

/// Accepts connections until `closing`, then lets those that are open finish. Returns once they
/// have; whoever calls this bounds how long.
pub(crate) async fn accept<V: Verify, T: Targets, N: Notify>(
    listener: TcpListener,
    gateway: &Arc<Gateway<V, T, N>>,
    mut closing: watch::Receiver<bool>,
) {
    let permits = Arc::new(Semaphore::new(gateway.settings.max_connections));
    let mut connections = JoinSet::new();
    loop {
        if permits.available_permits() == 0 {
            gateway.metrics.limit(Limit::Connections);
        }
        // Over the limit nothing is accepted: what waits, waits in the kernel's queue.
        let permit = tokio::select! {
            permit = Arc::clone(&permits).acquire_owned() => permit,
            _ = closing.wait_for(|closing| *closing) => break,
        };
        let stream = tokio::select! {
            stream = next(&listener) => stream,
            _ = closing.wait_for(|closing| *closing) => break,
        };
        let (served, closing) = (Arc::clone(gateway), closing.clone());
        gateway.metrics.connections.inc();
        connections.spawn(async move {
            let connections = served.metrics.connections.clone();
            connection::serve(stream, served, closing).await;
            connections.dec();
            drop(permit);
        });
        while connections.try_join_next().is_some() {}
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

pub(crate) async fn next(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            Err(error) => {
                tracing::warn!(%error, "accepting a connection failed");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}
