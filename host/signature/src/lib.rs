//! Signatures of artefacts, as cosign makes them: Sigstore bundles of version 0.3, each with a DSSE envelope
//! around an in-toto statement that names the digest of the artefact (sigstore/protobuf-specs,
//! `sigstore_bundle.proto`; secure-systems-lab/dsse, `protocol.md`).
//!
//! Pure: keys, bundles and the trusted root are texts, and nothing is asked. A bundle of a key needs no entry
//! of a transparency log, unless the policy asks for one. A bundle with a certificate is checked against the
//! trusted root. This crate makes bundles of keys only.

mod bundle;
mod cosign_key;
mod error;
mod policy;
mod ring_crypto;
mod signer;
mod signing_key;
mod statement;
mod trusted_identity;
mod trusted_key;
mod trusted_root;

pub use bundle::{BUNDLE_TYPE, PREDICATE_TYPE, sign_artefact};
pub use error::SigningKeyError;
pub use policy::{MAX_BUNDLE, NotSigned, SignaturePolicy};
pub use signer::Signer;
pub use signing_key::SigningKey;
pub use trusted_identity::{ExpressionError, TrustedIdentity};
pub use trusted_key::{TrustedKey, TrustedKeyError};
pub use trusted_root::{TrustedRoot, TrustedRootError};
