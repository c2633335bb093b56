use std::fs;
use std::io::Read as _;
use std::path::PathBuf;

use anyhow::Result;
use bellpull_egress::{EgressSettings, ProxySettings};

use crate::exit::UsageError;
use crate::settings::NetworkArgs;

/// Most bytes of one file of authorities. Those of a system have less than 300 KiB.
const MAX_AUTHORITIES: u64 = 4 << 20;

/// What holds for every outbound connection.
pub(super) fn network_settings(arguments: &NetworkArgs) -> Result<EgressSettings> {
    let authorities = arguments.trust_ca.iter().map(read_authorities);
    let settings = EgressSettings {
        trusted_authorities: authorities.collect::<Result<_>>()?,
        proxy: arguments.egress_proxy.clone().map(|url| ProxySettings {
            url,
            direct: arguments.egress_no_proxy.clone().unwrap_or_default(),
        }),
        ..EgressSettings::default()
    };
    settings
        .check()
        .map_err(|error| UsageError(format!("--egress-proxy: {error}")))?;
    Ok(settings)
}

/// Flux's controllers follow the proxy of the environment. Bellpull does not, since such a proxy
/// connects to any address.
pub(super) fn warn_of_ignored_proxy(settings: &EgressSettings) {
    let variables = ["HTTPS_PROXY", "https_proxy"];
    let mut variables = variables.into_iter();
    let set = variables.find(|name| std::env::var_os(name).is_some());
    if let (None, Some(name)) = (&settings.proxy, set) {
        tracing::warn!("{name} is not followed: name the proxy by --egress-proxy");
    }
}

fn read_authorities(file: &PathBuf) -> Result<String> {
    let wrong = |why: String| UsageError(format!("--trust-ca {}: {why}", file.display()));
    let mut text = String::new();
    let opened = fs::File::open(file).map_err(|error| wrong(error.to_string()))?;
    let read = opened.take(MAX_AUTHORITIES + 1).read_to_string(&mut text);
    let read = read.map_err(|error| wrong(error.to_string()))?;
    if read as u64 > MAX_AUTHORITIES {
        return Err(wrong(format!(
            "it has more than {MAX_AUTHORITIES} bytes, too many for a list of certificates"
        ))
        .into());
    }
    Ok(text)
}
