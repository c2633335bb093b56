// Times, in whole seconds since 1970-01-01T00:00:00Z.
#ifndef BELLPULL_TIMES_H
#define BELLPULL_TIMES_H

#include "verdicts.h"

// The time of this delivery. Asks the host.
uint64_t bellpull_now(void);

// Reads seconds since the epoch, as bellpull_read_decimal.
bool bellpull_unix_seconds(bellpull_string_t text, uint64_t *seconds);

// Reads a time of RFC 3339, such as `2026-01-02T03:04:05.678+01:00`; a fraction is dropped. False for any
// other text, a date that no calendar has, a leap second and a time before 1970.
bool bellpull_rfc3339_seconds(bellpull_string_t text, uint64_t *seconds);

// Writes a time as RFC 3339 in UTC. None after the year 9999, which RFC 3339 cannot express.
bellpull_option_string_t bellpull_rfc3339(uint64_t seconds);

// Refuses as stale a signed time that is more than `tolerance` seconds before or after `now`.
BELLPULL_CHECKED bool bellpull_check_age(uint64_t now, uint64_t signed_at, uint64_t tolerance,
                                         bellpull_refusal_t *refusal);

#endif
