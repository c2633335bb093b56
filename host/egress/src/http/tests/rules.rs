use std::time::Duration;

use reqwest::header::{CACHE_CONTROL, HeaderMap, HeaderValue};
use url::Url;

use super::issuers;
use crate::http::address_scope::AddressScope;
use crate::http::freshness::fresh_for;
use crate::http::{DestinationPolicy, hosts};

#[test]
fn a_pattern_matches_a_host_or_all_names_below_a_domain() {
    let cases = [
        ("a.example", "a.example", true),
        ("A.example", "a.EXAMPLE", true),
        ("a.example", "a.example.", true),
        ("a.example", "b.example", false),
        ("a.example", "a.example.evil.example", false),
        ("*.example", "a.example", true),
        ("*.example", "a.b.example", true),
        ("*.example", "A.EXAMPLE", true),
        ("*.example", "example", false),
        ("*.example", ".example", false),
        ("*.example", "aexample", false),
        ("*.example", "a.example.evil", false),
        ("*.", "a.", false),
        ("*", "a.example", false),
        ("", "", false),
        ("a.*.example", "a.b.example", false),
        ("*.é", "aé", false),
    ];
    for (pattern, host, expected) in cases {
        assert_eq!(
            hosts::matches(pattern, host),
            expected,
            "{pattern:?} of {host:?}"
        );
    }
}

/// A URL, and whether it is allowed or why not.
type UrlCase = (&'static str, Result<(), &'static str>);

const ANY_ISSUER: &[UrlCase] = &[
    ("http://10.0.0.1:6443/", Ok(())),
    ("http://kubernetes.default.svc/", Ok(())),
    ("https://[::1]:1/", Ok(())),
    ("http://169.254.169.254/", Err("metadata")),
    ("http://[fd00:ec2::254]/", Err("metadata")),
    ("http://[::ffff:a9fe:a9fe]/", Err("metadata")),
    // The same address as a number, in octal and in hexadecimal.
    ("http://2852039166/", Err("metadata")),
    ("http://0251.0376.0251.0376/", Err("metadata")),
    ("http://0xa9.0xfe.0xa9.0xfe/", Err("metadata")),
    ("https://u:p@issuer.example/", Err("user name")),
    ("file:///etc/passwd", Err("scheme")),
];

const PUBLIC_ISSUERS: &[UrlCase] = &[
    ("https://issuer.example/", Ok(())),
    ("https://issuer.example:8443/", Ok(())),
    ("http://issuer.example/", Err("https")),
    ("https://10.0.0.1/", Err("private")),
    ("https://127.1/", Err("private")),
];

const LISTED_ISSUERS: &[UrlCase] = &[
    ("http://10.0.0.1/", Ok(())),
    ("https://1.1.1.1/", Ok(())),
    ("http://10.0.0.2/", Err("private")),
    ("http://127.0.0.1/", Err("private")),
];

const KEYS_OF_PUBLIC_ISSUER: &[UrlCase] = &[
    ("https://1.1.1.1/", Ok(())),
    ("https://10.0.0.1/", Err("nearer")),
    ("https://127.0.0.1/", Err("nearer")),
    ("https://[::ffff:0:7f00:1]/", Err("nearer")),
];

const KEYS_OF_PRIVATE_ISSUER: &[UrlCase] = &[
    ("https://10.0.0.2:6443/", Ok(())),
    ("https://127.0.0.1:6443/", Err("nearer")),
];

const KEYS_OF_LOOPBACK_ISSUER: &[UrlCase] = &[
    ("http://127.0.0.1:8080/", Ok(())),
    ("http://169.254.169.254/", Err("metadata")),
];

const DOCUMENTS: &[UrlCase] = &[
    ("https://sns.example/a.pem", Ok(())),
    ("https://inside.example:8443/", Ok(())),
    ("https://10.0.0.1:8443/", Ok(())),
    ("https://sns.example:8443/", Err("port 8443")),
    ("https://10.0.0.2/", Err("private")),
    ("http://sns.example/", Err("https")),
];

#[test]
fn a_url_is_checked_before_it_is_requested() {
    let owned = |hosts: &[&str]| hosts.iter().map(|&host| host.to_owned()).collect();
    let listed = DestinationPolicy::Issuers {
        public_only: false,
        private_hosts: owned(&["*.svc", "10.0.0.1"]),
    };
    let keys = |issuer| DestinationPolicy::Keys {
        https_only: false,
        issuer,
    };
    let documents = DestinationPolicy::Documents {
        private_hosts: owned(&["inside.example", "10.0.0.1"]),
    };
    let policies = [
        (issuers(false), ANY_ISSUER),
        (issuers(true), PUBLIC_ISSUERS),
        (listed, LISTED_ISSUERS),
        (keys(AddressScope::Public), KEYS_OF_PUBLIC_ISSUER),
        (keys(AddressScope::Private), KEYS_OF_PRIVATE_ISSUER),
        (keys(AddressScope::Loopback), KEYS_OF_LOOPBACK_ISSUER),
        (documents, DOCUMENTS),
    ];
    for (policy, cases) in policies {
        for (url, expected) in cases {
            let allowed = policy.allows_url(&Url::parse(url).expect("a URL"));
            match (&allowed, expected) {
                (Ok(()), Ok(())) => {}
                (Err(why), Err(part)) if why.contains(part) => {}
                _ => panic!("{url} by {policy:?}: {allowed:?}, expected {expected:?}"),
            }
        }
    }
}

#[test]
fn a_response_says_how_long_it_is_fresh() {
    let cases: [(&[&str], Option<u64>); 9] = [
        (&[], None),
        (&["public"], None),
        (&["public, max-age=21600, must-revalidate"], Some(21_600)),
        (&["public", "Max-Age=\"60\""], Some(60)),
        (&["max-age=60, max-age=600"], Some(60)),
        (&["max-age=600, no-store"], Some(0)),
        (&["no-cache"], Some(0)),
        (&["max-age=soon"], Some(0)),
        (&["max-age=-1"], Some(0)),
    ];
    for (values, expected) in cases {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(CACHE_CONTROL, HeaderValue::from_static(value));
        }
        assert_eq!(
            fresh_for(&headers),
            expected.map(Duration::from_secs),
            "{values:?}"
        );
    }
}
