use percent_encoding::percent_decode_str;
use url::Url;

/// The host and the path of a location with or without a scheme, in lower case. The URL standard's
/// rules for hosts apply.
pub(super) fn host_and_path(text: &str) -> Option<(String, String)> {
    let text = text.trim();
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let url = Url::parse(&["https://", rest].concat()).ok()?;
    let host = url.host_str()?.trim_end_matches('.').to_owned();
    let path = percent_decode_str(url.path()).decode_utf8().ok()?;
    Some((host, path.to_lowercase()))
}

/// The non-empty segments of a path.
pub(super) fn path_segments(path: &str) -> Vec<&str> {
    path.split('/').filter(|part| !part.is_empty()).collect()
}
