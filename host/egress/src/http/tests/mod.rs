mod addresses;
mod resolving;
mod rules;

use super::DestinationPolicy;

/// The policy for all issuers, or for public ones only.
fn issuers(public_only: bool) -> DestinationPolicy {
    DestinationPolicy::Issuers {
        public_only,
        private_hosts: Vec::new(),
    }
}
