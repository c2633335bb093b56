#include "body.h"

#include <string.h>

#include "headers.h"
#include "selection.h"
#include "text.h"

// Bytes at the beginning of a body that tell whether it is an object. No sender puts more white space before
// it.
enum { OPENING = 4096 };

static bool is_space(uint8_t character)
{
    return character == ' ' || character == '\t' || character == '\n' || character == '\r';
}

bool bellpull_begins_object(bellpull_list_u8_t bytes)
{
    size_t at = 0;
    while (at < bytes.len && is_space(bytes.ptr[at]))
        at++;
    return at < bytes.len && bytes.ptr[at] == '{';
}

// Has the host parse a document whose beginning could not be looked at.
static bool check_parses(bellpull_json_t document, bellpull_refusal_t *refusal)
{
    static const char *const ANYTHING[] = {"/"};
    bellpull_selection_t unused;
    return bellpull_select(document, BELLPULL_ARRAY(ANYTHING), &unused, refusal);
}

bool bellpull_body_json(bellpull_json_t *document, bellpull_refusal_t *refusal)
{
    bellpull_list_u8_t opening;
    bellpull_string_t error;
    bool seen = bellpull_delivery_body(0, OPENING, &opening, &error);
    if (seen && !bellpull_begins_object(opening))
        return bellpull_malformed(refusal, bellpull_text("the body is not a JSON object"));
    if (!bellpull_document_from_body(document, &error))
        return bellpull_malformed(refusal, error);
    return seen || check_parses(*document, refusal);
}

bool bellpull_form_json(const char *field, bellpull_json_t *document, bellpull_refusal_t *refusal)
{
    bellpull_string_t asked = bellpull_text(field), error;
    if (!bellpull_document_from_form(&asked, document, &error))
        return bellpull_malformed(refusal, error);
    return check_parses(*document, refusal);
}

// The media type of a content type, without its parameters.
static bellpull_string_t media_type(bellpull_string_t content_type)
{
    const uint8_t *end = content_type.len ? memchr(content_type.ptr, ';', content_type.len) : NULL;
    if (end)
        content_type.len = (size_t)(end - content_type.ptr);
    while (content_type.len && is_space(content_type.ptr[content_type.len - 1]))
        content_type.len--;
    return content_type;
}

bellpull_format_t bellpull_format_of(bellpull_string_t content_type)
{
    bellpull_string_t type = media_type(content_type);
    if (bellpull_equal_ignoring_case(type, bellpull_text("application/json")))
        return BELLPULL_FORMAT_JSON;
    if (bellpull_equal_ignoring_case(type, bellpull_text("application/x-www-form-urlencoded")))
        return BELLPULL_FORMAT_FORM;
    return BELLPULL_FORMAT_OTHER;
}

bool bellpull_body_or_form_json(const char *field, bellpull_json_t *document, bellpull_refusal_t *refusal)
{
    bellpull_string_t content_type;
    if (!bellpull_header_required("content-type", &content_type, refusal))
        return false;
    switch (bellpull_format_of(content_type)) {
    case BELLPULL_FORMAT_JSON:
        return bellpull_body_json(document, refusal);
    case BELLPULL_FORMAT_FORM:
        return bellpull_form_json(field, document, refusal);
    default:
        return bellpull_malformed(
            refusal,
            bellpull_text("the content type is neither application/json nor a form: set it at the sender"));
    }
}

bool bellpull_body(bellpull_list_u8_t *bytes, bellpull_refusal_t *refusal)
{
    bellpull_string_t error;
    // The host bounds a body far below this.
    uint32_t length = (uint32_t)bellpull_delivery_body_length();
    if (bellpull_delivery_body(0, length, bytes, &error))
        return true;
    return bellpull_malformed(refusal, error);
}

bellpull_json_t bellpull_config_json(void)
{
    return bellpull_document_from_config();
}
