// Signatures by public keys. Not part of bellpull.h: a component imports what it uses.
#ifndef BELLPULL_CRYPTO_H
#define BELLPULL_CRYPTO_H

#include "verdicts.h"

typedef bellpull_crypto_public_key_t bellpull_public_key_t;

// SubjectPublicKeyInfo as PEM (RFC 7468, section 13).
bellpull_public_key_t bellpull_pem_key(bellpull_string_t pem);
// An X.509 certificate, DER or PEM.
bellpull_public_key_t bellpull_certificate(bellpull_list_u8_t certificate);
// The 32 bytes of an Ed25519 key.
bellpull_public_key_t bellpull_ed25519_key(bellpull_list_u8_t key);
// The public key in PEM that stands under `key` in the Receiver's Secret.
bellpull_public_key_t bellpull_credential_key(const char *key);

// Checks a signature over the message. `algorithm` is `rsa-pkcs1-sha1`, `rsa-pkcs1-sha256`,
// `ecdsa-p256-sha256` or `ed25519`. Refuses as unauthenticated a signature that does not match, and as
// misconfigured a key that is none. Asks the host.
BELLPULL_CHECKED bool bellpull_signature_check(bellpull_public_key_t key, const char *algorithm,
                                               const bellpull_part_t *message, size_t count,
                                               bellpull_list_u8_t signature, bellpull_refusal_t *refusal);

#endif
