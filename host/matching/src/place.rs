//! Places that are no repositories: indices of charts over HTTP, and buckets.

use percent_encoding::percent_decode_str;
use url::Url;

use super::repository::Repository;

/// The server of a bucket whose location does not name it. Names of one label may be any server's.
const UNNAMED: &str = "s3";

/// Reads the address of an index of charts, as a HelmRepository or a sender gives it; none where it is
/// no such address. Scheme, user, port, case, slashes too many and the name of the file are folded
/// away.
pub(super) fn index(text: &str) -> Option<Repository> {
    let (host, path) = located(text)?;
    let mut segments = segments(&path);
    if segments.last() == Some(&"index.yaml") {
        segments.pop();
    }
    Repository::base(host, &segments)
}

/// The bucket that a Bucket reads.
pub(super) fn bucket(endpoint: &str, name: &str) -> Option<Repository> {
    let (host, path) = located(endpoint)?;
    let name = name.to_lowercase();
    let mut segments = segments(&path);
    segments.push(&name);
    match own_host(&host) {
        Some((host, _)) => Repository::new(host, &segments),
        None => Repository::new(host, &segments),
    }
}

/// The buckets that a sender may mean by a location: `endpoint/bucket` as a URL or without a scheme,
/// `bucket.endpoint` as clouds also write it, an endpoint with the name apart, `s3://bucket` and
/// `gs://bucket`, an Amazon Resource Name. What follows the bucket is of an object in it.
pub(super) fn buckets_at(location: &str, name: Option<&str>) -> Vec<Repository> {
    let location = location.trim();
    if let Some((partition, bucket)) = of_resource_name(location) {
        let host = match partition {
            "aws-cn" => "s3.amazonaws.com.cn",
            _ => "s3.amazonaws.com",
        };
        return Repository::new(host, &segments(&bucket))
            .into_iter()
            .collect();
    }
    let schemes = [("s3://", UNNAMED), ("gs://", "storage.googleapis.com")];
    for (scheme, host) in schemes {
        if let Some(rest) = location.strip_prefix(scheme) {
            let rest = rest.to_lowercase();
            return Repository::new(host, &segments(&rest))
                .into_iter()
                .collect();
        }
    }
    let Some((host, path)) = located(location) else {
        return Vec::new();
    };
    let name = name.map(str::to_lowercase);
    let segments = segments(&path);
    let mut found = Vec::new();
    if let Some((host, bucket)) = own_host(&host) {
        let bucket = bucket.into_iter();
        let path: Vec<&str> = bucket.chain(segments.iter().copied()).collect();
        found.extend(Repository::new(host, &path));
    }
    if let Some((bucket, host)) = host.split_once('.') {
        let path: Vec<&str> = [bucket]
            .into_iter()
            .chain(segments.iter().copied())
            .collect();
        found.extend(Repository::new(host, &path));
    } else if segments.is_empty() && name.is_none() {
        found.extend(Repository::new(UNNAMED, &[host.as_str()]));
    }
    found.extend(Repository::new(host.clone(), &segments));
    if let Some(name) = &name {
        let path: Vec<&str> = segments.iter().copied().chain([name.as_str()]).collect();
        found.extend(Repository::new(
            own_host(&host).map_or(host.as_str(), |(host, _)| host),
            &path,
        ));
    }
    found
}

/// `arn:PARTITION:s3:::BUCKET` (Amazon S3, "Policy resources for Amazon S3"), in lower case.
fn of_resource_name(text: &str) -> Option<(&str, String)> {
    let (partition, rest) = text.strip_prefix("arn:")?.split_once(':')?;
    let bucket = rest.strip_prefix("s3:::")?;
    Some((partition, bucket.to_lowercase()))
}

/// The one name of a cloud's own host for all its regions, and the bucket that the host names. The
/// names of buckets are the same in all regions of Amazon S3 (its user guide, "Methods for accessing a
/// bucket") and of Google Cloud Storage ("Request endpoints").
fn own_host(host: &str) -> Option<(&'static str, Option<&str>)> {
    let amazon = [
        (".amazonaws.com", "s3.amazonaws.com"),
        (".amazonaws.com.cn", "s3.amazonaws.com.cn"),
    ];
    for (ending, name) in amazon {
        let Some(rest) = host.strip_suffix(ending) else {
            continue;
        };
        let mut start = 0;
        for label in rest.split('.') {
            if label == "s3" || label.starts_with("s3-") {
                let bucket = rest.get(..start).unwrap_or_default();
                let bucket = bucket.trim_end_matches('.');
                return Some((name, Some(bucket).filter(|bucket| !bucket.is_empty())));
            }
            start += label.len() + 1;
        }
    }
    const GOOGLE: &str = "storage.googleapis.com";
    match host {
        GOOGLE | "storage.cloud.google.com" => Some((GOOGLE, None)),
        _ => {
            let bucket = host.strip_suffix(GOOGLE)?.strip_suffix('.')?;
            Some((GOOGLE, Some(bucket)))
        }
    }
}

/// Host and path in lower case, by the URL standard's rules for hosts.
fn located(text: &str) -> Option<(String, String)> {
    let text = text.trim();
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let url = Url::parse(&["https://", rest].concat()).ok()?;
    let host = url.host_str()?.trim_end_matches('.').to_owned();
    let path = percent_decode_str(url.path()).decode_utf8().ok()?;
    Some((host, path.to_lowercase()))
}

fn segments(path: &str) -> Vec<&str> {
    path.split('/').filter(|part| !part.is_empty()).collect()
}
