#include "events.h"

#include "text.h"

bool bellpull_wanted(bellpull_list_string_t listed, bellpull_string_t event)
{
    return listed.len == 0 || bellpull_is_listed(listed, event);
}

bool bellpull_is_listed(bellpull_list_string_t listed, bellpull_string_t event)
{
    for (size_t at = 0; at < listed.len; at++)
        if (bellpull_equal_ignoring_case(listed.ptr[at], event))
            return true;
    return false;
}

bellpull_list_string_t bellpull_unknown_warnings(bellpull_list_string_t listed, const char *const *known,
                                                 size_t count)
{
    bellpull_list_string_t names = bellpull_texts(known, count);
    bellpull_list_string_t warnings = {.ptr = bellpull_allocate(listed.len, sizeof *warnings.ptr)};
    for (size_t at = 0; at < listed.len; at++) {
        if (!bellpull_is_listed(names, listed.ptr[at]))
            warnings.ptr[warnings.len++] =
                BELLPULL_CONCAT(bellpull_text("spec.events: this provider knows no event '"), listed.ptr[at],
                                bellpull_text("'"));
    }
    return warnings;
}
