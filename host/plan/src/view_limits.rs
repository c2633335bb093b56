//! Limits on what a component is shown of a Receiver. Without them a component would run out of
//! memory, and the fault would look like its own.

use crate::reason::Unready;
use bellpull_core::text::printable;
use bellpull_core::{ReceiverView, SecretObject};

/// Names in `spec.events`. GitHub has about 70 events, GitLab 30.
const EVENTS: usize = 256;
/// Bytes of one name in `spec.events`.
const EVENT: usize = 256;
/// Keys of a Secret.
const KEYS: usize = 256;
/// Bytes of one key, as Kubernetes limits it.
const KEY: usize = 253;
/// Bytes of all settings together that a component is granted.
const SETTINGS: usize = 64 << 10;

/// # Errors
/// When the view exceeds a limit. The error names it.
pub(super) fn check(view: &ReceiverView, secret: &SecretObject) -> Result<(), Unready> {
    if view.events.len() > EVENTS {
        return Err(Unready::invalid(format!(
            "spec.events: it lists {} names, at most {EVENTS} are taken",
            view.events.len()
        )));
    }
    if let Some(event) = view.events.iter().find(|event| event.len() > EVENT) {
        return Err(Unready::invalid(format!(
            "spec.events: {:?} has {} bytes, at most {EVENT} are taken",
            printable(event, 64),
            event.len()
        )));
    }
    let of_secret = |problem: String| {
        let SecretObject {
            namespace, name, ..
        } = secret;
        Err(Unready::invalid(format!(
            "secret '{namespace}/{name}': {problem}"
        )))
    };
    if view.keys.len() > KEYS {
        let keys = view.keys.len();
        return of_secret(format!("it has {keys} keys, at most {KEYS} are taken"));
    }
    if let Some(key) = view.keys.iter().find(|key| key.len() > KEY) {
        let shown = printable(key, 64);
        return of_secret(format!("key {shown:?} is longer than {KEY} bytes"));
    }
    let settings: usize = view.settings.iter().map(|(_, value)| value.len()).sum();
    if settings > SETTINGS {
        return of_secret(format!(
            "the values that the component reads have {settings} bytes, at most {SETTINGS} are taken"
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_much_is_said_by_name() {
        let secret = SecretObject {
            namespace: "n".into(),
            name: "s".into(),
            data: std::collections::BTreeMap::new(),
        };
        let few = ReceiverView {
            provider: "p".into(),
            events: vec!["e".repeat(EVENT); EVENTS],
            keys: vec!["k".repeat(KEY); KEYS],
            settings: vec![("s".into(), "v".repeat(SETTINGS))],
            config: "{}".into(),
        };
        let mut events = few.clone();
        events.events.push("one".into());
        let mut event = few.clone();
        event.events = vec!["e".repeat(EVENT + 1)];
        let mut keys = few.clone();
        keys.keys.push("one".into());
        let mut settings = few.clone();
        settings.settings.push(("more".into(), "v".into()));
        let cases = [
            (few, None),
            (events, Some("spec.events: it lists 257 names, at most 256")),
            (event, Some("has 257 bytes, at most 256")),
            (keys, Some("secret 'n/s': it has 257 keys, at most 256")),
            (settings, Some("have 65537 bytes, at most 65536")),
        ];
        for (view, expected) in cases {
            let got = check(&view, &secret).err().map(|unready| unready.message);
            match (&got, expected) {
                (None, None) => {}
                (Some(got), Some(part)) if got.contains(part) => {}
                _ => panic!("got {got:?}, expected {expected:?}"),
            }
        }
    }
}
