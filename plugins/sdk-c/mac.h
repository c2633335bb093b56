// MACs that a delivery presents.
#ifndef BELLPULL_MAC_H
#define BELLPULL_MAC_H

#include "parts.h"
#include "verdicts.h"

// A hash function of an HMAC (RFC 2104). BELLPULL_SHA1 is for senders that have nothing stronger.
typedef enum bellpull_digest_t {
    BELLPULL_SHA1,
    BELLPULL_SHA256,
    BELLPULL_SHA384,
    BELLPULL_SHA512,
} bellpull_digest_t;

// Its name in the contract. Senders write the same name before `=`.
const char *bellpull_digest_name(bellpull_digest_t digest);
// The length of a digest in bytes.
size_t bellpull_digest_length(bellpull_digest_t digest);

// A MAC that a delivery presents. It is decoded and as long as its digest, but not yet checked.
typedef struct bellpull_mac_t {
    bellpull_digest_t digest;
    bellpull_list_u8_t bytes;
} bellpull_mac_t;

// Reads a MAC in hexadecimal, after `prefix`, from the one value of `header`. The prefix compares exactly,
// the digits without case. Refuses as unauthenticated a header that is missing, empty or repeated, does not
// begin with the prefix, or does not hold exactly one digest after it.
BELLPULL_CHECKED bool bellpull_mac_hex(const char *header, const char *prefix, bellpull_digest_t digest,
                                       bellpull_list_list_u8_t values, bellpull_mac_t *mac,
                                       bellpull_refusal_t *refusal);

// As bellpull_mac_hex, in standard padded base64 (RFC 4648, section 4).
BELLPULL_CHECKED bool bellpull_mac_base64(const char *header, const char *prefix, bellpull_digest_t digest,
                                          bellpull_list_list_u8_t values, bellpull_mac_t *mac,
                                          bellpull_refusal_t *refusal);

// As bellpull_mac_hex, after the name of one of `digests` and `=`, as in `sha256=0f…`. Refuses the name of
// any other digest.
BELLPULL_CHECKED bool bellpull_mac_named_hex(const char *header, const bellpull_digest_t *digests, size_t count,
                                             bellpull_list_list_u8_t values, bellpull_mac_t *mac,
                                             bellpull_refusal_t *refusal);

// Whether this is the MAC of the message under any active value of the credential `key`. Asks the host.
bool bellpull_mac_matches(const bellpull_mac_t *mac, const char *key, const bellpull_part_t *message,
                          size_t count);

// As bellpull_mac_matches. Refuses as unauthenticated, with the name of the key, a MAC that does not match.
BELLPULL_CHECKED bool bellpull_mac_check(const bellpull_mac_t *mac, const char *key,
                                         const bellpull_part_t *message, size_t count,
                                         bellpull_refusal_t *refusal);

#endif
