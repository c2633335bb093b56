use std::fmt;
use std::sync::Arc;

use sigstore_types::bundle::InclusionProof;
use sigstore_types::{
    Artifact, Bundle, DerPublicKey, KindVersion, LogKeyId, Sha256Hash, TransparencyLogEntry,
};
use sigstore_verify::{PublicKeyVerificationPolicy, VerificationPolicy, Verifier};

use crate::ring_crypto;

/// Most log entries and timestamps of a bundle, as sigstore-go has it (`pkg/verify/tlog.go`, `tsa.go`).
const MAX_EVIDENCE: usize = 32;

/// Whom to believe that a certificate was issued, and when something was signed: certificate authorities,
/// transparency logs, logs of certificates and timestamp authorities (sigstore/protobuf-specs,
/// `sigstore_trustroot.proto`). Nothing else is asked.
#[derive(Clone)]
pub struct TrustedRoot(Arc<Trusted>);

struct Trusted {
    verifier: Verifier,
    logs: Vec<LogKeyId>,
    has_certificate_logs: bool,
}

/// Why a trusted root is not taken.
#[derive(Debug, thiserror::Error)]
pub enum TrustedRootError {
    #[error("it is no trusted_root.json of Sigstore: {0}")]
    Json(#[from] sigstore_verify::trust_root::Error),
    #[error(
        "it is no trusted_root.json of Sigstore: it has neither certificate authorities nor logs"
    )]
    Empty,
    #[error("it holds what cannot be trusted: {0}")]
    Unusable(#[from] Box<sigstore_verify::Error>),
}

/// Who a certificate was issued to.
pub(crate) struct CertifiedIdentity {
    pub(crate) issuer: String,
    pub(crate) subject: String,
}

impl TrustedRoot {
    /// Reads a `trusted_root.json`, as `cosign trusted-root create` and Sigstore's repository of TUF have it.
    ///
    /// # Errors
    /// When it is none, is empty, or has keys or certificates that cannot be read.
    pub fn from_json(text: &str) -> Result<Self, TrustedRootError> {
        ring_crypto::install();
        let root = sigstore_verify::trust_root::TrustedRoot::from_json(text)?;
        if root.certificate_authorities.is_empty() && root.tlogs.is_empty() {
            return Err(TrustedRootError::Empty);
        }
        let logs = root.tlogs.iter().map(|log| log.log_id.key_id.clone());
        Ok(Self(Arc::new(Trusted {
            verifier: Verifier::new(&root).map_err(Box::new)?,
            logs: logs.collect(),
            has_certificate_logs: !root.ctlogs.is_empty(),
        })))
    }

    /// Proves that a bundle's signature of this artefact is of a certificate's holder, and returns whose.
    ///
    /// Checked are:
    /// - the time of the signature: each RFC 3161 timestamp and each signed entry timestamp of the bundle is of
    ///   an authority or log of the root; without any, the time is unproved and the bundle refused;
    /// - the certificate: issued by an authority of the root that was valid at each of these times, as the
    ///   certificate itself was; for signing code; logged by a log of certificates, where the root has one. Its
    ///   issuer is the one of Fulcio's extension, its subject the first email address or URI of its names;
    /// - the log entries: see [`Self::check_entries`];
    /// - the signature of the envelope, by the key of the certificate;
    /// - that a subject of the envelope's statement is the artefact.
    ///
    /// Not checked are revocation, which Fulcio does not have, and whether the log shows the same to everybody,
    /// which its witnesses say. How long an authority counts is what `validFor` of the root says.
    pub(crate) fn certified(
        &self,
        bundle: &Bundle,
        digest: &Sha256Hash,
    ) -> Result<CertifiedIdentity, String> {
        self.check_entries(bundle)?;
        let policy = VerificationPolicy::any_identity();
        let policy = match self.0.has_certificate_logs {
            true => policy,
            false => policy.skip_sct(),
        };
        let result = self
            .0
            .verifier
            .verify(Artifact::from(digest), bundle, &policy);
        let result = result.map_err(|error| error.to_string())?;
        match (result.issuer(), result.identity()) {
            (Some(issuer), Some(subject)) => Ok(CertifiedIdentity {
                issuer: issuer.to_owned(),
                subject: subject.as_str().to_owned(),
            }),
            _ => Err("its certificate names no issuer and subject".to_owned()),
        }
    }

    /// Proves that a signature by this key is in a log of the root: see [`Self::check_entries`].
    pub(crate) fn logged(
        &self,
        bundle: &Bundle,
        digest: &Sha256Hash,
        key: &DerPublicKey,
    ) -> Result<(), String> {
        self.check_entries(bundle)?;
        let policy = PublicKeyVerificationPolicy::new(key.clone());
        let result = self
            .0
            .verifier
            .verify(Artifact::from(digest), bundle, &policy);
        result.map(drop).map_err(|error| error.to_string())
    }

    /// What has to hold of each log entry beside what sigstore-verify checks. It checks that the path of the
    /// inclusion proof leads to a root that a log of the trusted root has signed, and that the entry is of the
    /// bundle's envelope. It does so for entries with a proof, and is content if one entry has it. It takes the
    /// place and the size of the tree from the proof or from the checkpoint, and does not compare the two.
    fn check_entries(&self, bundle: &Bundle) -> Result<(), String> {
        let material = &bundle.verification_material;
        let timestamps = &material.timestamp_verification_data.rfc3161_timestamps;
        if material.tlog_entries.len() > MAX_EVIDENCE || timestamps.len() > MAX_EVIDENCE {
            return Err(format!(
                "it has more than {MAX_EVIDENCE} log entries or timestamps"
            ));
        }
        if material.tlog_entries.is_empty() {
            return Err("it has no entry of a log".to_owned());
        }
        for entry in &material.tlog_entries {
            if !self.0.logs.contains(&entry.log_id.key_id) {
                return Err("its log is none of the trusted root".to_owned());
            }
            let proof = entry.inclusion_proof.as_ref();
            let proof = proof.ok_or("its log entry has no inclusion proof")?;
            if !is_consistent(entry, proof) {
                return Err(
                    "its checkpoint is not of the tree and log of its inclusion proof".to_owned(),
                );
            }
        }
        Ok(())
    }
}

impl fmt::Debug for TrustedRoot {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("TrustedRoot")
            .field("logs", &self.0.logs)
            .finish_non_exhaustive()
    }
}

/// Whether a proof says the same of the tree as its checkpoint, and of the place as its entry. The place of an
/// entry of Rekor v1 is that in all its trees, and the proof's that in one. The log that has signed the
/// checkpoint is the one of the entry, and of the name that the checkpoint begins with (C2SP, `tlog-checkpoint.md`;
/// Rekor v1 adds the number of the tree to it).
fn is_consistent(entry: &TransparencyLogEntry, proof: &InclusionProof) -> bool {
    let Some(checkpoint) = proof.checkpoint.checkpoint() else {
        return false;
    };
    let same_tree =
        checkpoint.tree_size() == proof.tree_size && *checkpoint.root_hash() == proof.root_hash;
    let one_tree = entry.kind_version == KindVersion::HashedRekordV002;
    let same_place = !one_tree || entry.log_index == proof.log_index;
    let log = checkpoint.origin().split(' ').next();
    let mut signatures = checkpoint.signatures().iter();
    let same_log = signatures.any(|signature| {
        let hint = signature.key_id.as_bytes();
        entry.log_id.key_id.as_bytes().starts_with(hint) && log == Some(&signature.name)
    });
    same_tree && same_place && same_log
}
