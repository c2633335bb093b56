use bellpull_core::Bytes;

use super::case::Case;

/// A case that can be signed with the credentials of a live Receiver.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    /// The name of its folder.
    pub name: &'static str,
    /// Its `case.yaml`.
    pub case: &'static str,
    /// The files beside it, by name.
    pub files: &'static [(&'static str, &'static [u8])],
}

/// Every sample, by provider and then by name.
pub static SAMPLES: &[Sample] = include!(concat!(env!("OUT_DIR"), "/samples.rs"));

impl Case {
    /// Whether this is a sample of `event`. Upper and lower case are equal, as in `spec.events`.
    #[must_use]
    pub fn is_sample(&self, event: &str) -> bool {
        self.sample
            .as_deref()
            .is_some_and(|sample| sample.eq_ignore_ascii_case(event))
    }

    /// Whether the case says how to sign it. The headers of one that does not are written out.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        !self.sign.is_empty()
    }

    /// The keys of the Secret that signing needs.
    #[must_use]
    pub fn signing_keys(&self) -> Vec<&str> {
        let mut keys: Vec<&str> = self.sign.iter().flat_map(|step| step.keys()).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// Whether signing depends on `spec.config` of the Receiver.
    #[must_use]
    pub fn follows_config(&self) -> bool {
        self.sign.iter().any(super::sign::SignStep::follows_config)
    }

    /// Whether the delivery carries a token that only an issuer can sign.
    #[must_use]
    pub fn takes_token(&self) -> bool {
        self.sign.iter().any(super::sign::SignStep::takes_token)
    }

    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    pub fn replace_body(&mut self, body: Bytes) {
        self.body = body;
    }
}
