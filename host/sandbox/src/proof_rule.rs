//! The rule by which a delivery is proven: which checks count, and which of them a binding needs.

use std::sync::Arc;

use bellpull_core::{Authentication, Binding, Claims, ClientRefusal, Delivery, DeliveryClient};
use bellpull_proof::{Part, covers_content, is_challenge, message_parts};

/// The checks that a component has made with success. A check that fails leaves no trace.
#[derive(Debug, Default)]
pub(crate) struct SucceededChecks {
    /// Proving keys of the binding, each with the kind of the check.
    keys: Vec<(String, Authentication)>,
    has_public_key_signature: bool,
    claims: Option<Arc<Claims>>,
}

impl SucceededChecks {
    /// Records a check of a credential. A key that the binding does not ask for proves nothing.
    pub(crate) fn record_credential(&mut self, binding: &Binding, key: &str, by: Authentication) {
        if binding.proving_keys().any(|proving| proving == key) {
            self.keys.push((key.to_owned(), by));
        }
    }

    /// Records a signature by a key that is not a credential of the Receiver.
    pub(crate) fn record_public_key_signature(&mut self) {
        self.has_public_key_signature = true;
    }

    /// Records a token of an issuer.
    pub(crate) fn record_token(&mut self, claims: Claims) {
        self.claims = Some(Arc::new(claims));
    }

    /// The claims of the last token.
    pub(crate) fn claims(&self) -> Option<&Arc<Claims>> {
        self.claims.as_ref()
    }

    /// Whether the checks, and the client, are all that the binding asks for.
    pub(crate) fn prove(&self, binding: &Binding, client: &DeliveryClient) -> bool {
        check_client(binding, client).is_ok() && self.suffice(binding)
    }

    fn suffice(&self, binding: &Binding) -> bool {
        match binding.authentication {
            Authentication::PathOnly => true,
            Authentication::Certificate => {
                binding.client_names.is_some() && self.include_all(binding)
            }
            Authentication::Token => self.claims.is_some(),
            // No key of the Receiver proves, so a public key has to identify the sender.
            Authentication::Signature if binding.proving_keys().next().is_none() => {
                self.has_public_key_signature
            }
            // A second credential is needed beside the signature, and does not replace it.
            Authentication::Signature => {
                let mut kinds = self.keys.iter().map(|(_, by)| by);
                kinds.any(|by| *by == Authentication::Signature) && self.include_all(binding)
            }
            Authentication::Secret => binding
                .proving_keys()
                .all(|key| self.include(key, Some(Authentication::Secret))),
        }
    }

    /// Whether the checks tell who sent the delivery. The secret path alone does not.
    pub(crate) fn identify_sender(&self, binding: &Binding, client: &DeliveryClient) -> bool {
        binding.authentication != Authentication::PathOnly && self.prove(binding, client)
    }

    fn include_all(&self, binding: &Binding) -> bool {
        binding.proving_keys().all(|key| self.include(key, None))
    }

    fn include(&self, key: &str, by: Option<Authentication>) -> bool {
        let mut keys = self.keys.iter();
        keys.any(|(known, kind)| known == key && by.is_none_or(|by| by == *kind))
    }
}

/// Checks the certificate of the client, if the binding names any. The component is not asked.
///
/// # Errors
/// When there is none, or it has another name.
pub(crate) fn check_client(
    binding: &Binding,
    client: &DeliveryClient,
) -> Result<(), ClientRefusal> {
    let names = binding.client_names.as_ref();
    names.map_or(Ok(()), |names| names.check(client))
}

/// Whether a check of the message says something about the delivery. A MAC or signature over bytes that
/// the component made up does not.
pub(crate) fn covers_delivery(binding: &Binding, delivery: &Delivery, message: &[Part]) -> bool {
    message_parts(delivery, message)
        .is_some_and(|bytes| covers_content(message, &bytes, binding.parses_before_verify))
}

