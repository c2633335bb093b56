use bellpull_core::limits;

use crate::stop::Stop;

/// Random bytes that one host call gives.
const RANDOM_AT_ONCE: u64 = 4 << 10;
/// Random bytes of one delivery: languages seed their tables with a few.
const RANDOM: u64 = 16 << 10;

/// What one call of a guest may still make the host do.
pub(crate) struct Budget {
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

impl Budget {
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

    pub(crate) fn host_call(&mut self) -> Result<(), Stop> {
        self.host_calls = self
            .host_calls
            .checked_sub(1)
            .ok_or(Stop::Budget("host calls"))?;
        Ok(())
    }

    pub(crate) fn check(&mut self, hashed: u64) -> Result<(), Stop> {
        self.checks = self
            .checks
            .checked_sub(1)
            .ok_or(Stop::Budget("credential checks"))?;
        self.hashed = self
            .hashed
            .checked_sub(hashed)
            .ok_or(Stop::Budget("hashed bytes"))?;
        Ok(())
    }

    pub(crate) fn fetch(&mut self) -> Result<(), Stop> {
        self.fetches = self.fetches.checked_sub(1).ok_or(Stop::Budget("fetches"))?;
        Ok(())
    }

    pub(crate) fn parse(&mut self, length: usize) -> Result<(), Stop> {
        self.parsed = self
            .parsed
            .checked_sub(length as u64)
            .ok_or(Stop::Budget("parsed bytes"))?;
        Ok(())
    }

    /// How many random bytes are to be made of `length` that are asked for: all of them.
    pub(crate) fn random(&mut self, length: u64) -> Result<usize, Stop> {
        let spent = || Stop::Budget("random bytes");
        let left = self.random.checked_sub(length).ok_or_else(spent)?;
        if length > RANDOM_AT_ONCE {
            return Err(spent());
        }
        self.random = left;
        usize::try_from(length).map_err(|_| spent())
    }

    /// Whether another line may be logged. A talkative guest is cut, not stopped.
    pub(crate) fn log_line(&mut self) -> bool {
        let left = self.log_lines > 0;
        self.log_lines = self.log_lines.saturating_sub(1);
        left
    }
}
