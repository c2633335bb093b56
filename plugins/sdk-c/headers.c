#include "headers.h"

#include "text.h"

bellpull_list_list_u8_t bellpull_header_values(const char *name)
{
    bellpull_string_t asked = bellpull_text(name);
    bellpull_list_list_u8_t values;
    bellpull_delivery_header(&asked, &values);
    return values;
}

static bool flawed(bellpull_refusal_t *refusal, const char *name, const char *flaw)
{
    return bellpull_malformed(
        refusal, BELLPULL_CONCAT(bellpull_text("header "), bellpull_text(name), bellpull_text(flaw)));
}

bool bellpull_header_single(const char *name, bellpull_list_list_u8_t values, bellpull_option_string_t *value,
                            bellpull_refusal_t *refusal)
{
    *value = (bellpull_option_string_t){0};
    if (values.len == 0)
        return true;
    if (values.len > 1)
        return flawed(refusal, name, " is repeated");
    if (!bellpull_text_of(values.ptr[0], &value->val))
        return flawed(refusal, name, " is not UTF-8");
    value->is_some = true;
    return true;
}

bool bellpull_header(const char *name, bellpull_option_string_t *value, bellpull_refusal_t *refusal)
{
    return bellpull_header_single(name, bellpull_header_values(name), value, refusal);
}

bool bellpull_header_required(const char *name, bellpull_string_t *value, bellpull_refusal_t *refusal)
{
    bellpull_option_string_t found;
    if (!bellpull_header(name, &found, refusal))
        return false;
    if (!found.is_some || found.val.len == 0)
        return flawed(refusal, name, " is missing or empty");
    *value = found.val;
    return true;
}

bellpull_option_string_t bellpull_header_informative(const char *name)
{
    bellpull_option_string_t found;
    bellpull_refusal_t unused;
    if (!bellpull_header(name, &found, &unused) || found.val.len == 0)
        return (bellpull_option_string_t){0};
    return found;
}
