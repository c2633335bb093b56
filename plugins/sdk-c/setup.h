// What a provider is, and how it binds a Receiver.
#ifndef BELLPULL_SETUP_H
#define BELLPULL_SETUP_H

#include "bindings.h"

// The problems of a Receiver.
typedef exports_bellpull_list_problem_t bellpull_problems_t;

// A component for one spec.type. `version` is one of Semantic Versioning.
bellpull_description_t bellpull_description(const char *provider, const char *version);

// Adds a problem at `at`, an RFC 6901 pointer into the Receiver's spec, such as `/config/header`. The message
// says what is wrong and how to mend it. Returns false, to be passed on.
bool bellpull_problem(bellpull_problems_t *problems, const char *at, bellpull_string_t message);

// Deliveries carry a MAC whose key is the text of `key`.
bellpull_binding_t bellpull_binding_by_signature(const char *key);
// Deliveries present the text of `key` at `place`, which reads as redacted.
bellpull_binding_t bellpull_binding_by_secret(const char *key, bellpull_source_t place);
// Deliveries present a token of one of these issuers at `place`, which reads as redacted.
bellpull_binding_t bellpull_binding_by_token(bellpull_list_string_t issuers, bellpull_source_t place);
// Deliveries come over a connection whose client certificate has one of these names, one a line.
bellpull_binding_t bellpull_binding_by_certificate(bellpull_string_t names);
// Deliveries prove nothing but that they know the path, which is made of `key`.
bellpull_binding_t bellpull_binding_by_path(const char *key);
// The same binding, and deliveries must also come over a connection whose client certificate has one of these
// names, one a line: a subject alternative name, or the whole subject as in RFC 4514, such as
// `CN=sender,O=Acme`. The host refuses every other delivery and does not call the component. A binding by the
// path alone cannot have names.
bellpull_binding_t bellpull_with_client_names(bellpull_binding_t binding, bellpull_string_t names);

// Where a delivery carries a credential.

// A header's whole value.
bellpull_source_t bellpull_in_header(const char *name);
// The text after `Bearer ` in a header, usually `authorization`.
bellpull_source_t bellpull_in_bearer(const char *header);
// The text after another scheme in a header. The scheme compares without case.
bellpull_source_t bellpull_in_scheme(const char *header, const char *scheme);
// The user name of a Basic `authorization`.
bellpull_source_t bellpull_in_basic_username(void);
// The password of a Basic `authorization`.
bellpull_source_t bellpull_in_basic_password(void);
// The value of a cookie.
bellpull_source_t bellpull_in_cookie(const char *name);
// A query parameter, percent-decoded.
bellpull_source_t bellpull_in_query(const char *name);
// A text in the JSON body, by an RFC 6901 pointer that passes only through objects.
bellpull_source_t bellpull_in_member(const char *pointer);
// A field of an `application/x-www-form-urlencoded` body, decoded.
bellpull_source_t bellpull_in_form(const char *field);

#endif
