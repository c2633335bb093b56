//! Signatures of artefacts, as cosign makes them with a key: Sigstore bundles of version 0.3, each with a DSSE
//! envelope around an in-toto statement that names the digest of the artefact (sigstore/protobuf-specs,
//! `sigstore_bundle.proto`; secure-systems-lab/dsse, `protocol.md`).
//!
//! Pure: keys and bundles are texts, and nothing is asked. A bundle of a key needs no entry of a transparency
//! log. Bundles with a certificate are left aside.

mod bundle;
mod cosign_key;
mod error;
mod signing_key;
mod verify;

pub use bundle::{BUNDLE_TYPE, PREDICATE_TYPE, sign_artefact};
pub use error::SigningKeyError;
pub use signing_key::SigningKey;
pub use verify::{NotSigned, TrustedKey, TrustedKeyError, verify_artefact};
