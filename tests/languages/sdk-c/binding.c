#include "check.h"

static void demands_names_beside_another_proof(void)
{
    bellpull_binding_t binding = bellpull_binding_by_signature("token");
    binding = bellpull_with_client_names(binding, text_of("sender.example\nCN=sender"));
    CHECK_TEXT(binding.authentication, "signature");
    CHECK_NUMBER(binding.credentials.len, 1);
    CHECK_NUMBER(binding.extensions.len, 1);
    CHECK_TEXT(binding.extensions.ptr[0].f0, "client-names");
    CHECK_TEXT(binding.extensions.ptr[0].f1, "sender.example\nCN=sender");
}

static void demands_names_alone(void)
{
    bellpull_binding_t binding = bellpull_binding_by_certificate(text_of(""));
    CHECK_TEXT(binding.authentication, "certificate");
    CHECK_NUMBER(binding.credentials.len, 0);
    // The host refuses an empty list. To leave it out would demand less.
    CHECK_NUMBER(binding.extensions.len, 1);
    CHECK_TEXT(binding.extensions.ptr[0].f1, "");
}

static void keeps_other_extensions(void)
{
    bellpull_pair_t macs = {.f0 = text_of("reply-macs"), .f1 = text_of("true")};
    bellpull_binding_t binding = {.extensions = {.ptr = &macs, .len = 1}};
    binding = bellpull_with_client_names(binding, text_of("a"));
    CHECK_NUMBER(binding.extensions.len, 2);
    CHECK_TEXT(binding.extensions.ptr[0].f0, "reply-macs");
    CHECK_TEXT(binding.extensions.ptr[1].f1, "a");
}

int main(void)
{
    demands_names_beside_another_proof();
    demands_names_alone();
    keeps_other_extensions();
    return 0;
}
