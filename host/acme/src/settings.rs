use std::net::IpAddr;

use rustls_pki_types::DnsName;

/// What is ordered, and of whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcmeSettings {
    /// The names that the certificate is for, as [`domain`] returns them: at least one.
    pub domains: Vec<String>,
    /// Where the authority may write to, as [`email`] returns it.
    pub email: Option<String>,
    /// The URL of the authority's directory (RFC 8555, section 7.1.1).
    pub directory: String,
}

/// A name that an authority can validate by TLS-ALPN-01, in lower case.
///
/// # Errors
/// When it is none: what to give instead.
pub fn domain(text: &str) -> Result<String, String> {
    if text.starts_with("*.") {
        return Err(
            "no authority validates a name with * by TLS-ALPN-01: give each name by itself"
                .to_owned(),
        );
    }
    if text.parse::<IpAddr>().is_ok() {
        return Err("it is an address: give a DNS name such as hooks.example.com".to_owned());
    }
    if !text.is_ascii() {
        return Err("give the name in ASCII, as xn--…".to_owned());
    }
    match DnsName::try_from(text) {
        Ok(_) if !text.ends_with('.') => Ok(text.to_ascii_lowercase()),
        _ => Err("it is no DNS name such as hooks.example.com".to_owned()),
    }
}

/// An address of email (RFC 8555, section 7.3: one address, without further fields).
///
/// # Errors
/// When it is none: what to give instead.
pub fn email(text: &str) -> Result<String, String> {
    let is_word = |word: &str| {
        let foreign = |letter: char| letter.is_whitespace() || "@,?".contains(letter);
        !word.is_empty() && !word.contains(foreign)
    };
    match text.split_once('@') {
        Some((user, host)) if is_word(user) && is_word(host) => Ok(text.to_owned()),
        _ => Err("give one address such as ops@example.com".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_a_dns_name_that_can_be_validated() {
        for (text, expected) in [
            ("Hooks.Example.com", Ok("hooks.example.com")),
            ("localhost", Ok("localhost")),
            ("xn--bcher-kva.example", Ok("xn--bcher-kva.example")),
            ("*.example.com", Err("each name by itself")),
            ("192.0.2.1", Err("an address")),
            ("2001:db8::1", Err("an address")),
            ("bücher.example", Err("in ASCII")),
            ("hooks.example.com.", Err("no DNS name")),
            ("https://hooks.example.com", Err("no DNS name")),
            ("", Err("no DNS name")),
        ] {
            assert_fits(text, domain(text), expected);
        }
    }

    #[test]
    fn an_email_is_one_address() {
        for (text, expected) in [
            ("ops@example.com", Ok("ops@example.com")),
            ("mailto", Err("one address")),
            ("@example.com", Err("one address")),
            ("a@example.com,b@example.com", Err("one address")),
            ("ops@example.com?subject=x", Err("one address")),
        ] {
            assert_fits(text, email(text), expected);
        }
    }

    fn assert_fits(text: &str, read: Result<String, String>, expected: Result<&str, &str>) {
        let fits = match (&read, expected) {
            (Ok(read), Ok(expected)) => read == expected,
            (Err(error), Err(part)) => error.contains(part),
            _ => false,
        };
        assert!(fits, "{text:?}: {read:?}, expected {expected:?}");
    }
}
