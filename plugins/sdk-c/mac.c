#include "mac.h"

#include "decode.h"
#include "log.h"
#include "text.h"

static const struct {
    const char *name;
    size_t length;
} DIGESTS[] = {
    [BELLPULL_SHA1] = {"sha1", 20},
    [BELLPULL_SHA256] = {"sha256", 32},
    [BELLPULL_SHA384] = {"sha384", 48},
    [BELLPULL_SHA512] = {"sha512", 64},
};

static bellpull_digest_t known(bellpull_digest_t digest)
{
    if ((size_t)digest >= sizeof DIGESTS / sizeof *DIGESTS)
        bellpull_fault("a digest that is none of bellpull_digest_t");
    return digest;
}

const char *bellpull_digest_name(bellpull_digest_t digest)
{
    return DIGESTS[known(digest)].name;
}

size_t bellpull_digest_length(bellpull_digest_t digest)
{
    return DIGESTS[known(digest)].length;
}

static bool flawed(bellpull_refusal_t *refusal, const char *header, const char *flaw)
{
    return bellpull_unauthenticated(refusal,
                                    BELLPULL_CONCAT(bellpull_text("signature header "), bellpull_text(header),
                                                    bellpull_text(" "), bellpull_text(flaw)));
}

static bool only(const char *header, bellpull_list_list_u8_t values, bellpull_string_t *value,
                 bellpull_refusal_t *refusal)
{
    if (values.len == 0)
        return flawed(refusal, header, "is missing");
    if (values.len > 1)
        return flawed(refusal, header, "is repeated");
    if (values.ptr[0].len == 0)
        return flawed(refusal, header, "is empty");
    *value = (bellpull_string_t){.ptr = values.ptr[0].ptr, .len = values.ptr[0].len};
    return true;
}

typedef bool decoder(bellpull_string_t text, bellpull_list_u8_t *bytes);

static bool decoded(const char *header, bellpull_digest_t digest, bellpull_string_t encoded, decoder *decode,
                    bellpull_mac_t *mac, bellpull_refusal_t *refusal)
{
    *mac = (bellpull_mac_t){.digest = digest};
    if (!decode(encoded, &mac->bytes))
        return flawed(refusal, header, "cannot be decoded");
    if (mac->bytes.len != bellpull_digest_length(digest))
        return flawed(refusal, header, "is not as long as its digest");
    return true;
}

static bool prefixed(const char *header, const char *prefix, bellpull_digest_t digest,
                     bellpull_list_list_u8_t values, decoder *decode, bellpull_mac_t *mac,
                     bellpull_refusal_t *refusal)
{
    bellpull_string_t value, encoded;
    if (!only(header, values, &value, refusal))
        return false;
    if (!bellpull_after(value, prefix, &encoded))
        return flawed(refusal, header, "does not begin with its prefix");
    return decoded(header, digest, encoded, decode, mac, refusal);
}

bool bellpull_mac_hex(const char *header, const char *prefix, bellpull_digest_t digest,
                      bellpull_list_list_u8_t values, bellpull_mac_t *mac, bellpull_refusal_t *refusal)
{
    return prefixed(header, prefix, digest, values, bellpull_decode_hex, mac, refusal);
}

bool bellpull_mac_base64(const char *header, const char *prefix, bellpull_digest_t digest,
                         bellpull_list_list_u8_t values, bellpull_mac_t *mac, bellpull_refusal_t *refusal)
{
    return prefixed(header, prefix, digest, values, bellpull_decode_base64, mac, refusal);
}

bool bellpull_mac_named_hex(const char *header, const bellpull_digest_t *digests, size_t count,
                            bellpull_list_list_u8_t values, bellpull_mac_t *mac, bellpull_refusal_t *refusal)
{
    bellpull_string_t value, rest, encoded;
    if (!only(header, values, &value, refusal))
        return false;
    for (size_t at = 0; at < count; at++) {
        if (bellpull_after(value, bellpull_digest_name(digests[at]), &rest) &&
            bellpull_after(rest, "=", &encoded))
            return decoded(header, digests[at], encoded, bellpull_decode_hex, mac, refusal);
    }
    return flawed(refusal, header, "names no algorithm that is accepted");
}

bool bellpull_mac_matches(const bellpull_mac_t *mac, const char *key, const bellpull_part_t *message,
                          size_t count)
{
    bellpull_string_t asked = bellpull_text(key);
    bellpull_string_t algorithm = bellpull_text(bellpull_digest_name(mac->digest));
    bellpull_list_u8_t bytes = mac->bytes;
    bellpull_credentials_list_part_t parts = {.ptr = (bellpull_part_t *)message, .len = count};
    return bellpull_credentials_verify_hmac(&asked, &algorithm, &parts, &bytes);
}

bool bellpull_mac_check(const bellpull_mac_t *mac, const char *key, const bellpull_part_t *message,
                        size_t count, bellpull_refusal_t *refusal)
{
    if (bellpull_mac_matches(mac, key, message, count))
        return true;
    return bellpull_unauthenticated(refusal,
                                    BELLPULL_CONCAT(bellpull_text("the signature does not match under '"),
                                                    bellpull_text(key), bellpull_text("'")));
}