/// Whether a handshake may have given a MAC of the message to a stranger. Such a message proves nothing.
pub(crate) fn may_be_known_to_strangers<B: AsRef<[u8]>>(binding: &Binding, message: &[B]) -> bool {
    binding.reply_macs && is_challenge(message)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bellpull_core::{ClientNames, CredentialUse, Encoding, Methods, VerifiedCertificate};

    use super::*;

    use Authentication::{Certificate, PathOnly, Secret, Signature, Token};

    /// A check of a component that succeeds.
    #[derive(Clone, Copy, Debug)]
    enum Check {
        Key(&'static str, Authentication),
        PublicKey,
        Token,
    }

    use Check::{Key, PublicKey};

    fn binding(authentication: Authentication, proving: &[&str]) -> Binding {
        let credential = |key: &str, proves| CredentialUse {
            key: key.to_owned(),
            encoding: Encoding::Text,
            proves,
            presented: Vec::new(),
        };
        let proving = proving.iter().map(|key| credential(key, true));
        Binding {
            authentication,
            credentials: proving.chain([credential("beside", false)]).collect(),
            methods: Methods::Any,
            tokens: Vec::new(),
            issuers: Vec::new(),
            client_names: None,
            parses_before_verify: false,
            answers_handshakes: false,
            reply_macs: false,
            warnings: Vec::new(),
        }
    }

    /// Authentication, proving keys, checks that succeed, and whether they prove the delivery.
    type ProofCase = (
        Authentication,
        &'static [&'static str],
        &'static [Check],
        bool,
    );
    const CASES: &[ProofCase] = &[
        (PathOnly, &[], &[], true),
        (Token, &[], &[], false),
        (Token, &[], &[PublicKey], false),
        (Token, &[], &[Check::Token], true),
        (Signature, &[], &[], false),
        (Signature, &[], &[PublicKey], true),
        (Signature, &[], &[Key("beside", Signature)], false),
        (Signature, &["a"], &[], false),
        (Signature, &["a"], &[PublicKey], false),
        (Signature, &["a"], &[Check::Token], false),
        (Signature, &["a"], &[Key("a", Signature)], true),
        (Signature, &["a"], &[Key("a", Secret)], false),
        (Signature, &["a"], &[Key("beside", Signature)], false),
        (Signature, &["a", "b"], &[Key("a", Signature)], false),
        (
            Signature,
            &["a", "b"],
            &[Key("a", Signature), Key("b", Secret)],
            true,
        ),
        (
            Signature,
            &["a", "b"],
            &[Key("a", Secret), Key("b", Secret)],
            false,
        ),
        (Secret, &["a"], &[], false),
        (Secret, &["a"], &[Key("a", Secret)], true),
        (Secret, &["a"], &[Key("a", Signature)], false),
        (Secret, &["a"], &[Key("beside", Secret)], false),
        (Secret, &["a", "b"], &[Key("a", Secret)], false),
        (
            Secret,
            &["a", "b"],
            &[Key("b", Secret), Key("a", Secret)],
            true,
        ),
    ];

    #[test]
    fn a_delivery_is_proven_by_all_checks_that_its_binding_asks_for() {
        for (authentication, proving, succeeded, expected) in CASES {
            let binding = binding(*authentication, proving);
            let mut checks = SucceededChecks::default();
            for check in *succeeded {
                match check {
                    Key(key, by) => checks.record_credential(&binding, key, *by),
                    PublicKey => checks.record_public_key_signature(),
                    Check::Token => checks.record_token(Claims::default()),
                }
            }
            let case = format!("{authentication:?} {proving:?} after {succeeded:?}");
            let client = DeliveryClient::default();
            assert_eq!(checks.prove(&binding, &client), *expected, "{case}");
            let identified = *expected && *authentication != PathOnly;
            let got = checks.identify_sender(&binding, &client);
            assert_eq!(got, identified, "{case}");
        }
    }

    /// Authentication, proving keys, checks that succeed, the name in the client's certificate, and whether
    /// all that proves the delivery.
    type ClientCase = (
        Authentication,
        &'static [&'static str],
        &'static [(&'static str, Authentication)],
        Option<&'static str>,
        bool,
    );
    const CLIENT_CASES: &[ClientCase] = &[
        (Certificate, &[], &[], None, false),
        (Certificate, &[], &[], Some("other.example"), false),
        (Certificate, &[], &[], Some("sender.example"), true),
        (Certificate, &["a"], &[], Some("sender.example"), false),
        (Certificate, &["a"], &[("a", Secret)], None, false),
        (
            Certificate,
            &["a"],
            &[("a", Secret)],
            Some("other.example"),
            false,
        ),
        (
            Certificate,
            &["a"],
            &[("a", Secret)],
            Some("sender.example"),
            true,
        ),
        (
            Certificate,
            &["a"],
            &[("a", Signature)],
            Some("sender.example"),
            true,
        ),
        (Signature, &["a"], &[("a", Signature)], None, false),
        (Signature, &["a"], &[], Some("sender.example"), false),
        (
            Signature,
            &["a"],
            &[("a", Signature)],
            Some("sender.example"),
            true,
        ),
        (Secret, &["a"], &[("a", Secret)], None, false),
        (
            Secret,
            &["a"],
            &[("a", Secret)],
            Some("sender.example"),
            true,
        ),
        (Token, &[], &[], Some("sender.example"), false),
    ];

    #[test]
    fn a_binding_with_names_of_clients_asks_for_one_of_them_beside_its_checks() {
        for (authentication, proving, succeeded, name, expected) in CLIENT_CASES {
            let binding = Binding {
                client_names: ClientNames::parse("first.example\nsender.example").ok(),
                ..binding(*authentication, proving)
            };
            let certificate = name.map(|name| VerifiedCertificate {
                names: vec![name.to_owned()],
                ..VerifiedCertificate::default()
            });
            let client = DeliveryClient {
                certificate: certificate.map(Arc::new),
                ..DeliveryClient::default()
            };
            let mut checks = SucceededChecks::default();
            for (key, by) in *succeeded {
                checks.record_credential(&binding, key, *by);
            }
            let case = format!("{authentication:?} {proving:?} after {succeeded:?} by {name:?}");
            assert_eq!(checks.prove(&binding, &client), *expected, "{case}");
        }
    }

    #[test]
    fn no_certificate_proves_where_none_is_named() {
        let binding = binding(Certificate, &[]);
        let client = DeliveryClient {
            certificate: Some(Arc::default()),
            ..DeliveryClient::default()
        };
        assert!(!SucceededChecks::default().prove(&binding, &client));
    }
}
