//! What somebody sends who knows a path and no token.

use super::{Attack, manifests};
use crate::serve::try_request;

/// Larger than what is verified on the spot.
const LARGE: usize = 1 << 20;

pub(super) fn attacks() -> Vec<Attack> {
    let forged = Attack {
        name: "forged pushes of a mebibyte",
        manifests: manifests::receiver("forged", "github", ""),
        plugins: Vec::new(),
        arguments: Vec::new(),
        blow: |served| {
            let headers = [
                ("x-github-event", "push".to_owned()),
                ("x-hub-signature-256", format!("sha256={}", "0".repeat(64))),
            ];
            let headers = headers.map(|(name, value)| (name.to_owned(), value));
            let body = vec![b'['; LARGE];
            let path = manifests::path("forged");
            drop(try_request(served.receiver, "POST", &path, &headers, &body));
        },
        at_once: 8,
    };
    vec![forged]
}
