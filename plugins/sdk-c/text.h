// Texts, lists of texts, and the memory that they are in.
#ifndef BELLPULL_TEXT_H
#define BELLPULL_TEXT_H

#include "bindings.h"

// An array as two arguments: its address and the number of its elements. The argument must be an array, not
// a pointer.
#define BELLPULL_ARRAY(array) (array), (sizeof(array) / sizeof *(array))

// Memory for `count` elements of `size` bytes, all of them zero. Never NULL: a component that has no memory
// left is ended.
void *bellpull_allocate(size_t count, size_t size);

// A literal as a text, without a copy.
bellpull_string_t bellpull_text(const char *literal);

// Bytes as a text, without a copy. False when they are not UTF-8.
bool bellpull_text_of(bellpull_list_u8_t bytes, bellpull_string_t *text);

// A number in decimal digits.
bellpull_string_t bellpull_decimal(uint64_t number);

// Reads decimal digits and nothing else. False for a sign, a space, a fraction or a number that does not fit
// 64 bits.
bool bellpull_read_decimal(bellpull_string_t text, uint64_t *number);

// The texts one after another, as in
// `BELLPULL_CONCAT(bellpull_text("event "), kind, bellpull_text(" is not listed"))`.
#define BELLPULL_CONCAT(...)                                                                                   \
    bellpull_concat((const bellpull_string_t[]){__VA_ARGS__},                                                  \
                    sizeof((const bellpull_string_t[]){__VA_ARGS__}) / sizeof(bellpull_string_t))
bellpull_string_t bellpull_concat(const bellpull_string_t *texts, size_t count);

// Whether the texts are the same.
bool bellpull_equal(bellpull_string_t one, bellpull_string_t other);

// Whether the texts are the same but for the case of ASCII letters.
bool bellpull_equal_ignoring_case(bellpull_string_t one, bellpull_string_t other);

// Whether the text begins with `prefix`. If so, `rest` is what follows, without a copy.
bool bellpull_after(bellpull_string_t text, const char *prefix, bellpull_string_t *rest);

// The text in an option.
bellpull_option_string_t bellpull_some(bellpull_string_t text);

// A list of literals.
bellpull_list_string_t bellpull_texts(const char *const *literals, size_t count);

// A list of one text.
bellpull_list_string_t bellpull_one(bellpull_string_t text);

// Whether the list holds the text.
bool bellpull_holds(bellpull_list_string_t list, bellpull_string_t text);

#endif
