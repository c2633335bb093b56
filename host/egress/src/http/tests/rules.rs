use std::time::Duration;

use reqwest::header::{CACHE_CONTROL, HeaderMap, HeaderValue};
use url::Url;

use super::issuers;
use crate::http::address::Reach;
use crate::http::freshness::fresh_for;
use crate::http::{Policy, hosts};

#[test]
fn a_pattern_names_a_host_or_all_below_a_domain() {
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

#[test]
fn a_url_is_judged_before_it_is_asked() {
    let anywhere = issuers(false);
    let public = issuers(true);
    let listed = Policy::Issuers {
        public_only: false,
        private_hosts: vec!["*.svc".to_owned(), "10.0.0.1".to_owned()],
    };
    let keys = |issuer| Policy::Keys {
        https_only: false,
        issuer,
    };
    let (of_public, of_private) = (keys(Reach::Public), keys(Reach::Private));
    let of_own = keys(Reach::Own);
    let documents = Policy::Documents {
        private_hosts: vec!["inside.example".to_owned(), "10.0.0.1".to_owned()],
    };
    let cases = [
        (&anywhere, "http://10.0.0.1:6443/", Ok(())),
        (&anywhere, "http://kubernetes.default.svc/", Ok(())),
        (&anywhere, "https://[::1]:1/", Ok(())),
        (&anywhere, "http://169.254.169.254/", Err("metadata")),
        (&anywhere, "http://[fd00:ec2::254]/", Err("metadata")),
        (&anywhere, "http://[::ffff:a9fe:a9fe]/", Err("metadata")),
        // The same address as a number, in octal and in hexadecimal.
        (&anywhere, "http://2852039166/", Err("metadata")),
        (&anywhere, "http://0251.0376.0251.0376/", Err("metadata")),
        (&anywhere, "http://0xa9.0xfe.0xa9.0xfe/", Err("metadata")),
        (&anywhere, "https://u:p@issuer.example/", Err("user name")),
        (&anywhere, "file:///etc/passwd", Err("scheme")),
        (&public, "https://issuer.example/", Ok(())),
        (&public, "https://issuer.example:8443/", Ok(())),
        (&public, "http://issuer.example/", Err("https")),
        (&public, "https://10.0.0.1/", Err("private")),
        (&public, "https://127.1/", Err("private")),
        (&listed, "http://10.0.0.1/", Ok(())),
        (&listed, "https://1.1.1.1/", Ok(())),
        (&listed, "http://10.0.0.2/", Err("private")),
        (&listed, "http://127.0.0.1/", Err("private")),
        (&of_public, "https://1.1.1.1/", Ok(())),
        (&of_public, "https://10.0.0.1/", Err("nearer")),
        (&of_public, "https://127.0.0.1/", Err("nearer")),
        (&of_public, "https://[::ffff:0:7f00:1]/", Err("nearer")),
        (&of_private, "https://10.0.0.2:6443/", Ok(())),
        (&of_private, "https://127.0.0.1:6443/", Err("nearer")),
        (&of_own, "http://127.0.0.1:8080/", Ok(())),
        (&of_own, "http://169.254.169.254/", Err("metadata")),
        (&documents, "https://sns.example/a.pem", Ok(())),
        (&documents, "https://inside.example:8443/", Ok(())),
        (&documents, "https://10.0.0.1:8443/", Ok(())),
        (&documents, "https://sns.example:8443/", Err("port 8443")),
        (&documents, "https://10.0.0.2/", Err("private")),
        (&documents, "http://sns.example/", Err("https")),
    ];
    for (policy, url, expected) in cases {
        let judged = policy.admits(&Url::parse(url).expect("a URL"));
        match (&judged, expected) {
            (Ok(()), Ok(())) => {}
            (Err(why), Err(part)) if why.contains(part) => {}
            _ => panic!("{url} by {policy:?}: {judged:?}, expected {expected:?}"),
        }
    }
}

#[test]
fn an_answer_says_for_how_long_it_is_fresh() {
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
