#include "fetch.h"

bool bellpull_fetch(bellpull_string_t url, bellpull_list_u8_t *body, bellpull_refusal_t *refusal)
{
    bellpull_string_t error;
    if (bellpull_fetch_get(&url, body, &error))
        return true;
    return bellpull_unavailable(refusal, error);
}
