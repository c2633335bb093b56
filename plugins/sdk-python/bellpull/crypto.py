"""Signatures by public keys. The world needs `import bellpull:provider/crypto@0.1.0;`.

Bind by `Binding("signature", [])`: the check that covers the body is the proof.
"""

from componentize_py_types import Err
from wit_world.imports import crypto, types

from bellpull import refusal

PublicKey = crypto.PublicKey


def pem(text: str) -> PublicKey:
    """SubjectPublicKeyInfo as PEM (RFC 7468, section 13)."""
    return PublicKey("pem", text.encode())


def certificate(certificate: bytes) -> PublicKey:
    """An X.509 certificate, DER or PEM."""
    return PublicKey("certificate", certificate)


def ed25519(key: bytes) -> PublicKey:
    """The 32 bytes of an Ed25519 key."""
    return PublicKey("ed25519", key)


def credential(key: str) -> PublicKey:
    """The public key in PEM that stands under this key in the Receiver's Secret."""
    return PublicKey("credential", key.encode())


def check(
    key: PublicKey, algorithm: str, message: list[types.Part], signature: bytes
) -> None:
    """Raises `unauthenticated` unless this is a signature of the message, and `unavailable` when the
    key is none. `algorithm` is `rsa-pkcs1-sha1`, `rsa-pkcs1-sha256`, `ecdsa-p256-sha256` or
    `ed25519`. Asks the host."""
    try:
        right = crypto.verify_signature(key, algorithm, message, signature)
    except Err as error:
        raise refusal.unavailable(error.value) from error
    if not right:
        raise refusal.unauthenticated("the signature does not match under the public key")
