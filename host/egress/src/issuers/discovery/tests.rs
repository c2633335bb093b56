use super::*;

#[test]
fn the_discovery_document_is_below_the_issuer() {
    let cases = [
        (
            "https://issuer.example",
            Ok("https://issuer.example/.well-known/openid-configuration"),
        ),
        (
            "https://issuer.example/",
            Ok("https://issuer.example/.well-known/openid-configuration"),
        ),
        (
            "https://issuer.example/tenant/v2.0",
            Ok("https://issuer.example/tenant/v2.0/.well-known/openid-configuration"),
        ),
        (
            "accounts.google.com",
            Ok("https://accounts.google.com/.well-known/openid-configuration"),
        ),
        ("issuer.example", Err("relative URL")),
        ("https://issuer.example/?tenant=a", Err("no query")),
        ("https://issuer.example/#a", Err("no fragment")),
    ];
    for (issuer, expected) in cases {
        let found = discovery_url(issuer);
        match (&found, expected) {
            (Ok(url), Ok(expected)) => assert_eq!(url.as_str(), expected, "{issuer}"),
            (Err(why), Err(part)) if why.contains(part) => {}
            _ => panic!("{issuer}: {found:?}, expected {expected:?}"),
        }
    }
}

#[test]
fn the_discovery_document_names_its_own_issuer() {
    let asked = Url::parse("https://a.example/.well-known/openid-configuration").expect("a URL");
    let cases = [
        ("https://a.example", "https://keys.example/jwks", Ok(())),
        (
            "https://a.example",
            "http://a.example/jwks",
            Err("is not https"),
        ),
        ("https://a.example", "/jwks", Err("relative URL")),
        (
            "https://a.example/",
            "https://a.example/jwks",
            Err("says that the issuer is \"https://a.example/\""),
        ),
        (
            "https://b.example",
            "https://a.example/jwks",
            Err("says that the issuer is \"https://b.example\""),
        ),
    ];
    for (issuer, jwks_uri, expected) in cases {
        let metadata = DiscoveryMetadata {
            issuer: issuer.to_owned(),
            jwks_uri: jwks_uri.to_owned(),
        };
        let found = keys_url(&asked, "https://a.example", &metadata);
        match (&found, expected) {
            (Ok(_), Ok(())) => {}
            (Err(why), Err(part)) if why.contains(part) => {}
            _ => panic!("{issuer} with {jwks_uri}: {found:?}, expected {expected:?}"),
        }
    }
}
