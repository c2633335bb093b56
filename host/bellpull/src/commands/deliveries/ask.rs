use anyhow::{Context as _, Result, bail};
use reqwest::{StatusCode, Url};
use serde::de::DeserializeOwned;

use crate::commands::http_client;
use crate::exit::UsageError;

/// Asks the admin listener of a server for its records. `below` are further parts of the path.
///
/// # Errors
/// When there is no answer, or it is not what was asked for: says what to do.
pub(super) async fn ask<T: DeserializeOwned>(
    admin: &str,
    below: &[&str],
    query: &[(&str, String)],
) -> Result<T> {
    let url = url(admin, below, query)
        .map_err(|why| UsageError(format!("--admin {admin}: {why}; expected http://HOST:PORT")))?;
    let answer = http_client::client(&[])?.get(url).send().await;
    let answer = answer.with_context(|| {
        format!(
            "no answer from {admin}: is `bellpull serve --admin-addr` running there? --admin names its \
             --admin-addr"
        )
    })?;
    match answer.status() {
        StatusCode::OK => answer.json().await.with_context(|| {
            format!("{admin} does not answer as `bellpull serve --admin-addr` does")
        }),
        status @ (StatusCode::NOT_FOUND | StatusCode::BAD_REQUEST | StatusCode::FORBIDDEN) => {
            bail!(
                "{admin} answers {status}: {}",
                answer.text().await?.trim_end()
            )
        }
        status => {
            bail!("{admin} answers {status}: --admin names the --admin-addr of `bellpull serve`")
        }
    }
}

fn url(admin: &str, below: &[&str], query: &[(&str, String)]) -> Result<Url, String> {
    let base = admin.trim_end_matches('/');
    let mut url =
        Url::parse(&format!("{base}/v1/deliveries")).map_err(|error| error.to_string())?;
    let mut segments = url
        .path_segments_mut()
        .map_err(|()| "it has no host".to_owned())?;
    segments.extend(below);
    drop(segments);
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    Ok(url)
}
