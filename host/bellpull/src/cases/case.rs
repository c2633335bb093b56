//! Reads cases from their folders.

use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bellpull_api::OidcProvider;
use bellpull_core::http::{HeaderMap, HeaderName, HeaderValue, Method};
use bellpull_core::{Bytes, DeliveryClient, SecretData, Timestamp};
use bellpull_egress::Recording;
use serde_json::{Map, Value};
use walkdir::WalkDir;

use super::format::{AnswerFile, CaseFile, CaseOutcome, Expectation};
use super::sign::SignStep;

/// The file that makes a folder a case.
pub(crate) const CASE_FILE: &str = "case.yaml";

/// A recorded delivery, with the Receiver it was sent to and the expected result.
pub struct Case {
    /// `<provider folder>/<case folder>`.
    pub name: String,
    /// `spec.type`.
    pub provider: String,
    /// `spec.events`.
    pub events: Vec<String>,
    /// `spec.oidcProviders`.
    pub oidc_providers: Vec<OidcProvider>,
    /// `spec.config`.
    pub config: Option<Map<String, Value>>,
    /// The event that it is a sample of, if it is one.
    pub sample: Option<String>,
    pub expect: Expectation,
    pub(super) credentials: SecretData,
    pub(super) now: Option<Timestamp>,
    pub(super) method: Method,
    pub(super) target: String,
    pub(super) headers: HeaderMap,
    pub(super) client: DeliveryClient,
    pub(super) body: Bytes,
    pub(super) sign: Vec<SignStep>,
    pub(super) network: Recording,
}

impl Case {
    /// Reads the case in a folder.
    ///
    /// # Errors
    /// When a file is missing or wrong; names the file, and the field or line.
    pub fn load(folder: &Path) -> Result<Self> {
        let file = folder.join(CASE_FILE);
        let yaml = std::fs::read_to_string(&file)
            .with_context(|| format!("{} cannot be read", file.display()))?;
        Self::parse(&name_of(folder), &yaml, |body| {
            std::fs::read(folder.join(body))
        })
        .with_context(|| format!("{} is not a case", file.display()))
    }

    /// Reads a case from its text; `read_file` gives the bytes of a file beside it.
    ///
    /// # Errors
    /// When something is wrong; names the field or line, and no value of `credentials`.
    pub fn parse(
        name: &str,
        yaml: &str,
        read_file: impl Fn(&str) -> io::Result<Vec<u8>>,
    ) -> Result<Self> {
        // An error with a snippet of the text might show a credential.
        let options = serde_saphyr::options! { with_snippet: false };
        let file: CaseFile = serde_saphyr::from_str_with_options(yaml, options)?;
        let body = body(&file, &read_file)?;
        let network = network(&file, &read_file)?;
        check_expectation(&file.expect)?;
        Ok(Self {
            name: name.to_owned(),
            now: file.now.as_deref().map(timestamp).transpose()?,
            method: Method::from_bytes(file.request.method.as_bytes()).with_context(|| {
                format!("request.method {:?} is not a method", file.request.method)
            })?,
            target: target(file.request.target)?,
            headers: headers(&file.request.headers)?,
            client: file.client.into(),
            provider: file.provider,
            events: file.events,
            oidc_providers: file.oidc_providers,
            config: file.config,
            sample: file.sample,
            expect: file.expect,
            credentials: file.credentials,
            body,
            sign: file.sign,
            network,
        })
    }
}

/// Every case in or below the folders, sorted by path within each folder.
///
/// # Errors
/// When a case is wrong, or a folder has none.
pub fn find(folders: &[PathBuf]) -> Result<Vec<Case>> {
    let found = find_folders(folders)?;
    found.iter().map(|folder| Case::load(folder)).collect()
}

/// The folders of cases in these folders, sorted.
///
/// # Errors
/// When one cannot be read or has none.
pub(crate) fn find_folders(folders: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut cases = Vec::new();
    for folder in folders {
        let before = cases.len();
        for entry in WalkDir::new(folder).sort_by_file_name() {
            let entry = entry.with_context(|| format!("{} cannot be read", folder.display()))?;
            if entry.file_type().is_dir() && entry.path().join(CASE_FILE).is_file() {
                cases.push(entry.into_path());
            }
        }
        ensure!(
            cases.len() > before,
            "{} has no {CASE_FILE} in it or in a folder below: name a folder of cases",
            folder.display()
        );
    }
    Ok(cases)
}

