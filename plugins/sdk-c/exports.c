// Hands the calls of the host to the provider, with everything that it may fill in empty.
#include "bellpull.h"

void exports_bellpull_describe(bellpull_description_t *description)
{
    *description = (bellpull_description_t){0};
    provider_describe(description);
}

bool exports_bellpull_configure(bellpull_receiver_t *receiver, bellpull_binding_t *binding,
                                bellpull_problems_t *problems)
{
    *binding = (bellpull_binding_t){0};
    *problems = (bellpull_problems_t){0};
    return provider_configure(receiver, binding, problems);
}

bool exports_bellpull_receive(bellpull_receiver_t *receiver, bellpull_verdict_t *verdict,
                              bellpull_refusal_t *refusal)
{
    *verdict = (bellpull_verdict_t){0};
    *refusal = (bellpull_refusal_t){0};
    return provider_receive(receiver, verdict, refusal);
}
