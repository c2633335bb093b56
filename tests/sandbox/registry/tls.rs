//! A registry with an authority of its own that asks for certificates of clients.

use std::sync::Arc;

use bellpull_egress::{ClientCertificate, RegistryHttp, RegistryHttpSettings, RegistryTls};
use bellpull_engine::Digest;
use bellpull_registry::{Anonymous, ArtefactReference, PulledComponent, Registry, RegistryError};
use bellpull_tests::https::{Authority, Reply, Server};
use bellpull_tests::serve::{run, said};

use super::{Honest, LIMIT, WASM};

/// What a client of the authority trusts and shows.
fn trusting(authority: &Authority) -> RegistryTls {
    RegistryTls {
        authorities: vec![authority.pem().to_owned()],
        client: None,
    }
}

fn showing(authority: &Authority) -> RegistryTls {
    let (certificate, key) = authority.client().unwrap();
    RegistryTls {
        client: Some(ClientCertificate { certificate, key }),
        ..trusting(authority)
    }
}

async fn pull(server: &Server, tls: RegistryTls) -> Result<PulledComponent, RegistryError> {
    let settings = RegistryHttpSettings {
        tls,
        ..RegistryHttpSettings::default()
    };
    let http = RegistryHttp::new(settings).unwrap();
    let registry = Registry::new(http, Arc::new(Anonymous), LIMIT);
    let reference = format!("oci://localhost:{}/acme/a:1", server.port());
    let reference: ArtefactReference = reference.parse().unwrap();
    registry.pull(&reference).await
}

/// In `CertificateRequired`, the alert of a server that demands a certificate, and in what is told if the
/// connection ends before the alert is read.
const NO_CERTIFICATE: &str = "ertificate";

#[tokio::test(flavor = "multi_thread")]
async fn a_client_with_a_certificate_is_let_in() {
    let (authority, honest) = (Authority::new().unwrap(), Honest::new());
    let answer = move |target: &str| honest.reply(target);
    let server = Server::asking_for_certificates(&authority, answer).unwrap();
    let pulled = pull(&server, showing(&authority)).await.unwrap();
    assert_eq!(pulled.wasm, WASM);

    let error = pull(&server, trusting(&authority)).await.unwrap_err();
    assert!(error.to_string().contains(NO_CERTIFICATE), "{error}");
    let error = pull(&server, RegistryTls::default()).await.unwrap_err();
    assert!(error.to_string().contains("UnknownIssuer"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storage_sees_no_certificate_of_the_client() {
    let (authority, honest) = (Authority::new().unwrap(), Honest::new());
    let storage = Server::asking_for_certificates(&authority, |_| Reply::ok(WASM)).unwrap();
    let (location, layer) = (storage.url("/blob"), Digest::of(WASM).to_string());
    let answer = move |target: &str| match target.ends_with(&layer) {
        true => Reply::status(307, "").with("location", &location),
        false => honest.reply(target),
    };
    let server = Server::asking_for_certificates(&authority, answer).unwrap();
    let error = pull(&server, showing(&authority)).await.unwrap_err();
    assert!(error.to_string().contains(NO_CERTIFICATE), "{error}");
    assert_eq!(storage.asked(), [""; 0]);
}

#[test]
fn what_is_wrong_with_a_certificate_is_said() {
    let authority = Authority::new().unwrap();
    let [(certificate, key), (_, other)] = [(); 2].map(|()| authority.client().unwrap());
    let client = |certificate: &str, key: &str| RegistryTls {
        client: Some(ClientCertificate {
            certificate: certificate.to_owned(),
            key: key.to_owned(),
        }),
        ..RegistryTls::default()
    };
    let authorities = |pem: &str| RegistryTls {
        authorities: vec![pem.to_owned()],
        client: None,
    };
    for (tls, expected) in [
        (
            client("", &key),
            "client certificate: it holds no certificate",
        ),
        (
            client(&key, &key),
            "client certificate: it holds no certificate",
        ),
        (
            client(&certificate, ""),
            "client key: it holds no private key",
        ),
        (
            client(&certificate, &certificate),
            "client key: it holds no private key",
        ),
        (
            client(&certificate, &other),
            "client key: it is not the key of the client certificate",
        ),
        (
            authorities(""),
            "authority of the registry: it holds no certificate",
        ),
        (
            authorities(&key),
            "authority of the registry: it holds no certificate",
        ),
    ] {
        let settings = RegistryHttpSettings {
            tls,
            ..RegistryHttpSettings::default()
        };
        let error = RegistryHttp::new(settings)
            .err()
            .expect(expected)
            .to_string();
        assert!(error.contains(expected), "{expected:?} is not in {error}");
        assert!(!error.contains("BEGIN PRIVATE"), "{error}");
    }
}

/// The whole way of the command line: the authority, and the certificate with its key.
#[tokio::test(flavor = "multi_thread")]
async fn a_command_shows_the_certificate_of_its_flags() {
    let (authority, honest) = (Authority::new().unwrap(), Honest::new());
    let answer = move |target: &str| honest.reply(target);
    let server = Server::asking_for_certificates(&authority, answer).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = authority.client().unwrap();
    let [certificate, key, empty] = [
        ("c.pem", certificate),
        ("k.pem", key),
        ("e.pem", String::new()),
    ]
    .map(|(name, text)| {
        let file = folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        file.to_str().unwrap().to_owned()
    });
    let artefact = format!("oci://localhost:{}/acme/a:1", server.port());
    let [pulled, ca] = [folder.path().join("a.wasm"), authority.file()];
    let [pulled, ca] = [&pulled, &ca].map(|file| file.to_str().unwrap());
    let (cert_flag, key_flag) = ("--registry-client-cert", "--registry-client-key");
    let cases: [(&[&str], i32, &str); 6] = [
        (&[cert_flag, &certificate, key_flag, &key], 0, ""),
        (&[], 1, NO_CERTIFICATE),
        (&[cert_flag, &certificate], 64, key_flag),
        (
            &[cert_flag, &certificate, key_flag, "no/such.pem"],
            64,
            "--registry-client-key no/such.pem: No such file",
        ),
        (
            &[cert_flag, &empty, key_flag, &key],
            64,
            "e.pem: it holds no certificate",
        ),
        (
            &[cert_flag, &certificate, key_flag, &empty],
            64,
            "e.pem: it holds no private key",
        ),
    ];
    for (flags, expected, part) in cases {
        let pull = ["pull", &artefact, "-o", pulled, "--trust-ca", ca];
        let (code, _, stderr) = said(&run(&[&pull, flags].concat()));
        assert_eq!(code, Some(expected), "{flags:?}: {stderr}");
        assert!(
            stderr.contains(part),
            "{flags:?}: {part:?} is not in {stderr}"
        );
    }
    assert_eq!(std::fs::read(pulled).unwrap(), WASM);
}
