//! Certificates of clients and of the listener.

use std::sync::{Arc, LazyLock};
use std::time::UNIX_EPOCH;

use bellpull_core::{ClientNames, DeliveryClient, VerifiedCertificate};
use bellpull_tls::{FollowedFiles, IssuedCertificate, ShownCertificate, TlsFiles, TlsMetrics};
use rustls_pki_types::CertificateDer;

use crate::FuzzTarget;
use crate::input::{hides_canary, is_readable, line};

pub(crate) const TARGETS: &[FuzzTarget] = &[SHOWN, PAIRS];

/// A certificate that a client shows, in DER.
const SHOWN: FuzzTarget = FuzzTarget {
    name: "client-certificates",
    run: run_shown,
};

/// The number of bytes of a chain in PEM in the first line, then the chain, then its key in PEM.
const PAIRS: FuzzTarget = FuzzTarget {
    name: "certificate-pairs",
    run: run_pair,
};

/// An authority for clients. What a client shows is not verified here.
const AUTHORITY: &str = include_str!("../../fixtures/authority.pem");

static FILES: LazyLock<FollowedFiles> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("authority.pem");
    std::fs::write(&file, AUTHORITY).expect("a file");
    let files = TlsFiles {
        client_authorities: Some(file),
        ..TlsFiles::default()
    };
    FollowedFiles::load(files, TlsMetrics::default()).expect("an authority")
});

fn run_shown(input: &[u8]) {
    let server = FILES.server();
    let chain = [CertificateDer::from(input)];
    let shown = match ShownCertificate::of(Some(&chain), server.client_authority()) {
        Ok(shown) => shown.expect("a certificate is shown"),
        Err(error) => return is_readable(&error),
    };
    assert!(input.len() <= 16 << 10, "a chain of any length");
    let none = ShownCertificate::of(Some(&chain[..0]), server.client_authority());
    assert!(none.is_ok_and(|none| none.is_none()));
    if let Some(certificate) = shown.now(server) {
        counts_by_its_names(&certificate);
    }
}

/// A name that a certificate has is found by it, and by nothing that looks like it.
fn counts_by_its_names(certificate: &Arc<VerifiedCertificate>) {
    let client = DeliveryClient {
        certificate: Some(Arc::clone(certificate)),
        ..DeliveryClient::default()
    };
    let counts = |name: &str| {
        let names = ClientNames::parse(name)
            .ok()
            .filter(|names| names.all().len() == 1)?;
        Some(names.check(&client).is_ok())
    };
    let names = certificate.names.iter();
    for name in names.filter(|name| !name.contains(char::is_control)) {
        let kinds = [
            name.contains('@') && !name.contains(':'),
            name.contains(':') && name.parse::<std::net::IpAddr>().is_err(),
            name.parse::<std::net::IpAddr>().is_ok(),
            name.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.*".contains(&byte))
                && name.parse::<std::net::IpAddr>().is_err(),
        ];
        let of_kinds = kinds.iter().filter(|is_of| **is_of).count();
        assert_eq!(of_kinds, 1, "{name:?} is a name of {of_kinds} kinds");
        let looks_like_subject = name.split_once('=').is_some_and(|(kind, _)| {
            !kind.is_empty()
                && kind
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b))
        });
        if let Some(counts) = counts(name) {
            assert!(counts || looks_like_subject, "{name:?} does not count");
        }
        if let Some(counts) = counts(&format!("{name}x")) {
            let is_other = certificate.names.iter().any(|other| {
                other.len() == name.len() + 1 && other[..name.len()].eq_ignore_ascii_case(name)
            });
            assert!(
                !counts || is_other || certificate.subject == format!("{name}x"),
                "{name:?}"
            );
        }
    }
    let absent = ClientNames::parse("absent-name.invalid").expect("a name");
    if let Err(refusal) = absent.check(&client) {
        is_readable(&refusal.to_string());
        assert!(
            !refusal.to_string().chars().any(char::is_control),
            "it is printable"
        );
    }
}

fn run_pair(input: &[u8]) {
    let (length, rest) = line(input);
    let length: usize = String::from_utf8_lossy(length)
        .parse()
        .unwrap_or(rest.len());
    let (Ok(text), at) = (std::str::from_utf8(rest), length.min(rest.len())) else {
        return;
    };
    let Some((chain, key)) = text.split_at_checked(at) else {
        return;
    };
    let pair = match IssuedCertificate::read(chain, key) {
        Ok(pair) => pair,
        Err(error) => {
            hides_canary(&error);
            return is_readable(&error);
        }
    };
    for name in pair.dns_names() {
        assert_eq!(*name, name.to_ascii_lowercase());
    }
    assert!(pair.not_before() >= UNIX_EPOCH && pair.not_after() >= UNIX_EPOCH);
    assert!(!pair.expires().is_empty());
    if let Some((issuer, serial)) = pair.issuer_key_and_serial() {
        assert!(!serial.is_empty() && issuer.len() < chain.len());
    }
    FILES.issued_certificates().serve(&pair);
    // Text before the first section is passed over.
    assert!(IssuedCertificate::read(&format!("# noise\n{chain}"), key).is_ok());
}
