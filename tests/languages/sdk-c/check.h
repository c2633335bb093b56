// How a test of the C SDK fails: with what was found and what was expected.
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bellpull.h"

#define CHECK_NUMBER(found, expected) check_number(__FILE__, __LINE__, #found, (found), (expected))
#define CHECK_FALSE(found, input) check_false(__FILE__, __LINE__, #found, (found), (input))
#define CHECK_TEXT(found, expected) check_text(__FILE__, __LINE__, #found, (found), (expected))

static inline void check_number(const char *file, int line, const char *what, uint64_t found, uint64_t expected)
{
    if (found == expected)
        return;
    fprintf(stderr, "%s:%d: %s: found %llu, expected %llu\n", file, line, what, (unsigned long long)found,
            (unsigned long long)expected);
    exit(1);
}

static inline void check_false(const char *file, int line, const char *what, bool found, const char *input)
{
    if (!found)
        return;
    fprintf(stderr, "%s:%d: %s of \"%s\": found true, expected false\n", file, line, what, input);
    exit(1);
}

static inline void check_text(const char *file, int line, const char *what, bellpull_string_t found,
                              const char *expected)
{
    if (bellpull_equal(found, bellpull_text(expected)))
        return;
    fprintf(stderr, "%s:%d: %s: found \"%.*s\", expected \"%s\"\n", file, line, what, (int)found.len,
            (const char *)found.ptr, expected);
    exit(1);
}

// Bytes in memory of exactly their length, so that a read beyond it is found.
static inline bellpull_list_u8_t bytes_of(const char *text)
{
    bellpull_list_u8_t bytes = {.ptr = bellpull_allocate(strlen(text), 1), .len = strlen(text)};
    memcpy(bytes.ptr, text, bytes.len);
    return bytes;
}

static inline bellpull_string_t text_of(const char *text)
{
    bellpull_list_u8_t bytes = bytes_of(text);
    return (bellpull_string_t){.ptr = bytes.ptr, .len = bytes.len};
}

// The values of a header.
static inline bellpull_list_list_u8_t values_of(const char *const *texts, size_t count)
{
    bellpull_list_list_u8_t values = {.ptr = bellpull_allocate(count, sizeof *values.ptr), .len = count};
    for (size_t at = 0; at < count; at++)
        values.ptr[at] = bytes_of(texts[at]);
    return values;
}

#endif
