use bellpull_core::Bytes;

use super::Case;

/// A case that can be signed with a live Receiver's credentials.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    /// Its folder's name.
    pub name: &'static str,
    /// Its `case.yaml`.
    pub case: &'static str,
    /// The files beside it, by name.
    pub files: &'static [(&'static str, &'static [u8])],
}

/// Every sample, by provider and then by name.
pub const SAMPLES: &[Sample] = include!(concat!(env!("OUT_DIR"), "/samples.rs"));

impl Case {
    /// Whether `bellpull send` knows the case as a sample of `event`; compared as events are,
    /// without case.
    #[must_use]
    pub fn is_sample(&self, event: &str) -> bool {
        self.sample
            .as_deref()
            .is_some_and(|sample| sample.eq_ignore_ascii_case(event))
    }

    /// The keys of a Secret that the recipe takes.
    #[must_use]
    pub fn signing_keys(&self) -> Vec<&str> {
        let mut keys: Vec<&str> = self.sign.iter().flat_map(|step| step.keys()).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// Whether the recipe follows `spec.config` of the Receiver.
    #[must_use]
    pub fn follows_config(&self) -> bool {
        self.sign.iter().any(super::sign::Step::follows_config)
    }

    /// Whether the recipe takes a token that an issuer has to sign.
    #[must_use]
    pub fn takes_token(&self) -> bool {
        self.sign.iter().any(super::sign::Step::takes_token)
    }

    /// The body, before it is sent.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// Sends something else than the sample's body.
    pub fn replace_body(&mut self, body: Bytes) {
        self.body = body;
    }
}
