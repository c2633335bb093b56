#include "crypto.h"

#include "text.h"

static bellpull_public_key_t key_of(const char *kind, bellpull_list_u8_t bytes)
{
    return (bellpull_public_key_t){.kind = bellpull_text(kind), .key = bytes};
}

static bellpull_list_u8_t bytes_of(bellpull_string_t text)
{
    return (bellpull_list_u8_t){.ptr = text.ptr, .len = text.len};
}

bellpull_public_key_t bellpull_pem_key(bellpull_string_t pem)
{
    return key_of("pem", bytes_of(pem));
}

bellpull_public_key_t bellpull_certificate(bellpull_list_u8_t certificate)
{
    return key_of("certificate", certificate);
}

bellpull_public_key_t bellpull_ed25519_key(bellpull_list_u8_t key)
{
    return key_of("ed25519", key);
}

bellpull_public_key_t bellpull_credential_key(const char *key)
{
    return key_of("credential", bytes_of(bellpull_text(key)));
}

bool bellpull_signature_check(bellpull_public_key_t key, const char *algorithm, const bellpull_part_t *message,
                              size_t count, bellpull_list_u8_t signature, bellpull_refusal_t *refusal)
{
    bellpull_string_t asked = bellpull_text(algorithm), error;
    bellpull_crypto_list_part_t parts = {.ptr = (bellpull_part_t *)message, .len = count};
    bool matches;
    if (!bellpull_crypto_verify_signature(&key, &asked, &parts, &signature, &matches, &error))
        return bellpull_misconfigured(refusal, error);
    return matches || bellpull_unauthenticated(refusal, bellpull_text("the signature does not match"));
}
