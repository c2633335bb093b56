// Fields of an `application/x-www-form-urlencoded` body. A field that holds JSON is read by bellpull_form_json,
// and the host parses it.
#ifndef BELLPULL_FORM_H
#define BELLPULL_FORM_H

#include "verdicts.h"

// The decoded value of the one field `name` of a form, or none. Refuses as malformed a second value, even an
// equal one, a `%` without two hexadecimal digits, and a value that is not UTF-8.
BELLPULL_CHECKED bool bellpull_form_field(bellpull_list_u8_t form, const char *name,
                                          bellpull_option_string_t *value, bellpull_refusal_t *refusal);

// The text of a field of this delivery's body, as bellpull_form_field. Refuses as malformed a body that may not
// be read yet, or that holds a secret. Asks the host.
BELLPULL_CHECKED bool bellpull_form_text(const char *name, bellpull_option_string_t *value,
                                         bellpull_refusal_t *refusal);

#endif
