use bellpull_core::Outcome;
use bellpull_core::ports::Host;

use super::Ending;
use super::verify::Verified;

/// Refuses a token that is right and not one of whoever may ring.
pub(crate) fn authorize<H: Host>(verified: Verified<H>, host: &H) -> Result<Verified<H>, Ending> {
    match bellpull_core::authorize(&verified.route.filters, &verified.event, host.filters()) {
        Ok(()) => Ok(verified),
        Err(why) => Err(Ending::from(Outcome::Unauthenticated).because(why)),
    }
}
