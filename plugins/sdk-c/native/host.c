// Stands in for the host where a unit test runs: every function that asks it ends the process, but for
// those that write a log.
#include <stdio.h>
#include <stdlib.h>

#include "../bindings.h"

// Nothing is done with what the host would be asked.
#pragma GCC diagnostic ignored "-Wunused-parameter"

_Noreturn static void absent(const char *function)
{
    fprintf(stderr, "%s asks the host, which only a component has: test a function over plain values instead\n",
            function);
    abort();
}

void bellpull_log_write(bellpull_log_level_t level, bellpull_string_t *message)
{
    fprintf(stderr, "%.*s\n", (int)message->len, (const char *)message->ptr);
}

#define ABSENT(result, function, ...)                                                                          \
    result function(__VA_ARGS__)                                                                               \
    {                                                                                                          \
        absent(#function);                                                                                     \
    }

ABSENT(uint64_t, bellpull_clock_now, void)
ABSENT(void, bellpull_delivery_method, bellpull_string_t *ret)
ABSENT(void, bellpull_delivery_query, bellpull_string_t *name, bellpull_list_string_t *ret)
ABSENT(void, bellpull_delivery_header, bellpull_string_t *name, bellpull_list_list_u8_t *ret)
ABSENT(uint64_t, bellpull_delivery_body_length, void)
ABSENT(bool, bellpull_delivery_body, uint64_t offset, uint32_t length, bellpull_list_u8_t *ret,
       bellpull_string_t *err)
ABSENT(bellpull_document_borrow_json_t, bellpull_document_borrow_json, bellpull_document_own_json_t handle)
ABSENT(void, bellpull_document_json_drop_own, bellpull_document_own_json_t handle)
ABSENT(bool, bellpull_document_method_json_select, bellpull_document_borrow_json_t self,
       bellpull_list_string_t *pointers, bellpull_document_list_list_value_t *ret, bellpull_string_t *err)
ABSENT(bool, bellpull_document_from_body, bellpull_document_own_json_t *ret, bellpull_string_t *err)
ABSENT(bool, bellpull_document_from_form, bellpull_string_t *field, bellpull_document_own_json_t *ret,
       bellpull_string_t *err)
ABSENT(bellpull_document_own_json_t, bellpull_document_from_bytes, bellpull_list_u8_t *bytes)
ABSENT(bellpull_document_own_json_t, bellpull_document_from_config, void)
ABSENT(bool, bellpull_credentials_verify_hmac, bellpull_string_t *key, bellpull_string_t *algorithm,
       bellpull_credentials_list_part_t *message, bellpull_list_u8_t *mac)
ABSENT(bool, bellpull_credentials_matches, bellpull_string_t *key)
ABSENT(bool, bellpull_crypto_verify_signature, bellpull_crypto_public_key_t *key, bellpull_string_t *algorithm,
       bellpull_crypto_list_part_t *message, bellpull_list_u8_t *signature, bool *ret, bellpull_string_t *err)
ABSENT(bool, bellpull_jwt_verify, bellpull_jwt_expectation_t *expect, bellpull_jwt_own_json_t *ret,
       bellpull_jwt_failure_t *err)
ABSENT(bool, bellpull_fetch_get, bellpull_string_t *url, bellpull_list_u8_t *ret, bellpull_string_t *err)
