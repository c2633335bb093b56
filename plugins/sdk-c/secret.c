#include "secret.h"

#include "text.h"

bool bellpull_secret_check(const char *key, bellpull_refusal_t *refusal)
{
    bellpull_string_t asked = bellpull_text(key);
    if (bellpull_credentials_matches(&asked))
        return true;
    return bellpull_unauthenticated(refusal, BELLPULL_CONCAT(bellpull_text("the delivery does not present '"),
                                                             bellpull_text(key), bellpull_text("'")));
}
