// The body, and the JSON in it, which the host parses. The host allows this once the bound checks have
// succeeded.
#ifndef BELLPULL_BODY_H
#define BELLPULL_BODY_H

#include "verdicts.h"

// A document. It need not be dropped.
typedef bellpull_document_own_json_t bellpull_json_t;

// The body as a JSON object, whatever its content type says. Refuses as malformed a body that does not begin
// as an object, or may not be read yet. Only the first bellpull_select parses it to its end. Asks the host.
BELLPULL_CHECKED bool bellpull_body_json(bellpull_json_t *document, bellpull_refusal_t *refusal);

// The JSON in the one field `field` of a form. Refuses as malformed a body without it. Asks the host.
BELLPULL_CHECKED bool bellpull_form_json(const char *field, bellpull_json_t *document,
                                         bellpull_refusal_t *refusal);

// bellpull_body_json or bellpull_form_json, as the content type says. Refuses any other as malformed. Asks
// the host.
BELLPULL_CHECKED bool bellpull_body_or_form_json(const char *field, bellpull_json_t *document,
                                                 bellpull_refusal_t *refusal);

// The body's exact bytes. Refuses as malformed a body that may not be read yet, or that holds a secret. Asks
// the host.
BELLPULL_CHECKED bool bellpull_body(bellpull_list_u8_t *bytes, bellpull_refusal_t *refusal);

// spec.config, an empty object where the Receiver has none. Asks the host, in provider_configure too.
bellpull_json_t bellpull_config_json(void);

// The format of a body by its content type (RFC 9110, section 8.3).
typedef enum bellpull_format_t {
    BELLPULL_FORMAT_OTHER,
    // `application/json`
    BELLPULL_FORMAT_JSON,
    // `application/x-www-form-urlencoded`
    BELLPULL_FORMAT_FORM,
} bellpull_format_t;

// Reads a content type, without regard to its case and its parameters.
bellpull_format_t bellpull_format_of(bellpull_string_t content_type);

// Whether the first character that is no white space begins an object.
bool bellpull_begins_object(bellpull_list_u8_t bytes);

#endif
