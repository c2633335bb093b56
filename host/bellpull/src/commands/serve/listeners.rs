use std::error::Error as _;
use std::io;

use anyhow::{Result, anyhow};
use bellpull_gateway::{BindError, ListenerRole, Listeners};

use crate::settings::ServeArgs;

/// Binds every port. An error names the address and the flag that chooses it.
pub(super) fn bind(arguments: &ServeArgs) -> Result<Listeners> {
    let ServeArgs {
        receiver_addr,
        health_addr,
        metrics_addr,
        ..
    } = arguments;
    let mut listeners = Listeners::bind(*receiver_addr, *health_addr, *metrics_addr)
        .map_err(|error| told(&error))?;
    if let Some(admin_addr) = arguments.records.admin_addr {
        listeners = listeners
            .with_admin(admin_addr)
            .map_err(|error| told(&error))?;
    }
    for (role, address) in listeners.addresses() {
        tracing::info!(flag = flag(role), %address, "listening");
    }
    Ok(listeners)
}

fn told(error: &BindError) -> anyhow::Error {
    let (address, flag) = (error.address, flag(error.role));
    let source = error.source();
    let source = source.and_then(|source| source.downcast_ref::<io::Error>());
    match source {
        Some(source) if source.kind() == io::ErrorKind::AddrInUse => {
            anyhow!("{address} is in use: end what listens there, or choose another with {flag}")
        }
        Some(source) => anyhow!("cannot listen on {address} ({flag}): {source}"),
        None => anyhow!("cannot listen on {address} ({flag})"),
    }
}

fn flag(role: ListenerRole) -> &'static str {
    match role {
        ListenerRole::Receiver => "--receiver-addr",
        ListenerRole::Health => "--health-addr",
        ListenerRole::Metrics => "--metrics-addr",
        ListenerRole::Admin => "--admin-addr",
    }
}
