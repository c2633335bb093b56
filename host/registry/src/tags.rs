//! The tags of a repository (OCI distribution-spec, "Listing Tags").

use bellpull_core::text::printable;
use http::Method;
use http::header::{HeaderMap, LINK};
use serde::Deserialize;
use url::Url;

use crate::client::{Action, Call, Registry};
use crate::error::RegistryError;
use crate::repository::ArtefactRepository;

/// How many tags are asked for at once, and the longest answer, bytes.
const PAGE: usize = 1000;
const MAX_PAGE: usize = 1 << 20;
/// Most pages and tags of a repository. A part of them could hide the newest version, so more is an error.
const MAX_PAGES: usize = 100;
const MAX_TAGS: usize = 50_000;

/// Longest part of an error that is told, bytes: parsers quote what they read.
const MAX_TOLD: usize = 512;

/// A page. A repository without tags has `null`.
#[derive(Deserialize)]
struct Page {
    tags: Option<Vec<String>>,
}

impl Registry {
    /// The tags of a repository, in the registry's order. Texts that are no tags are left out.
    ///
    /// # Errors
    /// When the list cannot be had, leads to another server, or has no end.
    pub async fn tags(
        &self,
        repository: &ArtefactRepository,
    ) -> Result<Vec<String>, RegistryError> {
        let error = |reason: String| RegistryError::Unexpected {
            host: repository.host().to_owned(),
            reason: format!("the list of tags: {reason}"),
        };
        let first = format!("tags/list?n={PAGE}");
        let mut call = self.call_of(repository, Action::Pull, Method::GET, &first)?;
        let mut tags = Vec::new();
        for _ in 0..MAX_PAGES {
            let (page, next) = self.page(&call).await?;
            let listed: Page = serde_json::from_slice(&page)
                .map_err(|json| error(printable(&json.to_string(), MAX_TOLD)))?;
            let listed = listed.tags.unwrap_or_default().into_iter();
            tags.extend(listed.filter(|tag| repository.with_tag(tag).is_ok()));
            if tags.len() > MAX_TAGS {
                return Err(error(format!("it has more than {MAX_TAGS} tags")));
            }
            match next {
                None => return Ok(tags),
                Some(Ok(url)) => call.url = url,
                Some(Err(reason)) => return Err(error(reason)),
            }
        }
        Err(error(format!("it has more than {MAX_PAGES} pages")))
    }

    /// A page, and where the next one is.
    async fn page(
        &self,
        call: &Call<'_>,
    ) -> Result<(bytes::Bytes, Option<Result<Url, String>>), RegistryError> {
        let response = self.send(call).await?;
        let next = next_page(response.headers(), &call.url);
        Ok((response.body(MAX_PAGE).await?, next))
    }
}

/// The URL of the next page, which is on the same server (RFC 8288; OCI distribution-spec, "Listing Tags").
/// `None`: the page is the last one.
#[must_use]
pub fn next_page(headers: &HeaderMap, from: &Url) -> Option<Result<Url, String>> {
    let link = headers.get(LINK)?.to_str().unwrap_or_default();
    let links = match parse_link_header::parse(link) {
        Ok(links) => links,
        Err(error) => return Some(Err(format!("its link to the next page: {error}"))),
    };
    let next = links.get(&Some("next".to_owned()))?;
    let url = match from.join(&next.raw_uri) {
        Ok(url) => url,
        Err(error) => return Some(Err(format!("its link to the next page: {error}"))),
    };
    if url.origin() != from.origin() {
        let elsewhere = url.origin().ascii_serialization();
        return Some(Err(format!(
            "its next page is at {elsewhere}, which is another server"
        )));
    }
    Some(Ok(url))
}

#[cfg(test)]
mod tests {
    use http::header::HeaderValue;

    use super::*;

    #[test]
    fn the_next_page_is_on_the_same_server() {
        let from: Url = "https://ghcr.io/v2/acme/a/tags/list?n=2".parse().unwrap();
        let next = "https://ghcr.io/v2/acme/a/tags/list?n=2&last=b";
        for (link, expected) in [
            (
                r#"</v2/acme/a/tags/list?n=2&last=b>; rel="next""#,
                Some(Ok(next)),
            ),
            (
                "</v2/acme/a/tags/list?n=2&last=b>; rel=next",
                Some(Ok(next)),
            ),
            (
                r#"<https://ghcr.io/v2/acme/a/tags/list?n=2&last=b>; rel="next""#,
                Some(Ok(next)),
            ),
            (r#"</v2/acme/a/tags/list?n=2>; rel="first""#, None),
            (
                r#"<https://evil.example/x>; rel="next""#,
                Some(Err("evil.example")),
            ),
            (
                r#"<http://ghcr.io/x>; rel="next""#,
                Some(Err("http://ghcr.io")),
            ),
            (r#"<https://ghcr.io:444/x>; rel="next""#, Some(Err(":444"))),
        ] {
            let headers = HeaderMap::from_iter([(LINK, HeaderValue::from_static(link))]);
            let got = next_page(&headers, &from);
            let matches = match (&got, &expected) {
                (None, None) => true,
                (Some(Ok(got)), Some(Ok(expected))) => got.as_str() == *expected,
                (Some(Err(got)), Some(Err(expected))) => got.contains(expected),
                _ => false,
            };
            assert!(matches, "{link}: {got:?}, not {expected:?}");
        }
        assert!(next_page(&HeaderMap::new(), &from).is_none());
    }
}
