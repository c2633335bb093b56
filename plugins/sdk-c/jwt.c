#include "jwt.h"

bool bellpull_token_check(bellpull_list_string_t issuers, bellpull_list_string_t audiences,
                          bellpull_json_t *claims, bellpull_refusal_t *refusal)
{
    bellpull_jwt_expectation_t expected = {.issuers = issuers, .audiences = audiences};
    bellpull_jwt_failure_t failure;
    if (bellpull_jwt_verify(&expected, claims, &failure))
        return true;
    if (failure.tag == BELLPULL_JWT_FAILURE_UNAVAILABLE)
        return bellpull_unavailable(refusal, failure.val.unavailable);
    return bellpull_unauthenticated(refusal, failure.val.unauthenticated);
}
