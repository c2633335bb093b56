//! The settings of the gateway and the notifier, from the command line.

use std::time::Duration;

use bellpull_core::limits;

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
        flux_status_codes: arguments.flux_status_codes,
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::settings::{CacheArgs, Cli, Command, VerifyArgs};

    #[test]
    fn the_defaults_of_flags_are_those_of_each_crate() {
        let parsed = Cli::try_parse_from(["bellpull", "serve"]).unwrap();
        let Command::Serve(arguments) = parsed.command else {
            panic!("parsed {parsed:?}");
        };
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
