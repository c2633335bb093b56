//! Free ports of the loopback interface.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use anyhow::Result;

/// What a program writes when somebody else has taken its port.
const TAKEN: &str = "address already in use";

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

/// Starts a program, and starts it again when somebody else has taken its port.
///
/// # Errors
/// When it does not start.
pub(super) fn retry_when_taken<T>(start: impl Fn() -> Result<T>) -> Result<T> {
    start().or_else(|error| match error.to_string().contains(TAKEN) {
        true => start(),
        false => Err(error),
    })
}
