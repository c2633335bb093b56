use bellpull_core::Outcome;
use bellpull_core::ports::Filters;

use super::Ending;
use super::verify::Verified;

/// Refuses a token that is right and not one of whoever may ring.
pub(crate) fn authorize<F: Filters>(verified: Verified, filters: &F) -> Result<Verified, Ending> {
    match bellpull_core::authorize(&verified.route, &verified.event, filters) {
        Ok(()) => Ok(verified),
        Err(why) => Err(Ending::from(Outcome::Unauthenticated).because(why)),
    }
}
