//! Messages of Amazon SNS, signed by the key of the issuer as SNS signs them
//! (<https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html>).

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bellpull_core::{Bytes, Timestamp};
use serde_json::Value;

use crate::issuer::Issuer;

/// The provider.
pub(super) const SNS: &str = "aws-sns";
/// What a notification without a subject signs, in order.
const SIGNED: [&str; 5] = ["Message", "MessageId", "Timestamp", "TopicArn", "Type"];

/// The message of now, by SHA-256.
pub(super) fn signed(message: &[u8], issuer: &Issuer) -> Result<Bytes> {
    let mut message: Value = serde_json::from_slice(message)?;
    message["Timestamp"] = Timestamp::now().to_string().into();
    let mut text = String::new();
    for name in SIGNED {
        let value = message[name].as_str().context(name)?;
        text.push_str(&format!("{name}\n{value}\n"));
    }
    let signature = issuer.signature(text.as_bytes());
    message["Signature"] = BASE64_STANDARD.encode(signature).into();
    Ok(message.to_string().into())
}

/// The path of the certificate that a message names.
pub(super) fn certificate_path(message: &[u8]) -> Result<String> {
    let message: Value = serde_json::from_slice(message)?;
    let url = message["SigningCertURL"].as_str().context("a URL")?;
    let (_, path) = url.rsplit_once('/').context("a path")?;
    Ok(format!("/{path}"))
}
