#include "form.h"

#include <string.h>

#include "body.h"
#include "decode.h"
#include "text.h"

// The bytes before the first `end`. What follows it is left in `rest`.
static bellpull_string_t cut(bellpull_string_t *rest, char end)
{
    const uint8_t *found = rest->len ? memchr(rest->ptr, end, rest->len) : NULL;
    bellpull_string_t before = *rest;
    if (found)
        before.len = (size_t)(found - rest->ptr);
    size_t passed = found ? before.len + 1 : before.len;
    *rest = (bellpull_string_t){.ptr = passed ? rest->ptr + passed : rest->ptr, .len = rest->len - passed};
    return before;
}

// Decodes into `decoded`, which is as long as the text at least. False for a `%` without two digits.
static bool decode(bellpull_string_t encoded, uint8_t *decoded, size_t *length)
{
    *length = 0;
    for (size_t at = 0; at < encoded.len; at++) {
        uint8_t character = encoded.ptr[at];
        if (character == '+')
            character = ' ';
        else if (character == '%') {
            if (encoded.len - at < 3 || !bellpull_decode_byte(encoded.ptr + at + 1, &character))
                return false;
            at += 2;
        }
        decoded[(*length)++] = character;
    }
    return true;
}

static bool flawed(bellpull_refusal_t *refusal, const char *name, const char *flaw)
{
    return bellpull_malformed(refusal, BELLPULL_CONCAT(bellpull_text("the form field '"), bellpull_text(name),
                                                       bellpull_text("' "), bellpull_text(flaw)));
}

bool bellpull_form_field(bellpull_list_u8_t form, const char *name, bellpull_option_string_t *value,
                         bellpull_refusal_t *refusal)
{
    bellpull_string_t rest = {.ptr = form.ptr, .len = form.len};
    // Of all names, one after another.
    uint8_t *decoded = bellpull_allocate(form.len, 1);
    size_t length;
    *value = (bellpull_option_string_t){0};
    while (rest.len) {
        bellpull_string_t encoded = cut(&rest, '&');
        bellpull_string_t found = cut(&encoded, '=');
        if (!decode(found, decoded, &length) ||
            !bellpull_equal((bellpull_string_t){.ptr = decoded, .len = length}, bellpull_text(name)))
            continue;
        if (value->is_some)
            return flawed(refusal, name, "is repeated");
        bellpull_list_u8_t bytes = {.ptr = bellpull_allocate(encoded.len, 1)};
        if (!decode(encoded, bytes.ptr, &bytes.len))
            return flawed(refusal, name, "is not encoded as forms are");
        if (!bellpull_text_of(bytes, &value->val))
            return flawed(refusal, name, "is not UTF-8");
        value->is_some = true;
    }
    return true;
}

bool bellpull_form_text(const char *name, bellpull_option_string_t *value, bellpull_refusal_t *refusal)
{
    bellpull_list_u8_t form;
    return bellpull_body(&form, refusal) && bellpull_form_field(form, name, value, refusal);
}
