//! What the benchmarks share: bodies, percentiles, a served Bellpull.

#![allow(dead_code, reason = "each benchmark uses its part")]

pub(crate) mod serve;

use std::time::Duration;

/// The key of every benchmark.
pub(crate) const TOKEN: &str = "benchmark-token";

/// A GitHub push of at least `size` bytes: a real one whose commit is repeated.
pub(crate) fn push(size: usize) -> Vec<u8> {
    let text = include_str!("../../cases/github/push-branch/body.json");
    let mut push: serde_json::Value = serde_json::from_str(text).expect("the case is JSON");
    let commit = push["head_commit"].clone();
    let whole = text.len();
    let one = commit.to_string().len() + 1;
    let commits = push["commits"].as_array_mut().expect("a push has commits");
    for _ in 0..size.saturating_sub(whole).div_ceil(one) {
        commits.push(commit.clone());
    }
    if size < whole {
        // Smaller than a real push: the repository's many URLs go first.
        push["repository"] = serde_json::json!({
            "clone_url": push["repository"]["clone_url"],
            "ssh_url": push["repository"]["ssh_url"],
        });
        push["sender"] = serde_json::Value::Null;
        push["commits"] = serde_json::json!([]);
    }
    push.to_string().into_bytes()
}

/// The value of `x-hub-signature-256`.
pub(crate) fn signature(body: &[u8]) -> String {
    let key = bellpull_core::SecretBytes::new(TOKEN.as_bytes().to_vec());
    let mac = bellpull_core::sign(
        &key,
        "token",
        bellpull_core::Encoding::Text,
        bellpull_core::Algorithm::Sha256,
        &[body],
    )
    .expect("text is a key");
    format!("sha256={}", hex::encode(mac))
}

/// The value below which `share` of the samples lie.
pub(crate) fn percentile(samples: &mut [Duration], share: f64) -> Duration {
    samples.sort_unstable();
    let last = samples.len().saturating_sub(1);
    samples[(last as f64 * share) as usize]
}

/// Microseconds with one decimal.
pub(crate) fn us(duration: Duration) -> String {
    format!("{:.1}", duration.as_secs_f64() * 1e6)
}
