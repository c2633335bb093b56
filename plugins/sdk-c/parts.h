// Parts of a signed message, which is the concatenation of its parts.
#ifndef BELLPULL_PARTS_H
#define BELLPULL_PARTS_H

#include "bindings.h"

// The body's exact bytes.
bellpull_part_t bellpull_part_body(void);
// The one value of a header.
bellpull_part_t bellpull_part_header(const char *name);
// The one decoded value of a form field.
bellpull_part_t bellpull_part_form(const char *field);
// The one text in the JSON body, by an RFC 6901 pointer that passes only through objects.
bellpull_part_t bellpull_part_member(const char *pointer);
// The method, in upper case.
bellpull_part_t bellpull_part_method(void);
// The request target. It contains the secret path, so it can be signed but not read.
bellpull_part_t bellpull_part_target(void);
// The query string without `?`.
bellpull_part_t bellpull_part_query(void);
// The one value of a query parameter, percent-decoded.
bellpull_part_t bellpull_part_parameter(const char *name);
// A derived component of RFC 9421 by its name there: `@authority`, `@path` or `@query`.
bellpull_part_t bellpull_part_derived(const char *component);
// A text that the component chooses.
bellpull_part_t bellpull_part_text(bellpull_string_t text);

#endif
