// The one way out. Not part of bellpull.h: a component that imports this must be granted each host.
#ifndef BELLPULL_FETCH_H
#define BELLPULL_FETCH_H

#include "verdicts.h"

// The body of one GET by https, at most 64 KiB, from a host that the description lists. Refuses as
// unavailable when it cannot be had. Asks the host.
BELLPULL_CHECKED bool bellpull_fetch(bellpull_string_t url, bellpull_list_u8_t *body,
                                     bellpull_refusal_t *refusal);

#endif
