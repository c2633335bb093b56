//! The settings of the gateway and the notifier, from the command line.

use std::time::Duration;

use bellpull_core::limits;
use bellpull_gateway::ProxyProtocol;

use super::process;
use crate::settings::ServeArgs;

pub(super) fn notify_settings(
    arguments: &ServeArgs,
    attempt: Duration,
) -> bellpull_notify::NotifySettings {
    bellpull_notify::NotifySettings {
        slots: arguments.max_notifications,
        max_pending: limits::MAX_PENDING_TARGETS,
        attempt,
        retry: arguments.notify_retry,
    }
}

/// The asked settings, with as many connections as this process may open.
pub(super) fn gateway_settings(arguments: &ServeArgs) -> bellpull_gateway::GatewaySettings {
    let asked = asked_gateway_settings(arguments);
    bellpull_gateway::GatewaySettings {
        max_connections: process::connections(asked.max_connections),
        ..asked
    }
}

fn asked_gateway_settings(arguments: &ServeArgs) -> bellpull_gateway::GatewaySettings {
    bellpull_gateway::GatewaySettings {
        max_body: arguments.max_body,
        max_bodies_in_flight: arguments
            .max_bodies_in_flight
            .unwrap_or(limits::MAX_BODIES_IN_FLIGHT),
        max_connections: arguments.max_connections.unwrap_or(limits::MAX_CONNECTIONS),
        header_timeout: arguments.header_timeout,
        read_timeout: arguments.read_timeout,
        answer_deadline: arguments.answer_deadline,
        drain_delay: arguments.drain_delay,
        drain_timeout: arguments.drain_timeout,
        proxy_protocol: proxy_protocol(arguments),
        trusted_proxies: arguments.trusted_proxies.clone().unwrap_or_default(),
        unproven_per_minute: arguments.unproven_per_minute(),
        flux_status_codes: arguments.flux_status_codes,
    }
}

fn proxy_protocol(arguments: &ServeArgs) -> ProxyProtocol {
    match (arguments.proxy_protocol, &arguments.trusted_proxies) {
        (false, _) => ProxyProtocol::Off,
        (true, None) => ProxyProtocol::Everybody,
        (true, Some(proxies)) => ProxyProtocol::From(proxies.clone()),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::settings::{CacheArgs, Cli, Command, VerifyArgs};

    fn parsed(flags: &[&str]) -> ServeArgs {
        let parsed = Cli::try_parse_from([&["bellpull", "serve"], flags].concat()).unwrap();
        let Command::Serve(arguments) = parsed.command else {
            panic!("parsed {parsed:?}");
        };
        *arguments
    }

    #[test]
    fn the_proxy_protocol_is_spoken_by_trusted_proxies_if_they_are_named() {
        let proxies = "10.0.0.0/8".parse().unwrap();
        for (flags, expected) in [
            (&["--trusted-proxies=10.0.0.0/8"][..], ProxyProtocol::Off),
            (&["--proxy-protocol"], ProxyProtocol::Everybody),
            (
                &["--proxy-protocol", "--trusted-proxies=10.0.0.0/8"],
                ProxyProtocol::From(proxies),
            ),
        ] {
            assert_eq!(proxy_protocol(&parsed(flags)), expected, "{flags:?}");
        }
    }

    #[test]
    fn the_defaults_of_flags_are_those_of_each_crate() {
        let arguments = parsed(&[]);
        assert_eq!(
            asked_gateway_settings(&arguments),
            bellpull_gateway::GatewaySettings::default()
        );
        assert_eq!(
            notify_settings(&arguments, limits::NOTIFY_ATTEMPT),
            bellpull_notify::NotifySettings::default()
        );
        assert_eq!(
            arguments.verify.settings(),
            bellpull_sandbox::SandboxSettings::default()
        );
        assert_eq!(
            VerifyArgs::default().settings(),
            bellpull_sandbox::SandboxSettings::default()
        );
        let cache = CacheArgs::default();
        assert_eq!(arguments.cache.compile_timeout, cache.compile_timeout);
        assert_eq!(arguments.cache.cache_dir, cache.cache_dir);
    }
}