/// The last two segments of the path, so that the name contains the provider.
fn name_of(folder: &Path) -> String {
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let segments: Vec<_> = folder
        .components()
        .map(|segment| segment.as_os_str().to_string_lossy())
        .collect();
    let start = segments.len().saturating_sub(2);
    segments.get(start..).unwrap_or_default().join("/")
}

/// Checks that the expected outcome can have the other members that are expected.
fn check_expectation(expect: &Expectation) -> Result<()> {
    let Expectation {
        outcome,
        event,
        events,
        complete,
        class,
        ..
    } = expect;
    let members = [
        ("event", event.is_some()),
        ("events", events.is_some()),
        ("complete", complete.is_some()),
    ];
    if ![CaseOutcome::Notified, CaseOutcome::Ignored].contains(outcome)
        && let Some((field, _)) = members.iter().find(|(_, present)| *present)
    {
        bail!("expect.{field}: only a delivery that is 'notified' or 'ignored' has an event");
    }
    ensure!(
        class.is_none() || *outcome == CaseOutcome::Ignored,
        "expect.class: only a delivery that is 'ignored' has a class"
    );
    Ok(())
}

fn network(file: &CaseFile, read_file: &impl Fn(&str) -> io::Result<Vec<u8>>) -> Result<Recording> {
    let answers = file.network.iter().map(|(url, answer)| {
        let AnswerFile {
            status,
            file,
            text,
            json,
        } = answer;
        let body = match (file, text, json) {
            (Some(name), None, None) => beside(name, "network", read_file)?,
            (None, Some(text), None) => text.as_bytes().to_vec(),
            (None, None, Some(json)) => json.to_string().into_bytes(),
            (None, None, None) => Vec::new(),
            _ => bail!("network {url:?}: more than one of file, text and json: keep one"),
        };
        Ok((url.clone(), (*status, Bytes::from(body))))
    });
    Ok(Recording::new(answers.collect::<Result<Vec<_>>>()?))
}

/// The bytes of a file beside `case.yaml`.
fn beside(
    name: &str,
    field: &str,
    read_file: &impl Fn(&str) -> io::Result<Vec<u8>>,
) -> Result<Vec<u8>> {
    ensure!(
        Path::new(name).file_name() == Some(name.as_ref()),
        "{field} {name:?} is not the name of a file beside {CASE_FILE}"
    );
    read_file(name).with_context(|| format!("{field} {name:?} cannot be read"))
}

fn body(file: &CaseFile, read_file: &impl Fn(&str) -> io::Result<Vec<u8>>) -> Result<Bytes> {
    let bytes = match (&file.body, &file.text, &file.base64, &file.repeat) {
        (None, None, None, None) => Vec::new(),
        (Some(name), None, None, None) => beside(name, "body", read_file)?,
        (None, Some(text), None, None) => text.as_bytes().to_vec(),
        (None, None, Some(encoded), None) => BASE64_STANDARD
            .decode(encoded)
            .ok()
            .context("base64 is not standard base64 with padding")?,
        (None, None, None, Some(repeat)) => repeat.bytes()?,
        _ => bail!("more than one of body, text, base64 and repeat: keep one"),
    };
    Ok(bytes.into())
}

fn timestamp(text: &str) -> Result<Timestamp> {
    text.parse()
        .with_context(|| format!("now {text:?} is not a time such as 2026-01-02T03:04:05Z"))
}

fn target(target: String) -> Result<String> {
    let printable = target.bytes().all(|byte| byte.is_ascii_graphic());
    ensure!(
        target.starts_with('/') && printable,
        "request.target {target:?} is not a path such as /hook/test?a=b"
    );
    Ok(target)
}

fn headers(pairs: &[(String, String)]) -> Result<HeaderMap> {
    let mut headers = HeaderMap::new();
    for (index, (name, value)) in pairs.iter().enumerate() {
        let key = HeaderName::from_bytes(name.as_bytes())
            .with_context(|| format!("request.headers[{index}]: {name:?} is not a header name"))?;
        let value = HeaderValue::from_bytes(value.as_bytes()).with_context(|| {
            format!("request.headers[{index}]: the value of {name} is not a header value")
        })?;
        headers.append(key, value);
    }
    Ok(headers)
}
