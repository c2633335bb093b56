//! Free ports of the loopback interface.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use anyhow::Result;

/// Different addresses that nobody listens on.
///
/// # Errors
/// When there are no more.
pub(super) fn free<const N: usize>() -> Result<[SocketAddr; N]> {
    let mut listeners = Vec::with_capacity(N);
    let mut addresses = [SocketAddr::from((Ipv4Addr::LOCALHOST, 0)); N];
    for address in &mut addresses {
        let listener = TcpListener::bind(*address)?;
        *address = listener.local_addr()?;
        listeners.push(listener);
    }
    Ok(addresses)
}

/// Starts a program on free addresses, and starts it again on others when somebody else has taken one
/// of them meanwhile.
///
/// # Errors
/// When it does not start.
pub(super) fn start_on_free<const N: usize, T>(
    start: impl Fn([SocketAddr; N]) -> Result<T>,
) -> Result<T> {
    let addresses = free()?;
    start(addresses).or_else(|error| match addresses.into_iter().any(is_taken) {
        true => start(free()?),
        false => Err(error),
    })
}

fn is_taken(address: SocketAddr) -> bool {
    TcpListener::bind(address).is_err_and(|error| error.kind() == ErrorKind::AddrInUse)
}
