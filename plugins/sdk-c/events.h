// Compares the event of a delivery with spec.events.
#ifndef BELLPULL_EVENTS_H
#define BELLPULL_EVENTS_H

#include "bindings.h"

// Whether the list wants this event. An empty list wants every event. Names compare without ASCII case.
bool bellpull_wanted(bellpull_list_string_t listed, bellpull_string_t event);

// Whether the list itself names this event. Then even an event without facts, such as a ping, is wanted.
bool bellpull_is_listed(bellpull_list_string_t listed, bellpull_string_t event);

// A warning for every listed name that is not among `known`, for bellpull_binding_t. The list still filters.
bellpull_list_string_t bellpull_unknown_warnings(bellpull_list_string_t listed, const char *const *known,
                                                 size_t count);

#endif
