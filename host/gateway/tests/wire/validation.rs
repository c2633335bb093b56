use bellpull_gateway::GatewaySettings;
use rustls::pki_types::CertificateDer;
use tokio::io::AsyncReadExt as _;

use crate::support::{Authority, World, handshake, within};

const NAME: &str = "hooks.example.com";
/// RFC 8737, section 6.2.
const VALIDATION: &str = "acme-tls/1";

/// The certificate that a client gets which offers these protocols.
async fn shown(
    world: &World,
    authority: &Authority,
    protocols: &[&str],
    name: &str,
) -> Option<CertificateDer<'static>> {
    let config = authority.client(protocols, None);
    let stream = handshake(world.addresses[0], name, config).await.ok()?;
    let chain = stream.get_ref().1.peer_certificates().unwrap();
    Some(chain[0].clone().into_owned())
}

#[tokio::test]
async fn an_authority_alone_sees_the_answer_to_its_challenge() {
    let authority = Authority::new();
    let (server, certificates) = Authority::issued();
    let world = World::over_tls(&server, GatewaySettings::default());
    let (answer, key) = authority.issue(NAME).der();
    let challenge = certificates.show_challenge("Hooks.example.com", answer.clone(), key);
    let challenge = challenge.unwrap();
    let ordinary = authority.issue(NAME);
    let (ordinary_der, _) = ordinary.der();

    for served in [None, Some(&ordinary_der)] {
        for (protocols, name, expected) in [
            (&[VALIDATION][..], NAME, Some(&answer)),
            (&[VALIDATION], "other.example.com", None),
            (&["http/1.1"], NAME, served),
            (&["h2", VALIDATION], NAME, served),
            (&[], NAME, served),
        ] {
            let shown = shown(&world, &authority, protocols, name).await;
            assert_eq!(shown.as_ref(), expected, "{protocols:?} {name}");
        }
        certificates.serve(&ordinary.issued());
    }
    drop(challenge);
    let shown = shown(&world, &authority, &[VALIDATION], NAME).await;
    assert_eq!(shown, None, "after the validation");
}

#[tokio::test]
async fn a_connection_that_validates_ends_without_http() {
    let authority = Authority::new();
    let (server, certificates) = Authority::issued();
    let world = World::over_tls(&server, GatewaySettings::default());
    let (answer, key) = authority.issue(NAME).der();
    let _challenge = certificates.show_challenge(NAME, answer, key).unwrap();
    let config = authority.client(&[VALIDATION], None);
    let mut stream = handshake(world.addresses[0], NAME, config).await.unwrap();
    // The end that TLS itself tells: without close_notify this is an error.
    let mut rest = Vec::new();
    within(stream.read_to_end(&mut rest)).await.unwrap();
    assert!(rest.is_empty(), "{rest:?}");
    world.counted("bellpull_connections 0").await;
    let (_, metrics) = world.probe("/metrics").await;
    let refused = "bellpull_connections_refused_total{reason=\"tls_handshake\"} 0";
    assert!(metrics.lines().any(|line| line == refused), "{metrics}");
}

#[tokio::test]
async fn a_server_with_certificates_of_files_is_not_validated() {
    let authority = Authority::new();
    let server = authority.server(&[NAME]);
    let world = World::over_tls(&server, GatewaySettings::default());
    assert_eq!(shown(&world, &authority, &[VALIDATION], NAME).await, None);
}
