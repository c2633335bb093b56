// Secrets that a delivery presents as they are.
#ifndef BELLPULL_SECRET_H
#define BELLPULL_SECRET_H

#include "verdicts.h"

// Whether the delivery presents the value of `key` at the place that the binding gives. Refuses as
// unauthenticated one that does not. Asks the host.
BELLPULL_CHECKED bool bellpull_secret_check(const char *key, bellpull_refusal_t *refusal);

#endif
