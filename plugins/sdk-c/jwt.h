// Tokens of issuers. Not part of bellpull.h: a component that imports this must be granted `jwt`.
#ifndef BELLPULL_JWT_H
#define BELLPULL_JWT_H

#include "body.h"

// The claims of the token that the delivery presents at one of the places of the binding, once its signature,
// issuer, audience and times are right. `issuers` are of those that the binding lists. Refuses as
// unauthenticated any other token, and as unavailable where the issuer's keys could not be had. Asks the
// host.
BELLPULL_CHECKED bool bellpull_token_check(bellpull_list_string_t issuers, bellpull_list_string_t audiences,
                                           bellpull_json_t *claims, bellpull_refusal_t *refusal);

#endif
