// Everything that an author needs to write a Bellpull provider in C.
//
// A provider defines the three functions below. The host calls them in a fresh instance, which it drops
// with all of its memory after the delivery. So nothing has to be freed, and what a provider returns may be
// a literal, a static variable or memory of bellpull_allocate. It must not be a local variable.
//
// A function that can refuse returns false and fills in the refusal: pass false on. Functions that ask the
// host say so. They work in a component alone; elsewhere they end the process.
//
// Texts of the host are UTF-8 with a length, and have no zero at their end. Parameters of type
// `const char *` are literals, which end with a zero as usual; none may be NULL.
#ifndef BELLPULL_H
#define BELLPULL_H

#include "bindings.h"
#include "body.h"
#include "decode.h"
#include "events.h"
#include "facts.h"
#include "form.h"
#include "headers.h"
#include "log.h"
#include "mac.h"
#include "parts.h"
#include "secret.h"
#include "selection.h"
#include "setup.h"
#include "text.h"
#include "times.h"
#include "verdicts.h"

// Says what the component is. `description` is empty before.
void provider_describe(bellpull_description_t *description);

// Binds a Receiver and returns true, or returns false with the problems that the Receiver has. `binding` and
// `problems` are empty before. See bellpull_problem.
bool provider_configure(const bellpull_receiver_t *receiver, bellpull_binding_t *binding,
                        bellpull_problems_t *problems);

// Judges the delivery in hand: returns true with a verdict, or false with a refusal. Both are empty before.
bool provider_receive(const bellpull_receiver_t *receiver, bellpull_verdict_t *verdict,
                      bellpull_refusal_t *refusal);

#endif
