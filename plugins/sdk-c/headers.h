// Header values. A repeated header is refused, because readers differ in which value they take.
#ifndef BELLPULL_HEADERS_H
#define BELLPULL_HEADERS_H

#include "verdicts.h"

// The values of a header of this delivery, in order. Names compare without case. Asks the host.
bellpull_list_list_u8_t bellpull_header_values(const char *name);

// The one value among the values of the header `name`, or none. Refuses as malformed a second value, even an
// equal one, and a value that is not UTF-8.
BELLPULL_CHECKED bool bellpull_header_single(const char *name, bellpull_list_list_u8_t values,
                                             bellpull_option_string_t *value, bellpull_refusal_t *refusal);

// The text of a header of this delivery, as bellpull_header_single. Asks the host.
BELLPULL_CHECKED bool bellpull_header(const char *name, bellpull_option_string_t *value,
                                      bellpull_refusal_t *refusal);

// The text of a header that the sender always sends. Refuses as malformed one that is absent, empty,
// repeated or not UTF-8. Asks the host.
BELLPULL_CHECKED bool bellpull_header_required(const char *name, bellpull_string_t *value,
                                               bellpull_refusal_t *refusal);

// The text of a header that decides nothing, such as the id of a delivery. None if it is absent, empty,
// repeated or not UTF-8. Asks the host.
bellpull_option_string_t bellpull_header_informative(const char *name);

#endif
