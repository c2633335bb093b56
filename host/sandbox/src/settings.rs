use std::time::Duration;

use bellpull_core::limits;

/// How many guests a sandbox runs at once, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SandboxSettings {
    /// Verifications at once.
    pub max_verifications: usize,
    /// Bytes of memory of all guests at once. At least the memory of one guest is always there.
    pub max_guest_memory: usize,
    /// Time that guest and host compute for one verification. A verification waits as long for its
    /// permit.
    pub verify_timeout: Duration,
}

impl Default for SandboxSettings {
    fn default() -> Self {
        Self {
            max_verifications: limits::MAX_VERIFICATIONS,
            max_guest_memory: limits::MAX_GUEST_MEMORY,
            verify_timeout: limits::VERIFY_TIMEOUT,
        }
    }
}
