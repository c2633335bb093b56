//! Recorded deliveries of `bellpull check`.

use std::io;

use bellpull::cases::Case;

use crate::FuzzTarget;
use crate::input::{CANARY, hides_canary};

/// A `case.yaml`, and what stands in one after a credential.
pub(crate) const TARGET: FuzzTarget = FuzzTarget { name: "cases", run };

fn run(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    let read_file = |name: &str| -> io::Result<Vec<u8>> {
        assert!(
            !name.contains('/') && name != "..",
            "{name:?} is not beside the case"
        );
        match name {
            "body" => Ok(b"{\"ref\": \"refs/heads/main\"}".to_vec()),
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    };
    if let Err(error) = Case::parse("fuzz", text, read_file) {
        assert!(!format!("{error:#}").is_empty());
    }
    if text.contains(CANARY) {
        return;
    }
    let text = format!("credentials:\n  token: {CANARY}{text}");
    if let Err(error) = Case::parse("fuzz", &text, read_file) {
        hides_canary(&format!("{error:#}"));
    }
}
