#include "decode.h"

#include "text.h"

// What stands for no digit.
enum { NO_DIGIT = 64 };

static unsigned hex_digit(uint8_t character)
{
    if ('0' <= character && character <= '9')
        return character - '0';
    if ('a' <= character && character <= 'f')
        return character - 'a' + 10u;
    if ('A' <= character && character <= 'F')
        return character - 'A' + 10u;
    return NO_DIGIT;
}

bool bellpull_decode_byte(const uint8_t digits[2], uint8_t *byte)
{
    unsigned high = hex_digit(digits[0]), low = hex_digit(digits[1]);
    if (high == NO_DIGIT || low == NO_DIGIT)
        return false;
    *byte = (uint8_t)(high << 4 | low);
    return true;
}

bool bellpull_decode_hex(bellpull_string_t text, bellpull_list_u8_t *bytes)
{
    if (text.len % 2)
        return false;
    uint8_t *decoded = bellpull_allocate(text.len / 2, 1);
    for (size_t at = 0; at < text.len / 2; at++) {
        if (!bellpull_decode_byte(text.ptr + 2 * at, &decoded[at]))
            return false;
    }
    *bytes = (bellpull_list_u8_t){.ptr = decoded, .len = text.len / 2};
    return true;
}

static unsigned base64_digit(uint8_t character)
{
    if ('A' <= character && character <= 'Z')
        return character - 'A';
    if ('a' <= character && character <= 'z')
        return character - 'a' + 26u;
    if ('0' <= character && character <= '9')
        return character - '0' + 52u;
    if (character == '+')
        return 62;
    return character == '/' ? 63 : NO_DIGIT;
}

bool bellpull_decode_base64(bellpull_string_t text, bellpull_list_u8_t *bytes)
{
    if (text.len % 4)
        return false;
    size_t digits = text.len;
    for (int padding = 0; padding < 2 && digits && text.ptr[digits - 1] == '='; padding++)
        digits--;
    uint8_t *decoded = bellpull_allocate(text.len / 4 * 3, 1);
    size_t length = 0;
    uint32_t bits = 0;
    unsigned held = 0;
    for (size_t at = 0; at < digits; at++) {
        unsigned digit = base64_digit(text.ptr[at]);
        if (digit == NO_DIGIT)
            return false;
        bits = bits << 6 | digit;
        held += 6;
        if (held >= 8) {
            held -= 8;
            decoded[length++] = (uint8_t)(bits >> held);
            bits &= (1u << held) - 1;
        }
    }
    if (bits)
        return false;
    *bytes = (bellpull_list_u8_t){.ptr = decoded, .len = length};
    return true;
}
