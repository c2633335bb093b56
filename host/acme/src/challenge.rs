use bellpull_tls::{IssuedCertificates, ShownChallenge};
use instant_acme::{
    AuthorizationHandle, AuthorizationStatus, ChallengeHandle, ChallengeType, Order,
};
use rcgen::{CertificateParams, CustomExtension, KeyPair};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

use crate::error::{OrderError, problem_text};

/// Answers the challenge of each name that the authority has not validated yet. It sees the answers until
/// they are dropped.
pub(crate) async fn answer(
    order: &mut Order,
    certificates: &IssuedCertificates,
) -> Result<Vec<ShownChallenge>, OrderError> {
    let mut shown = Vec::new();
    let mut authorizations = order.authorizations();
    while let Some(authorization) = authorizations.next().await {
        let mut authorization = authorization?;
        if authorization.status == AuthorizationStatus::Valid {
            continue;
        }
        let name = authorization.identifier().to_string();
        let challenge = authorization.challenge(ChallengeType::TlsAlpn01);
        let mut challenge = challenge.ok_or_else(|| OrderError::NoChallenge(name.clone()))?;
        shown.push(show(&name, &challenge, certificates)?);
        challenge.set_ready().await?;
    }
    Ok(shown)
}

fn show(
    name: &str,
    challenge: &ChallengeHandle<'_>,
    certificates: &IssuedCertificates,
) -> Result<ShownChallenge, OrderError> {
    let digest = challenge.key_authorization().digest();
    let (certificate, key) = challenge_certificate(name, digest.as_ref())?;
    Ok(certificates.show_challenge(name, certificate, key)?)
}

/// A certificate that proves the knowledge of the account's key (RFC 8737, section 3). `digest` is the
/// SHA-256 of the key authorization.
fn challenge_certificate(
    name: &str,
    digest: &[u8],
) -> Result<(CertificateDer<'static>, PrivateKeyDer<'static>), rcgen::Error> {
    let mut params = CertificateParams::new([name.to_owned()])?;
    params.custom_extensions = vec![CustomExtension::new_acme_identifier(digest)];
    let key = KeyPair::generate()?;
    let certificate = params.self_signed(&key)?;
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    Ok((certificate.into(), key))
}

/// Why the authority has not validated the names.
pub(crate) async fn refusals(order: &mut Order) -> Result<String, OrderError> {
    let mut found = Vec::new();
    let mut authorizations = order.authorizations();
    while let Some(authorization) = authorizations.next().await {
        let mut authorization = authorization?;
        authorization.refresh().await?;
        found.extend(refusal(&authorization));
    }
    if found.is_empty() {
        found.push("the authority has not validated the names, and does not say why".to_owned());
    }
    Ok(found.join("; "))
}

fn refusal(authorization: &AuthorizationHandle<'_>) -> Option<String> {
    let challenges = authorization.challenges.iter();
    let mut problems = challenges.filter_map(|challenge| challenge.error.as_ref());
    let problem = problem_text(problems.next()?);
    Some(format!("{}: {problem}", authorization.identifier()))
}
