use std::error::Error as _;
use std::io;

use anyhow::{Result, anyhow};
use bellpull_gateway::{ListenerRole, Listeners};

use crate::settings::ServeArgs;

/// Binds every port. An error names the address and the flag that chooses it.
pub(super) fn bind(arguments: &ServeArgs) -> Result<Listeners> {
    let ServeArgs {
        receiver_addr,
        health_addr,
        metrics_addr,
        ..
    } = arguments;
    let listeners =
        Listeners::bind(*receiver_addr, *health_addr, *metrics_addr).map_err(|error| {
            let (address, flag) = (error.address, flag(error.role));
            let source = error.source();
            let source = source.and_then(|source| source.downcast_ref::<io::Error>());
            match source {
                Some(source) if source.kind() == io::ErrorKind::AddrInUse => anyhow!(
                    "{address} is in use: end what listens there, or choose another with {flag}"
                ),
                Some(source) => anyhow!("cannot listen on {address} ({flag}): {source}"),
                None => anyhow!("cannot listen on {address} ({flag})"),
            }
        })?;
    for role in [
        ListenerRole::Receiver,
        ListenerRole::Health,
        ListenerRole::Metrics,
    ] {
        tracing::info!(flag = flag(role), address = %listeners.address(role), "listening");
    }
    Ok(listeners)
}

fn flag(role: ListenerRole) -> &'static str {
    match role {
        ListenerRole::Receiver => "--receiver-addr",
        ListenerRole::Health => "--health-addr",
        ListenerRole::Metrics => "--metrics-addr",
    }
}
