#include "text.h"

#include <stdlib.h>
#include <string.h>

void *bellpull_allocate(size_t count, size_t size)
{
    void *memory = calloc(count ? count : 1, size ? size : 1);
    if (!memory)
        abort();
    return memory;
}

// The contract's texts are not const, and are never written to.
static bellpull_string_t text_at(const void *bytes, size_t length)
{
    return (bellpull_string_t){.ptr = (uint8_t *)bytes, .len = length};
}

bellpull_string_t bellpull_text(const char *literal)
{
    return text_at(literal, strlen(literal));
}

static bool within(uint8_t byte, uint8_t first, uint8_t last)
{
    return first <= byte && byte <= last;
}

// The length of the character at the beginning of the bytes, or 0 if there is none (The Unicode Standard,
// table 3-7). The standard library would ask the locale.
static size_t character_length(const uint8_t *bytes, size_t length)
{
    uint8_t lead = bytes[0], first = 0x80, last = 0xbf;
    size_t needed;
    if (lead < 0x80)
        return 1;
    if (within(lead, 0xc2, 0xdf))
        needed = 2;
    else if (within(lead, 0xe0, 0xef))
        needed = 3;
    else if (within(lead, 0xf0, 0xf4))
        needed = 4;
    else
        return 0;
    if (lead == 0xe0)
        first = 0xa0;
    else if (lead == 0xed)
        last = 0x9f;
    else if (lead == 0xf0)
        first = 0x90;
    else if (lead == 0xf4)
        last = 0x8f;
    if (length < needed || !within(bytes[1], first, last))
        return 0;
    for (size_t at = 2; at < needed; at++)
        if (!within(bytes[at], 0x80, 0xbf))
            return 0;
    return needed;
}

bool bellpull_text_of(bellpull_list_u8_t bytes, bellpull_string_t *text)
{
    for (size_t at = 0; at < bytes.len;) {
        size_t length = character_length(bytes.ptr + at, bytes.len - at);
        if (!length)
            return false;
        at += length;
    }
    *text = text_at(bytes.ptr, bytes.len);
    return true;
}

bellpull_string_t bellpull_decimal(uint64_t number)
{
    enum { LONGEST = 20 };
    uint8_t *digits = bellpull_allocate(LONGEST, 1);
    size_t at = LONGEST;
    do {
        digits[--at] = (uint8_t)('0' + number % 10);
        number /= 10;
    } while (number);
    return text_at(digits + at, LONGEST - at);
}

bool bellpull_read_decimal(bellpull_string_t text, uint64_t *number)
{
    uint64_t read = 0;
    if (text.len == 0)
        return false;
    for (size_t at = 0; at < text.len; at++) {
        if (!within(text.ptr[at], '0', '9'))
            return false;
        uint64_t digit = text.ptr[at] - '0';
        if (read > (UINT64_MAX - digit) / 10)
            return false;
        read = read * 10 + digit;
    }
    *number = read;
    return true;
}

bellpull_string_t bellpull_concat(const bellpull_string_t *texts, size_t count)
{
    size_t length = 0;
    for (size_t at = 0; at < count; at++) {
        if (texts[at].len > SIZE_MAX - length)
            abort();
        length += texts[at].len;
    }
    uint8_t *bytes = bellpull_allocate(length, 1), *end = bytes;
    for (size_t at = 0; at < count; at++) {
        if (texts[at].len)
            memcpy(end, texts[at].ptr, texts[at].len);
        end += texts[at].len;
    }
    return text_at(bytes, length);
}

bool bellpull_equal(bellpull_string_t one, bellpull_string_t other)
{
    return one.len == other.len && (one.len == 0 || memcmp(one.ptr, other.ptr, one.len) == 0);
}

static uint8_t lower(uint8_t byte)
{
    return within(byte, 'A', 'Z') ? (uint8_t)(byte - 'A' + 'a') : byte;
}

bool bellpull_equal_ignoring_case(bellpull_string_t one, bellpull_string_t other)
{
    if (one.len != other.len)
        return false;
    for (size_t at = 0; at < one.len; at++)
        if (lower(one.ptr[at]) != lower(other.ptr[at]))
            return false;
    return true;
}

bool bellpull_after(bellpull_string_t text, const char *prefix, bellpull_string_t *rest)
{
    size_t length = strlen(prefix);
    if (text.len < length || !bellpull_equal(text_at(text.ptr, length), bellpull_text(prefix)))
        return false;
    *rest = length ? text_at(text.ptr + length, text.len - length) : text;
    return true;
}

bellpull_option_string_t bellpull_some(bellpull_string_t text)
{
    return (bellpull_option_string_t){.is_some = true, .val = text};
}

bellpull_list_string_t bellpull_texts(const char *const *literals, size_t count)
{
    bellpull_string_t *texts = bellpull_allocate(count, sizeof *texts);
    for (size_t at = 0; at < count; at++)
        texts[at] = bellpull_text(literals[at]);
    return (bellpull_list_string_t){.ptr = texts, .len = count};
}

bellpull_list_string_t bellpull_one(bellpull_string_t text)
{
    bellpull_string_t *texts = bellpull_allocate(1, sizeof *texts);
    texts[0] = text;
    return (bellpull_list_string_t){.ptr = texts, .len = 1};
}

bool bellpull_holds(bellpull_list_string_t list, bellpull_string_t text)
{
    for (size_t at = 0; at < list.len; at++)
        if (bellpull_equal(list.ptr[at], text))
            return true;
    return false;
}
