use std::fs;
use std::io::Read as _;
use std::path::Path;

use anyhow::Result;
use bellpull_egress::{EgressSettings, ProxySettings};

use crate::exit::UsageError;
use crate::settings::NetworkArgs;

/// Most bytes of one file of certificates or a key. Those of a system have less than 300 KiB.
const MAX_PEM: u64 = 4 << 20;

/// What holds for every outbound connection.
pub(crate) fn network_settings(arguments: &NetworkArgs) -> Result<EgressSettings> {
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

fn read_authorities(file: impl AsRef<Path>) -> Result<String> {
    read_pem("--trust-ca", file.as_ref())
}

/// The text of a file of certificates or keys, which a flag names.
pub(super) fn read_pem(flag: &str, file: &Path) -> Result<String> {
    let wrong = |why: String| UsageError(format!("{flag} {}: {why}", file.display()));
    let mut text = String::new();
    let opened = fs::File::open(file).map_err(|error| wrong(error.to_string()))?;
    let read = opened.take(MAX_PEM + 1).read_to_string(&mut text);
    let read = read.map_err(|error| wrong(error.to_string()))?;
    if read as u64 > MAX_PEM {
        return Err(wrong(format!(
            "it has more than {MAX_PEM} bytes, too many for certificates or a key"
        ))
        .into());
    }
    Ok(text)
}
