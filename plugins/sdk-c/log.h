// Lines for whoever debugs the provider: `bellpull check --log-level info` prints them.
#ifndef BELLPULL_LOG_H
#define BELLPULL_LOG_H

#include "bindings.h"

// Writes a line of the level `debug`. The host cuts it at 1 KiB. Asks the host.
void bellpull_debug(bellpull_string_t message);
// As bellpull_debug, of the level `info`.
void bellpull_info(bellpull_string_t message);
// As bellpull_debug, of the level `warn`.
void bellpull_warn(bellpull_string_t message);

// Ends the component with the reason in the log. The delivery is answered 503. For what the provider itself
// has made impossible; what a sender can cause is refused instead.
_Noreturn void bellpull_fault(const char *reason);

#endif
