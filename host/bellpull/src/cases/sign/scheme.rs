//! Turns `spec.config` of `generic-hmac` into signing steps. The component has validated the config
//! before, and the condition of the Receiver says what is wrong with it.

use anyhow::{Context as _, Error, Result};
use bellpull_core::http::HeaderMap;
use regex::Regex;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::recipe::{
    DigestEncoding, HeaderNameFrom, HeaderStep, HeaderValueFrom, HmacFile, MessagePiece,
};

/// The key of the Secret that signs.
pub(super) const KEY: &str = "signingKey";

/// A doubled brace, a placeholder, or text.
const PIECE: &str = r"(?s)\{(?<brace>\{)|\}(?<other>\})|\{(?<name>[^{}]*)\}|(?<text>[^{}]+)";

/// `plugins/generic-hmac/README.md` describes each member.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SchemeConfig {
    header: String,
    algorithm: String,
    encoding: Option<DigestEncoding>,
    #[serde(default)]
    prefix: String,
    message: String,
    timestamp_header: Option<String>,
    key_encoding: Option<String>,
}

/// The steps for a delivery with these headers. The first steps set the signed headers that are missing:
/// one of them holds the time, and the others hold the id of the delivery, which is what senders sign
/// beside the time. The last step sets the signature.
///
/// # Errors
/// When there is no config, or a member of it is wrong; names the member.
pub(super) fn steps(
    config: Option<&Map<String, Value>>,
    headers: &HeaderMap,
) -> Result<Vec<HeaderStep>> {
    let config = config.context("the Receiver has no config to sign by")?;
    let config = SchemeConfig::deserialize(config).context("config")?;
    let timestamp = config.timestamp_header.as_deref();
    let message = message(&config.message, timestamp).context("config.message")?;
    let mut steps = Vec::new();
    for piece in &message {
        if let MessagePiece::Header(name) = piece {
            let value = match timestamp {
                Some(header) if header == name => HeaderValueFrom::UnixSeconds,
                _ if headers.contains_key(name) => continue,
                _ => HeaderValueFrom::DeliveryId,
            };
            steps.push(step(name, String::new(), value)?);
        }
    }
    let hmac = HmacFile {
        algorithm: config.algorithm,
        key: KEY.to_owned(),
        encoding: config.key_encoding.unwrap_or_else(|| "text".to_owned()),
        digest: config.encoding.unwrap_or(DigestEncoding::Hex),
        message,
    };
    let hmac = hmac.try_into().map_err(Error::msg).context("config")?;
    steps.push(step(
        &config.header,
        config.prefix,
        HeaderValueFrom::Hmac(hmac),
    )?);
    Ok(steps)
}

fn step(name: &str, prefix: String, value: HeaderValueFrom) -> Result<HeaderStep> {
    Ok(HeaderStep {
        name: HeaderNameFrom::written(name)
            .map_err(Error::msg)
            .context("config")?,
        prefix,
        value,
    })
}

fn message(template: &str, timestamp: Option<&str>) -> Result<Vec<MessagePiece>> {
    let pieces = Regex::new(PIECE)?;
    let pieces = pieces.captures_iter(template).map(|found| {
        let Some(name) = found.name("name") else {
            let text = ["brace", "other", "text"]
                .into_iter()
                .find_map(|group| found.name(group));
            let text = text.map_or_else(String::new, |text| text.as_str().to_owned());
            return Ok(MessagePiece::Text(text));
        };
        Ok(match name.as_str() {
            "body" => MessagePiece::Body,
            "method" => MessagePiece::Method,
            "target" => MessagePiece::Target,
            "query" => MessagePiece::Query,
            "timestamp" => {
                let header = timestamp.context("{timestamp} needs timestampHeader")?;
                MessagePiece::Header(header.to_owned())
            }
            name => {
                let header = name.strip_prefix("header:");
                let header = header.with_context(|| format!("{{{name}}} is not a placeholder"))?;
                MessagePiece::Header(header.to_owned())
            }
        })
    });
    pieces.collect()
}
