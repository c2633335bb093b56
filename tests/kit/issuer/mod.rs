//! An OpenID Connect issuer on loopback, with keys of its own.

mod keys;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use bellpull_core::Timestamp;
use serde_json::{Value, json};

use crate::https::{Authority, Reply, Server};
pub use keys::KeyKind;
use keys::SigningKey;

const DISCOVERY: &str = "/.well-known/openid-configuration";
const KEYS: &str = "/keys";

/// An issuer. It ends with the value.
pub struct Issuer {
    server: Server,
    url: String,
    shared: Arc<Mutex<Shared>>,
}

struct Shared {
    key: Arc<SigningKey>,
    generation: usize,
    discovery: Option<Reply>,
    keys: Option<Reply>,
    cache_control: Option<String>,
}

impl Issuer {
    /// Starts an issuer with a key of this kind. Without an authority it serves http.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(authority: Option<&Authority>, kind: KeyKind) -> Result<Self> {
        let shared = Arc::new(Mutex::new(Shared {
            key: Arc::new(SigningKey::new(kind, "key-0")?),
            generation: 0,
            discovery: None,
            keys: None,
            cache_control: None,
        }));
        let server = Server::start(authority, |_| Reply::status(404, ""))?;
        let url = server.url("");
        let (published, issuer) = (Arc::clone(&shared), url.clone());
        server.decide(move |path| lock(&published).answer(&issuer, path));
        Ok(Self {
            server,
            url,
            shared,
        })
    }

    /// Its name, which is the URL of its metadata.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The port that it listens on.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.server.port()
    }

    /// Replaces the key by a new one. RSA keys are not made here: it is the same key
    /// under a new name.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn rotate(&self) -> Result<()> {
        let mut shared = lock(&self.shared);
        shared.generation += 1;
        let name = format!("key-{}", shared.generation);
        shared.key = Arc::new(SigningKey::new(shared.key.kind(), &name)?);
        Ok(())
    }

    /// A token by the present key. `iss` is this issuer and it is valid for an hour, unless `claims`
    /// say otherwise. A claim that is null is left out.
    ///
    /// # Panics
    /// When `claims` are no object.
    #[must_use]
    pub fn token(&self, claims: Value) -> String {
        let key = self.key();
        self.sign(&json!({"alg": key.algorithm(), "kid": key.id()}), claims)
    }

    /// As [`Self::token`], with another header. The signature is by the header's `alg`
    /// if the key can make it, else by the key's first algorithm.
    ///
    /// # Panics
    /// When `claims` are no object.
    #[must_use]
    pub fn sign(&self, header: &Value, claims: Value) -> String {
        let signed = signing_input(header, &self.claims(claims));
        let algorithm = header["alg"].as_str().unwrap_or_default();
        let signature = self.key().sign(algorithm, signed.as_bytes());
        format!("{signed}.{}", base64url(&signature))
    }

    /// The signature over a message by the present key's first algorithm.
    #[must_use]
    pub fn signature(&self, message: &[u8]) -> Vec<u8> {
        let key = self.key();
        key.sign(key.algorithm(), message)
    }

    /// A certificate of its RSA key in PEM, signed by that key.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn rsa_certificate() -> Result<String> {
        keys::rsa_certificate()
    }

    /// The claims of [`Self::token`].
    ///
    /// # Panics
    /// When `claims` are no object.
    #[must_use]
    pub fn claims(&self, claims: Value) -> Value {
        let now = Timestamp::now().as_second();
        let mut all = json!({"iss": self.url, "iat": now, "exp": now + 3600});
        let members = all.as_object_mut().expect("an object");
        members.extend(claims.as_object().expect("claims are an object").clone());
        members.retain(|_, value| !value.is_null());
        all
    }

    /// The public part of its present key, as a JWK set.
    #[must_use]
    pub fn jwks(&self) -> Value {
        lock(&self.shared).jwks()
    }

    /// Sets the answer to requests for its metadata. None is the right answer.
    pub fn answer_discovery(&self, reply: Option<Reply>) {
        lock(&self.shared).discovery = reply;
    }

    /// Sets the answer to requests for its keys. None is the right answer.
    pub fn answer_keys(&self, reply: Option<Reply>) {
        lock(&self.shared).keys = reply;
    }

    /// Sets the lifetime of its keys in `Cache-Control`.
    pub fn cache_control(&self, value: &str) {
        lock(&self.shared).cache_control = Some(value.to_owned());
    }

    /// How often its metadata and its keys were asked for.
    #[must_use]
    pub fn asked(&self) -> (usize, usize) {
        let asked = self.server.asked();
        let count = |path: &str| asked.iter().filter(|asked| *asked == path).count();
        (count(DISCOVERY), count(KEYS))
    }

    /// Ends it. Until [`Self::resume`] its port refuses connections.
    pub fn stop(&mut self) {
        self.server.stop();
    }

    /// Serves again at the same address.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn resume(&mut self) -> Result<()> {
        self.server.resume()
    }

    fn key(&self) -> Arc<SigningKey> {
        Arc::clone(&lock(&self.shared).key)
    }
}

impl Shared {
    fn answer(&self, issuer: &str, path: &str) -> Reply {
        match path {
            DISCOVERY => self.discovery.clone().unwrap_or_else(|| {
                let keys = format!("{issuer}{KEYS}");
                Reply::ok(json!({"issuer": issuer, "jwks_uri": keys}).to_string())
            }),
            KEYS => self.keys.clone().unwrap_or_else(|| {
                let reply = Reply::ok(self.jwks().to_string());
                match &self.cache_control {
                    Some(value) => reply.with("cache-control", value),
                    None => reply,
                }
            }),
            _ => Reply::status(404, ""),
        }
    }

    fn jwks(&self) -> Value {
        json!({"keys": [self.key.jwk()]})
    }
}

/// The signing input of a token (RFC 7515, section 5.1).
#[must_use]
pub fn signing_input(header: &Value, claims: &Value) -> String {
    let [header, claims] = [header, claims].map(|part| base64url(part.to_string().as_bytes()));
    format!("{header}.{claims}")
}

/// The encoding of a token's parts (RFC 7515, section 2).
#[must_use]
pub fn base64url(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
