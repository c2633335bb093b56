mod addresses;
mod resolving;
mod rules;

use super::Policy;

/// Where issuers may be, all of them or public ones.
fn issuers(public_only: bool) -> Policy {
    Policy::Issuers {
        public_only,
        private_hosts: Vec::new(),
    }
}
