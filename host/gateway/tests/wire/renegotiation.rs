use std::time::Duration;

use bellpull_gateway::GatewaySettings;
use ring::aead::{AES_128_GCM, AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use rustls::ConnectionTrafficSecrets;

use crate::support::{Authority, Client, KNOWN, World, handshake, post};

const NAME: &str = "hooks.example.com";
const TLS_1_2: [u8; 2] = [3, 3];
/// Content types (RFC 5246, section 6.2.1).
const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;
/// A warning that says `no_renegotiation` (RFC 5246, section 7.2).
const NO_RENEGOTIATION: [u8; 2] = [1, 100];
/// Bytes before the payload of a record, before its text, and of its tag.
const HEADER: usize = 5;
const EXPLICIT_NONCE: usize = 8;
const TAG: usize = 16;

/// A ClientHello (RFC 5246, section 7.4.1.2) that asks for TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256.
fn client_hello() -> Vec<u8> {
    let random = [7; 32];
    let body = [
        &TLS_1_2[..],
        &random,
        &[0],
        &[0, 2, 0xc0, 0x2b],
        &[1, 0],
        &[0, 0],
    ]
    .concat();
    let length = u8::try_from(body.len()).unwrap();
    [&[1, 0, 0, length], &body[..]].concat()
}

/// The keys of one direction of a connection by TLS 1.2 and AES-GCM (RFC 5288, section 3).
struct Direction {
    key: LessSafeKey,
    salt: Vec<u8>,
    sequence: u64,
}

impl Direction {
    fn new((sequence, secrets): (u64, ConnectionTrafficSecrets)) -> Self {
        let (algorithm, key, iv) = match secrets {
            ConnectionTrafficSecrets::Aes128Gcm { key, iv } => (&AES_128_GCM, key, iv),
            ConnectionTrafficSecrets::Aes256Gcm { key, iv } => (&AES_256_GCM, key, iv),
            _ => panic!("another suite"),
        };
        Self {
            key: LessSafeKey::new(UnboundKey::new(algorithm, key.as_ref()).unwrap()),
            salt: iv.as_ref()[..NONCE_LEN - EXPLICIT_NONCE].to_vec(),
            sequence,
        }
    }

    fn nonce(&self, explicit: &[u8]) -> Nonce {
        Nonce::try_assume_unique_for_key(&[&self.salt, explicit].concat()).unwrap()
    }

    fn aad(&self, kind: u8, length: usize) -> Aad<Vec<u8>> {
        let length = u16::try_from(length).unwrap().to_be_bytes();
        Aad::from([&self.sequence.to_be_bytes()[..], &[kind], &TLS_1_2, &length].concat())
    }

    /// A record with this message.
    fn seal(&self, kind: u8, message: &[u8]) -> Vec<u8> {
        let explicit = self.sequence.to_be_bytes();
        let (nonce, aad) = (self.nonce(&explicit), self.aad(kind, message.len()));
        let mut sealed = message.to_vec();
        self.key
            .seal_in_place_append_tag(nonce, aad, &mut sealed)
            .unwrap();
        let payload = [&explicit[..], &sealed].concat();
        let length = u16::try_from(payload.len()).unwrap().to_be_bytes();
        [&[kind], &TLS_1_2[..], &length, &payload].concat()
    }

    /// The content type and the message of a record.
    fn open(&self, record: &[u8]) -> (u8, Vec<u8>) {
        let (kind, payload) = (record[0], &record[HEADER..]);
        let (explicit, sealed) = payload.split_at(EXPLICIT_NONCE);
        let (nonce, aad) = (self.nonce(explicit), self.aad(kind, sealed.len() - TAG));
        let mut sealed = sealed.to_vec();
        let message = self.key.open_in_place(nonce, aad, &mut sealed).unwrap();
        (kind, message.to_vec())
    }
}

#[tokio::test]
async fn no_second_handshake_is_made() {
    let authority = Authority::new();
    let settings = GatewaySettings {
        header_timeout: Duration::from_secs(3),
        ..GatewaySettings::default()
    };
    let world = World::over_tls(&authority.server(&[NAME]), settings);
    let mut config = authority.client_of_tls_1_2();
    config.enable_secret_extraction = true;
    let stream = handshake(world.addresses[0], NAME, config).await.unwrap();
    let mut client = Client::over(stream);
    client.send(post(KNOWN, 0)).await;
    assert_eq!(client.answer().await.status, 200);

    let (stream, session) = client.into_stream().into_inner();
    let secrets = session.dangerous_extract_secrets().unwrap();
    let mut raw = Client::over(stream);
    let to_server = Direction::new(secrets.tx);
    raw.send(to_server.seal(HANDSHAKE, &client_hello())).await;
    let record = raw.rest_bytes().await;
    let told = Direction::new(secrets.rx).open(&record);
    assert_eq!(told, (ALERT, NO_RENEGOTIATION.to_vec()));
}
