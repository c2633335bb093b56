#include "check.h"
#include "decode.h"

#define HEX "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
#define UPPER "757107EA0EB2509FC211221CCE984B8A37570B6D7586C22C46F4379C8B043E17"
#define GOOD "sha256=" HEX
// All digits of HEX but the last two.
#define SHORT "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e"

// The reason why a MAC in hexadecimal is refused, or an empty text.
static bellpull_string_t refused(const char *const *values, size_t count)
{
    bellpull_mac_t mac;
    bellpull_refusal_t refusal;
    if (bellpull_mac_hex("x-sig", "sha256=", BELLPULL_SHA256, values_of(values, count), &mac, &refusal)) {
        CHECK_NUMBER(mac.digest, BELLPULL_SHA256);
        CHECK_NUMBER(mac.bytes.len, 32);
        CHECK_NUMBER(mac.bytes.ptr[0], 0x75);
        CHECK_NUMBER(mac.bytes.ptr[31], 0x17);
        return bellpull_text("");
    }
    CHECK_NUMBER(refusal.tag, BELLPULL_REFUSAL_UNAUTHENTICATED);
    return refusal.val.unauthenticated;
}

static void refuses_what_is_not_exactly_one_digest(void)
{
    static const struct {
        const char *values[2];
        size_t count;
        const char *reason;
    } rows[] = {
        {{GOOD}, 1, ""},
        {{"sha256=" UPPER}, 1, ""},
        {{0}, 0, "signature header x-sig is missing"},
        {{""}, 1, "signature header x-sig is empty"},
        {{GOOD, GOOD}, 2, "signature header x-sig is repeated"},
        {{"sha256="}, 1, "signature header x-sig is not as long as its digest"},
        {{HEX}, 1, "signature header x-sig does not begin with its prefix"},
        {{"SHA256=" HEX}, 1, "signature header x-sig does not begin with its prefix"},
        {{"sha1=" HEX}, 1, "signature header x-sig does not begin with its prefix"},
        {{"sha256=" SHORT "1"}, 1, "signature header x-sig cannot be decoded"},
        {{"sha256=" SHORT}, 1, "signature header x-sig is not as long as its digest"},
        {{GOOD "0"}, 1, "signature header x-sig cannot be decoded"},
        {{GOOD "00"}, 1, "signature header x-sig is not as long as its digest"},
        {{"sha256= " HEX}, 1, "signature header x-sig cannot be decoded"},
        {{GOOD " "}, 1, "signature header x-sig cannot be decoded"},
        {{"sha256=" SHORT "g1"}, 1, "signature header x-sig cannot be decoded"},
    };
    for (size_t at = 0; at < sizeof rows / sizeof *rows; at++)
        CHECK_TEXT(refused(rows[at].values, rows[at].count), rows[at].reason);
}

static void picks_the_named_digest_among_those_accepted(void)
{
    static const bellpull_digest_t accepted[] = {BELLPULL_SHA1, BELLPULL_SHA256};
    static const struct {
        const char *value;
        const char *reason;
    } rows[] = {
        {GOOD, ""},
        {"sha1=" HEX, "signature header x-sig is not as long as its digest"},
        {"sha384=" HEX, "signature header x-sig names no algorithm that is accepted"},
        {"sha1", "signature header x-sig names no algorithm that is accepted"},
        {"=", "signature header x-sig names no algorithm that is accepted"},
    };
    for (size_t at = 0; at < sizeof rows / sizeof *rows; at++) {
        bellpull_list_list_u8_t values = values_of(&rows[at].value, 1);
        bellpull_mac_t mac;
        bellpull_refusal_t refusal = {0};
        if (bellpull_mac_named_hex("x-sig", BELLPULL_ARRAY(accepted), values, &mac, &refusal))
            CHECK_NUMBER(mac.digest, BELLPULL_SHA256);
        CHECK_TEXT(refusal.val.unauthenticated, rows[at].reason);
    }
}

static void decodes_strict_base64(void)
{
    static const char *const wrong[] = {"====", "A",    "AA",   "AAA",    "AA==AA==", "AA=A", "A===",
                                        "AB==", "AAB=", "_-8=", "QUJD\n", " QUJD",    "QUJ D"};
    static const char *const right[][2] = {{"", ""},        {"QQ==", "A"},   {"QUI=", "AB"},
                                           {"QUJD", "ABC"}, {"QUJ+", "AB~"}, {"QUI/", "AB?"}};
    bellpull_list_u8_t bytes;
    for (size_t at = 0; at < sizeof wrong / sizeof *wrong; at++)
        CHECK_FALSE(bellpull_decode_base64(text_of(wrong[at]), &bytes), wrong[at]);
    for (size_t at = 0; at < sizeof right / sizeof *right; at++) {
        CHECK_NUMBER(bellpull_decode_base64(text_of(right[at][0]), &bytes), true);
        CHECK_TEXT(((bellpull_string_t){.ptr = bytes.ptr, .len = bytes.len}), right[at][1]);
    }
    static const char *const header[] = {"v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="};
    bellpull_mac_t mac;
    bellpull_refusal_t refusal;
    CHECK_NUMBER(bellpull_mac_base64("x-sig", "v1,", BELLPULL_SHA256, values_of(header, 1), &mac, &refusal),
                 true);
    CHECK_NUMBER(mac.bytes.ptr[31], 0xe1);
}

static void knows_every_digest(void)
{
    CHECK_TEXT(text_of(bellpull_digest_name(BELLPULL_SHA384)), "sha384");
    CHECK_NUMBER(bellpull_digest_length(BELLPULL_SHA1), 20);
    CHECK_NUMBER(bellpull_digest_length(BELLPULL_SHA512), 64);
}

int main(void)
{
    refuses_what_is_not_exactly_one_digest();
    picks_the_named_digest_among_those_accepted();
    decodes_strict_base64();
    knows_every_digest();
}
