// What a document says, asked by pointers.
#ifndef BELLPULL_SELECTION_H
#define BELLPULL_SELECTION_H

#include "body.h"

// The answers of a document to pointers.
typedef struct bellpull_selection_t {
    const char *const *pointers;
    size_t count;
    bellpull_document_list_value_t *answers;
} bellpull_selection_t;

// Asks the document all pointers of RFC 6901 at once, for each call parses the whole document again. A segment
// `*` stands for each element of an array. Where the answers pass the bounds of the host, the pointers with
// a `*` have none. Refuses as malformed what is not JSON. The pointers must outlive the selection. Asks the
// host.
BELLPULL_CHECKED bool bellpull_select(bellpull_json_t document, const char *const *pointers, size_t count,
                                      bellpull_selection_t *selection, bellpull_refusal_t *refusal);

// A selection of one text for each pointer, for the unit tests of a provider.
bellpull_selection_t bellpull_selection_of(const char *const *pointers, const char *const *texts, size_t count);

// Every answer to a pointer: one for each element if it has a `*`. None if it was not asked.
bellpull_document_list_value_t bellpull_selected(const bellpull_selection_t *selection, const char *pointer);

// The text that the pointer names. An empty text counts as absent: senders write `""` for nothing.
bellpull_option_string_t bellpull_selected_text(const bellpull_selection_t *selection, const char *pointer);

// Every answer that is a text, even an empty one.
bellpull_list_string_t bellpull_selected_texts(const bellpull_selection_t *selection, const char *pointer);

// The boolean that the pointer names.
bellpull_option_bool_t bellpull_selected_boolean(const bellpull_selection_t *selection, const char *pointer);

// The whole, non-negative number that the pointer names. False if there is none.
bool bellpull_selected_number(const bellpull_selection_t *selection, const char *pointer, uint64_t *number);

// Whether the document has something other than null there.
bool bellpull_is_set(const bellpull_selection_t *selection, const char *pointer);

#endif
