// What a provider says of a delivery.
#ifndef BELLPULL_VERDICTS_H
#define BELLPULL_VERDICTS_H

#include "bindings.h"

// Marks a result that must be looked at: what it stands for may have failed.
#define BELLPULL_CHECKED __attribute__((warn_unused_result))

// Refusals. Each fills in the refusal and returns false, to be passed on: `return bellpull_malformed(…);`.
// The reason reaches the operator's log and never the sender.

// No proof, or a wrong one: 401.
bool bellpull_unauthenticated(bellpull_refusal_t *refusal, bellpull_string_t reason);
// Not what this provider's sender sends: 400.
bool bellpull_malformed(bellpull_refusal_t *refusal, bellpull_string_t reason);
// Signed, but too old or too new: 401.
bool bellpull_stale(bellpull_refusal_t *refusal, bellpull_string_t reason);
// Keys or certificates could not be had; worth sending again: 503.
bool bellpull_unavailable(bellpull_refusal_t *refusal, bellpull_string_t reason);
// The Receiver cannot work as it stands: 503.
bool bellpull_misconfigured(bellpull_refusal_t *refusal, bellpull_string_t reason);

// Verdicts. Each fills in the verdict and returns true.

// Authentic and wanted: one event.
bool bellpull_accept(bellpull_verdict_t *verdict, bellpull_event_t event);
// Authentic and wanted: several events, or an id or a time of the delivery.
bool bellpull_accept_all(bellpull_verdict_t *verdict, bellpull_acceptance_t acceptance);
// Authentic, but only a test of the connection. `kind` is the sender's name for it.
bool bellpull_ping(bellpull_verdict_t *verdict, bellpull_string_t kind, bellpull_string_t reason);
// Authentic, but spec.events does not list the event of this name.
bool bellpull_not_listed(bellpull_verdict_t *verdict, bellpull_string_t kind);
// Authentic, but nothing has changed.
bool bellpull_no_change(bellpull_verdict_t *verdict, bellpull_string_t reason);
// Authentic, but of no interest for another reason.
bool bellpull_ignore(bellpull_verdict_t *verdict, bellpull_string_t reason);
// An answer to the sender, for handshakes. Nobody is notified.
bool bellpull_reply(bellpull_verdict_t *verdict, bellpull_response_t response);

#endif
