#include "verdicts.h"

#include "facts.h"
#include "text.h"

// The texts of all refusals lie at the same place.
static bool refuse(bellpull_refusal_t *refusal, uint8_t tag, bellpull_string_t reason)
{
    *refusal = (bellpull_refusal_t){.tag = tag, .val.unauthenticated = reason};
    return false;
}

bool bellpull_unauthenticated(bellpull_refusal_t *refusal, bellpull_string_t reason)
{
    return refuse(refusal, BELLPULL_REFUSAL_UNAUTHENTICATED, reason);
}

bool bellpull_malformed(bellpull_refusal_t *refusal, bellpull_string_t reason)
{
    return refuse(refusal, BELLPULL_REFUSAL_MALFORMED, reason);
}

bool bellpull_stale(bellpull_refusal_t *refusal, bellpull_string_t reason)
{
    return refuse(refusal, BELLPULL_REFUSAL_STALE, reason);
}

bool bellpull_unavailable(bellpull_refusal_t *refusal, bellpull_string_t reason)
{
    return refuse(refusal, BELLPULL_REFUSAL_UNAVAILABLE, reason);
}

bool bellpull_misconfigured(bellpull_refusal_t *refusal, bellpull_string_t reason)
{
    return refuse(refusal, BELLPULL_REFUSAL_MISCONFIGURED, reason);
}

bool bellpull_accept(bellpull_verdict_t *verdict, bellpull_event_t event)
{
    bellpull_acceptance_t acceptance = {.events = bellpull_events(&event, 1), .complete = true};
    return bellpull_accept_all(verdict, acceptance);
}

bool bellpull_accept_all(bellpull_verdict_t *verdict, bellpull_acceptance_t acceptance)
{
    *verdict = (bellpull_verdict_t){.tag = BELLPULL_VERDICT_ACCEPT, .val.accept = acceptance};
    return true;
}

static bool ignore(bellpull_verdict_t *verdict, bellpull_disinterest_t disinterest)
{
    *verdict = (bellpull_verdict_t){.tag = BELLPULL_VERDICT_IGNORE, .val.ignore = disinterest};
    return true;
}

static bellpull_option_event_t event_of(bellpull_string_t kind)
{
    return (bellpull_option_event_t){.is_some = true, .val = {.kind = kind}};
}

bool bellpull_ping(bellpull_verdict_t *verdict, bellpull_string_t kind, bellpull_string_t reason)
{
    return ignore(verdict, (bellpull_disinterest_t){
                               .class_ = bellpull_text("ping"),
                               .reason = reason,
                               .event = event_of(kind),
                           });
}

bool bellpull_not_listed(bellpull_verdict_t *verdict, bellpull_string_t kind)
{
    return ignore(verdict,
                  (bellpull_disinterest_t){
                      .class_ = bellpull_text("not-listed"),
                      .reason = BELLPULL_CONCAT(bellpull_text("event "), kind, bellpull_text(" is not listed")),
                      .event = event_of(kind),
                  });
}

bool bellpull_no_change(bellpull_verdict_t *verdict, bellpull_string_t reason)
{
    return ignore(verdict, (bellpull_disinterest_t){.class_ = bellpull_text("no-change"), .reason = reason});
}

bool bellpull_ignore(bellpull_verdict_t *verdict, bellpull_string_t reason)
{
    return ignore(verdict, (bellpull_disinterest_t){.class_ = bellpull_text("other"), .reason = reason});
}

bool bellpull_reply(bellpull_verdict_t *verdict, bellpull_response_t response)
{
    *verdict = (bellpull_verdict_t){.tag = BELLPULL_VERDICT_REPLY, .val.reply = response};
    return true;
}
