use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use bellpull_core::{TokenError, text};
use serde_json::{Map, Value};

use super::algorithm::JwsAlgorithm;
use super::error::unauthenticated;

/// The longest token, in bytes. Tokens of clusters and clouds are below 4 KiB.
const MAX_TOKEN: usize = 16 << 10;
/// The most bytes of a header value in a message.
const SHOWN: usize = 80;

/// A signed token in its compact form (RFC 7515, section 3.1), not yet verified.
///
/// Only `alg`, `kid` and `crit` of the header are read. `jku`, `jwk`, `x5u` and `x5c` have no
/// effect, since they would let the sender choose the trusted key (RFC 8725, section 3.10).
pub struct Token {
    algorithm: JwsAlgorithm,
    key_id: Option<String>,
    claims: Map<String, Value>,
    signed: Vec<u8>,
    signature: Vec<u8>,
}

impl Token {
    /// Reads a token. Its signature and its claims are not checked.
    ///
    /// # Errors
    /// When the text is not a token, or its algorithm is not accepted.
    pub fn parse(token: &str) -> Result<Self, TokenError> {
        if token.len() > MAX_TOKEN {
            return Err(unauthenticated(format!(
                "the token has {} bytes, at most {MAX_TOKEN} are read",
                token.len()
            )));
        }
        let mut parts = token.split('.');
        let (Some(header), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(unauthenticated(
                "the token is not three parts with dots between them",
            ));
        };
        let members = object(header, "header")?;
        // No extension is known here (RFC 7515, section 4.1.11), not even RFC 7797.
        if members.contains_key("crit") {
            return Err(unauthenticated(
                "the token's header has 'crit', and no extension is understood",
            ));
        }
        let algorithm = algorithm(&members)?;
        let key_id = match members.get("kid") {
            None => None,
            Some(Value::String(id)) => Some(id.clone()),
            Some(_) => {
                return Err(unauthenticated(
                    "the token's header has a 'kid' that is not a string",
                ));
            }
        };
        Ok(Self {
            algorithm,
            key_id,
            claims: object(payload, "payload")?,
            signed: format!("{header}.{payload}").into_bytes(),
            signature: decode(signature, "signature")?,
        })
    }

    pub(crate) fn algorithm(&self) -> JwsAlgorithm {
        self.algorithm
    }

    pub(crate) fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// The signing input (RFC 7515, section 5.2).
    pub(crate) fn signed(&self) -> &[u8] {
        &self.signed
    }

    pub(crate) fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// Not verified: anyone may have written them.
    #[must_use]
    pub fn claims(&self) -> &Map<String, Value> {
        &self.claims
    }

    pub(crate) fn into_claims(self) -> Map<String, Value> {
        self.claims
    }

    /// The key that the token names, for messages.
    pub(crate) fn shown_key(&self) -> String {
        match &self.key_id {
            Some(id) => format!("key {:?}", text::printable(id, SHOWN)),
            None => "a key (the token names none)".to_owned(),
        }
    }
}

fn algorithm(header: &Map<String, Value>) -> Result<JwsAlgorithm, TokenError> {
    let Some(Value::String(name)) = header.get("alg") else {
        return Err(unauthenticated("the token's header has no 'alg'"));
    };
    JwsAlgorithm::parse(name).ok_or_else(|| {
        unauthenticated(format!(
            "the token's algorithm is {:?}, accepted are {}",
            text::printable(name, SHOWN),
            JwsAlgorithm::NAMES
        ))
    })
}

fn object(part: &str, name: &str) -> Result<Map<String, Value>, TokenError> {
    serde_json::from_slice(&decode(part, name)?)
        .map_err(|_| unauthenticated(format!("the token's {name} is not a JSON object")))
}

/// Base64url without padding, in its one canonical form (RFC 7515, section 2).
fn decode(part: &str, name: &str) -> Result<Vec<u8>, TokenError> {
    BASE64_URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| unauthenticated(format!("the token's {name} is not base64url")))
}
