use bellpull_core::{Timestamp, TokenError, TokenExpectation, limits, text};
use serde_json::{Map, Value};

use super::unauthenticated;

/// How far clocks may differ, seconds (RFC 7519, section 4.1.4 allows "a few minutes").
const SKEW: f64 = 60.0;

type Claims = Map<String, Value>;

/// Judges what needs no key: who issued the token, for whom, and when. Gives the issuer as it was
/// expected.
///
/// # Errors
/// The first thing that is not as expected.
pub(crate) fn check<'a>(
    claims: &Claims,
    expected: &'a TokenExpectation,
    now: Timestamp,
) -> Result<&'a str, TokenError> {
    let issuer = issuer(claims, expected)?;
    audience(claims, expected)?;
    times(claims, now)?;
    Ok(issuer)
}

/// RFC 7519, section 4.1.1; RFC 8725, section 3.8.
fn issuer<'a>(claims: &Claims, expected: &'a TokenExpectation) -> Result<&'a str, TokenError> {
    let Some(Value::String(found)) = claims.get("iss") else {
        return Err(unauthenticated("the token has no 'iss'"));
    };
    expected
        .issuers
        .iter()
        .find(|issuer| *issuer == found)
        .map(String::as_str)
        .ok_or_else(|| unexpected("issuer", std::slice::from_ref(found), &expected.issuers))
}

/// RFC 7519, section 4.1.3: a text or a list of them; RFC 8725, section 3.9 makes it mandatory.
fn audience(claims: &Claims, expected: &TokenExpectation) -> Result<(), TokenError> {
    let found: Vec<String> = match claims.get("aud") {
        None => return Err(unauthenticated("the token has no 'aud'")),
        Some(Value::String(one)) => vec![one.clone()],
        Some(Value::Array(several)) => several
            .iter()
            .map(|one| one.as_str().map(str::to_owned))
            .collect::<Option<_>>()
            .ok_or_else(|| unauthenticated("the token's 'aud' lists more than texts"))?,
        Some(_) => {
            return Err(unauthenticated(
                "the token's 'aud' is neither a text nor a list",
            ));
        }
    };
    let meant = |audience: &String| !audience.is_empty() && expected.audiences.contains(audience);
    if found.iter().any(meant) {
        Ok(())
    } else {
        Err(unexpected("audience", &found, &expected.audiences))
    }
}

fn times(claims: &Claims, now: Timestamp) -> Result<(), TokenError> {
    let now = now.as_duration().as_secs_f64();
    // RFC 7519, section 4.1.4.
    let expires = date(claims, "exp")?.ok_or_else(|| unauthenticated("the token has no 'exp'"))?;
    if now >= expires + SKEW {
        return Err(unauthenticated(format!(
            "the token has expired {:.0} s ago",
            now - expires
        )));
    }
    // Sections 4.1.5 and 4.1.6: what is not valid yet, or comes out of the future.
    for name in ["nbf", "iat"] {
        if let Some(from) = date(claims, name)?
            && now + SKEW < from
        {
            return Err(unauthenticated(format!(
                "the token's '{name}' is {:.0} s ahead of this clock",
                from - now
            )));
        }
    }
    Ok(())
}

/// A NumericDate: seconds, perhaps with a fraction (RFC 7519, section 2).
fn date(claims: &Claims, name: &str) -> Result<Option<f64>, TokenError> {
    let Some(value) = claims.get(name) else {
        return Ok(None);
    };
    match value.as_f64() {
        Some(seconds) => Ok(Some(seconds)),
        None => Err(unauthenticated(format!(
            "the token's '{name}' is no number"
        ))),
    }
}

fn unexpected(what: &str, found: &[String], expected: &[String]) -> TokenError {
    unauthenticated(format!(
        "the token's {what} is {}, expected is {}",
        text::printable(&format!("{found:?}"), limits::GUEST_TEXT),
        text::printable(&format!("{expected:?}"), limits::GUEST_TEXT),
    ))
}
