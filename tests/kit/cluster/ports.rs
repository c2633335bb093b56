//! Free ports of the loopback interface.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use anyhow::Result;

/// What programs write when a port that was free has been taken before they came to it.
const TAKEN: &str = "address already in use";

/// Addresses that nobody listens on, all different.
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

/// Starts something, and once more when somebody was quicker at a port.
///
/// # Errors
/// When it does not start.
pub(super) fn retry_when_taken<T>(start: impl Fn() -> Result<T>) -> Result<T> {
    start().or_else(|error| match error.to_string().contains(TAKEN) {
        true => start(),
        false => Err(error),
    })
}
