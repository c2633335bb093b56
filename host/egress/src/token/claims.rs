use bellpull_core::{Claims, Timestamp, TokenError, TokenExpectation, limits, text};
use serde_json::Value;

use super::error::unauthenticated;

/// How far clocks may differ, in seconds (RFC 7519, section 4.1.4 allows "a few minutes").
const SKEW: f64 = 60.0;

/// Checks what needs no key: the issuer, the audience and the times of the token. Returns the
/// issuer.
///
/// # Errors
/// When a claim is not as expected: the first such claim.
pub fn check<'a>(
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

/// A string or a list of strings (RFC 7519, section 4.1.3). RFC 8725, section 3.9 makes it
/// mandatory.
fn audience(claims: &Claims, expected: &TokenExpectation) -> Result<(), TokenError> {
    let found: Vec<String> = match claims.get("aud") {
        None => return Err(unauthenticated("the token has no 'aud'")),
        Some(Value::String(one)) => vec![one.clone()],
        Some(Value::Array(several)) => several
            .iter()
            .map(|one| one.as_str().map(str::to_owned))
            .collect::<Option<_>>()
            .ok_or_else(|| unauthenticated("the token's 'aud' lists more than strings"))?,
        Some(_) => {
            return Err(unauthenticated(
                "the token's 'aud' is neither a string nor a list",
            ));
        }
    };
    let expects = |audience: &String| !audience.is_empty() && expected.audiences.contains(audience);
    if found.iter().any(expects) {
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
    // Sections 4.1.5 and 4.1.6: not valid yet, or issued in the future.
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
            "the token's '{name}' is not a number"
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
