#include "setup.h"

#include <string.h>

#include "text.h"

bellpull_description_t bellpull_description(const char *provider, const char *version)
{
    return (bellpull_description_t){
        .providers = bellpull_one(bellpull_text(provider)),
        .version = bellpull_text(version),
    };
}

bool bellpull_problem(bellpull_problems_t *problems, const char *at, bellpull_string_t message)
{
    size_t before = problems->len;
    bellpull_problem_t *all = bellpull_allocate(before + 1, sizeof *all);
    if (before)
        memcpy(all, problems->ptr, before * sizeof *all);
    all[before] = (bellpull_problem_t){.at = bellpull_text(at), .message = message};
    *problems = (bellpull_problems_t){.ptr = all, .len = before + 1};
    return false;
}

static bellpull_list_credential_t credential(const char *key, bool proves, bellpull_list_source_t presented)
{
    bellpull_credential_t *one = bellpull_allocate(1, sizeof *one);
    *one = (bellpull_credential_t){
        .key = bellpull_text(key),
        .encoding = bellpull_text("text"),
        .proves = proves,
        .presented = presented,
    };
    return (bellpull_list_credential_t){.ptr = one, .len = 1};
}

static bellpull_list_source_t one_place(bellpull_source_t place)
{
    bellpull_source_t *one = bellpull_allocate(1, sizeof *one);
    *one = place;
    return (bellpull_list_source_t){.ptr = one, .len = 1};
}

bellpull_binding_t bellpull_binding_by_signature(const char *key)
{
    return (bellpull_binding_t){
        .authentication = bellpull_text("signature"),
        .credentials = credential(key, true, (bellpull_list_source_t){0}),
    };
}

bellpull_binding_t bellpull_binding_by_secret(const char *key, bellpull_source_t place)
{
    return (bellpull_binding_t){
        .authentication = bellpull_text("secret"),
        .credentials = credential(key, true, one_place(place)),
    };
}

bellpull_binding_t bellpull_binding_by_token(bellpull_list_string_t issuers, bellpull_source_t place)
{
    return (bellpull_binding_t){
        .authentication = bellpull_text("token"),
        .tokens = one_place(place),
        .issuers = issuers,
    };
}

bellpull_binding_t bellpull_binding_by_certificate(bellpull_string_t names)
{
    bellpull_binding_t binding = {.authentication = bellpull_text("certificate")};
    return bellpull_with_client_names(binding, names);
}

bellpull_binding_t bellpull_with_client_names(bellpull_binding_t binding, bellpull_string_t names)
{
    size_t before = binding.extensions.len;
    bellpull_pair_t *all = bellpull_allocate(before + 1, sizeof *all);
    if (before)
        memcpy(all, binding.extensions.ptr, before * sizeof *all);
    all[before] = (bellpull_pair_t){.f0 = bellpull_text("client-names"), .f1 = names};
    binding.extensions = (bellpull_list_pair_t){.ptr = all, .len = before + 1};
    return binding;
}

bellpull_binding_t bellpull_binding_by_path(const char *key)
{
    return (bellpull_binding_t){
        .authentication = bellpull_text("path-only"),
        .credentials = credential(key, false, (bellpull_list_source_t){0}),
    };
}

static bellpull_source_t source(const char *kind, bellpull_list_string_t arguments)
{
    return (bellpull_source_t){.kind = bellpull_text(kind), .arguments = arguments};
}

static bellpull_source_t named_source(const char *kind, const char *argument)
{
    return source(kind, bellpull_one(bellpull_text(argument)));
}

bellpull_source_t bellpull_in_header(const char *name)
{
    return named_source("header", name);
}

bellpull_source_t bellpull_in_bearer(const char *header)
{
    return named_source("bearer", header);
}

bellpull_source_t bellpull_in_scheme(const char *header, const char *scheme)
{
    const char *const arguments[] = {header, scheme};
    return source("scheme", bellpull_texts(BELLPULL_ARRAY(arguments)));
}

bellpull_source_t bellpull_in_basic_username(void)
{
    return source("basic-username", (bellpull_list_string_t){0});
}

bellpull_source_t bellpull_in_basic_password(void)
{
    return source("basic-password", (bellpull_list_string_t){0});
}

bellpull_source_t bellpull_in_cookie(const char *name)
{
    return named_source("cookie", name);
}

bellpull_source_t bellpull_in_query(const char *name)
{
    return named_source("query", name);
}

bellpull_source_t bellpull_in_member(const char *pointer)
{
    return named_source("member", pointer);
}

bellpull_source_t bellpull_in_form(const char *field)
{
    return named_source("form", field);
}
