//! The scheme that `spec.config` of `generic-hmac` describes, as a recipe. Its component has judged
//! the config before: what is wrong with one is said by the condition of its Receiver.

use anyhow::{Context as _, Error, Result};
use bellpull_core::http::HeaderMap;
use regex::Regex;
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::{Digest, HeaderStep, HmacFile, Name, Piece, Value};

/// The Secret's key that such a sender signs with.
pub(super) const KEY: &str = "signingKey";

/// A brace of the message, a placeholder, or text.
const PIECE: &str = r"(?s)\{(?<brace>\{)|\}(?<other>\})|\{(?<name>[^{}]*)\}|(?<text>[^{}]+)";

/// `spec.config`; `plugins/generic-hmac/README.md` has what each member means.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Config {
    header: String,
    algorithm: String,
    encoding: Option<Digest>,
    #[serde(default)]
    prefix: String,
    message: String,
    timestamp_header: Option<String>,
    key_encoding: Option<String>,
}

/// The recipe for a delivery with these headers: the time and each other header that is signed and
/// not there, then the signature. Such a header holds the id of the delivery, which is what senders
/// sign beside the time.
///
/// # Errors
/// When there is no config, or it describes no scheme; names the member.
pub(super) fn steps(
    config: Option<&Map<String, Json>>,
    headers: &HeaderMap,
) -> Result<Vec<HeaderStep>> {
    let config = config.context("the Receiver has no config to sign by")?;
    let config = Config::deserialize(config).context("config")?;
    let timestamp = config.timestamp_header.as_deref();
    let message = message(&config.message, timestamp).context("config.message")?;
    let mut steps = Vec::new();
    for piece in &message {
        if let Piece::Header(name) = piece {
            let value = match timestamp {
                Some(header) if header == name => Value::UnixSeconds,
                _ if headers.contains_key(name) => continue,
                _ => Value::DeliveryId,
            };
            steps.push(step(name, String::new(), value)?);
        }
    }
    let hmac = HmacFile {
        algorithm: config.algorithm,
        key: KEY.to_owned(),
        encoding: config.key_encoding.unwrap_or_else(|| "text".to_owned()),
        digest: config.encoding.unwrap_or(Digest::Hex),
        message,
    };
    let hmac = hmac.try_into().map_err(Error::msg).context("config")?;
    steps.push(step(&config.header, config.prefix, Value::Hmac(hmac))?);
    Ok(steps)
}

fn step(name: &str, prefix: String, value: Value) -> Result<HeaderStep> {
    Ok(HeaderStep {
        name: Name::written(name).map_err(Error::msg).context("config")?,
        prefix,
        value,
    })
}

fn message(template: &str, timestamp: Option<&str>) -> Result<Vec<Piece>> {
    let pieces = Regex::new(PIECE)?;
    let pieces = pieces.captures_iter(template).map(|found| {
        let Some(name) = found.name("name") else {
            let text = ["brace", "other", "text"]
                .into_iter()
                .find_map(|group| found.name(group));
            let text = text.map_or_else(String::new, |text| text.as_str().to_owned());
            return Ok(Piece::Text(text));
        };
        Ok(match name.as_str() {
            "body" => Piece::Body,
            "method" => Piece::Method,
            "target" => Piece::Target,
            "query" => Piece::Query,
            "timestamp" => {
                let header = timestamp.context("{timestamp} needs timestampHeader")?;
                Piece::Header(header.to_owned())
            }
            name => {
                let header = name.strip_prefix("header:");
                let header = header.with_context(|| format!("{{{name}}} is no placeholder"))?;
                Piece::Header(header.to_owned())
            }
        })
    });
    pieces.collect()
}
