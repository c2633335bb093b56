use bellpull_core::limits;

use crate::violation::Violation;

/// Random bytes of one host call.
const RANDOM_AT_ONCE: u64 = 4 << 10;
/// Random bytes of one call of a guest: languages seed their hash tables with a few.
const RANDOM: u64 = 16 << 10;

/// What the host still does for one call of a guest.
pub(crate) struct CallBudget {
    host_calls: u32,
    checks: u32,
    hashed: u64,
    parsed: u64,
    /// Bytes that may still be searched for values of the Secret.
    pub(crate) searched: u64,
    fetches: u32,
    log_lines: u32,
    random: u64,
}

impl CallBudget {
    pub(crate) fn for_body(length: usize) -> Self {
        let length = length as u64;
        Self {
            host_calls: limits::HOST_CALLS,
            checks: limits::CREDENTIAL_CHECKS,
            hashed: limits::HASH_FLOOR + length * limits::HASH_FACTOR,
            parsed: limits::PARSE_FLOOR + length * limits::PARSE_FACTOR,
            searched: limits::SEARCH_FLOOR + length * limits::SEARCH_FACTOR,
            fetches: limits::FETCHES,
            log_lines: limits::LOG_LINES,
            random: RANDOM,
        }
    }

    /// Charges one call of an import: see [`HostCall`](crate::host_call::HostCall).
    pub(crate) fn host_call(&mut self) -> Result<(), Violation> {
        self.host_calls = self
            .host_calls
            .checked_sub(1)
            .ok_or(Violation::Budget("host calls"))?;
        Ok(())
    }

    /// Charges a check of a credential that reads this many bytes.
    pub(crate) fn check(&mut self, hashed: u64) -> Result<(), Violation> {
        self.checks = self
            .checks
            .checked_sub(1)
            .ok_or(Violation::Budget("credential checks"))?;
        self.hashed = self
            .hashed
            .checked_sub(hashed)
            .ok_or(Violation::Budget("hashed bytes"))?;
        Ok(())
    }

    pub(crate) fn fetch(&mut self) -> Result<(), Violation> {
        self.fetches = self
            .fetches
            .checked_sub(1)
            .ok_or(Violation::Budget("fetches"))?;
        Ok(())
    }

    pub(crate) fn parse(&mut self, length: usize) -> Result<(), Violation> {
        self.parsed = self
            .parsed
            .checked_sub(length as u64)
            .ok_or(Violation::Budget("parsed bytes"))?;
        Ok(())
    }

    /// Charges `length` random bytes, and returns how many to make: all of them.
    pub(crate) fn random(&mut self, length: u64) -> Result<usize, Violation> {
        let spent = || Violation::Budget("random bytes");
        let left = self.random.checked_sub(length).ok_or_else(spent)?;
        if length > RANDOM_AT_ONCE {
            return Err(spent());
        }
        self.random = left;
        usize::try_from(length).map_err(|_| spent())
    }

    /// Whether another line may be logged. The guest goes on when it may not.
    pub(crate) fn log_line(&mut self) -> bool {
        let left = self.log_lines > 0;
        self.log_lines = self.log_lines.saturating_sub(1);
        left
    }
}
