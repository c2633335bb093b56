// Bytes that are written as text.
#ifndef BELLPULL_DECODE_H
#define BELLPULL_DECODE_H

#include "bindings.h"

// Decodes two hexadecimal digits of either case. False for any other character.
bool bellpull_decode_byte(const uint8_t digits[2], uint8_t *byte);

// Decodes hexadecimal digits of either case. False for any other character and for half a byte.
bool bellpull_decode_hex(bellpull_string_t text, bellpull_list_u8_t *bytes);

// Decodes standard padded base64 (RFC 4648, section 4). False for any other character, for padding that is
// missing or surplus, and for bits that no encoder leaves behind the last byte.
bool bellpull_decode_base64(bellpull_string_t text, bellpull_list_u8_t *bytes);

#endif
