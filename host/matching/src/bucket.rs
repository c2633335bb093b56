use super::http_location::{host_and_path, path_segments};
use super::repository::Repository;

/// Stands for the server if a location does not name it. A host of one label may be any server.
const UNNAMED_SERVER: &str = "s3";

/// The bucket that a Bucket object reads.
pub(super) fn of_object(endpoint: &str, name: &str) -> Option<Repository> {
    let (host, path) = host_and_path(endpoint)?;
    let name = name.to_lowercase();
    let mut segments = path_segments(&path);
    segments.push(&name);
    match cloud_host(&host) {
        Some((host, _)) => Repository::new(host, &segments),
        None => Repository::new(host, &segments),
    }
}

/// The buckets that a sender may mean by a location: `endpoint/bucket` with or without a scheme,
/// `bucket.endpoint` as in clouds, an endpoint with a separate name, `s3://bucket`, `gs://bucket`
/// or an Amazon Resource Name. The path after the bucket names an object in it.
pub(super) fn of_location(location: &str, name: Option<&str>) -> Vec<Repository> {
    let location = location.trim();
    if let Some((partition, bucket)) = partition_and_bucket(location) {
        let host = match partition {
            "aws-cn" => "s3.amazonaws.com.cn",
            _ => "s3.amazonaws.com",
        };
        return Repository::new(host, &path_segments(&bucket))
            .into_iter()
            .collect();
    }
    let schemes = [
        ("s3://", UNNAMED_SERVER),
        ("gs://", "storage.googleapis.com"),
    ];
    for (scheme, host) in schemes {
        if let Some(rest) = location.strip_prefix(scheme) {
            let rest = rest.to_lowercase();
            return Repository::new(host, &path_segments(&rest))
                .into_iter()
                .collect();
        }
    }
    let Some((host, path)) = host_and_path(location) else {
        return Vec::new();
    };
    let name = name.map(str::to_lowercase);
    let segments = path_segments(&path);
    let mut found = Vec::new();
    if let Some((host, bucket)) = cloud_host(&host) {
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
        found.extend(Repository::new(UNNAMED_SERVER, &[host.as_str()]));
    }
    found.extend(Repository::new(host.clone(), &segments));
    if let Some(name) = &name {
        let path: Vec<&str> = segments.iter().copied().chain([name.as_str()]).collect();
        found.extend(Repository::new(
            cloud_host(&host).map_or(host.as_str(), |(host, _)| host),
            &path,
        ));
    }
    found
}

/// `arn:PARTITION:s3:::BUCKET` (Amazon S3, "Policy resources for Amazon S3"), in lower case.
fn partition_and_bucket(text: &str) -> Option<(&str, String)> {
    let (partition, rest) = text.strip_prefix("arn:")?.split_once(':')?;
    let bucket = rest.strip_prefix("s3:::")?;
    Some((partition, bucket.to_lowercase()))
}

/// The common host name for all regions of a cloud, and the bucket if the host contains one. Bucket
/// names are shared by all regions of Amazon S3 (its user guide, "Methods for accessing a bucket")
/// and of Google Cloud Storage ("Request endpoints").
fn cloud_host(host: &str) -> Option<(&'static str, Option<&str>)> {
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
