#include "selection.h"

#include <string.h>

#include "text.h"

static bool ask(bellpull_json_t document, bellpull_list_string_t pointers,
                bellpull_document_list_list_value_t *answers, bellpull_refusal_t *refusal)
{
    bellpull_string_t error;
    if (bellpull_document_method_json_select(bellpull_document_borrow_json(document), &pointers, answers,
                                             &error))
        return true;
    return bellpull_malformed(refusal, error);
}

// Asks the pointers without a `*` alone, and gives the others no answer.
static bool ask_without_lists(bellpull_json_t document, const bellpull_selection_t *selection,
                              bellpull_refusal_t *refusal)
{
    bellpull_list_string_t single = {.ptr = bellpull_allocate(selection->count, sizeof *single.ptr)};
    for (size_t at = 0; at < selection->count; at++)
        if (!strchr(selection->pointers[at], '*'))
            single.ptr[single.len++] = bellpull_text(selection->pointers[at]);
    bellpull_document_list_list_value_t answers;
    if (!ask(document, single, &answers, refusal))
        return false;
    size_t next = 0;
    for (size_t at = 0; at < selection->count; at++)
        if (!strchr(selection->pointers[at], '*') && next < answers.len)
            selection->answers[at] = answers.ptr[next++];
    return true;
}

bool bellpull_select(bellpull_json_t document, const char *const *pointers, size_t count,
                     bellpull_selection_t *selection, bellpull_refusal_t *refusal)
{
    *selection = (bellpull_selection_t){
        .pointers = pointers,
        .count = count,
        .answers = bellpull_allocate(count, sizeof *selection->answers),
    };
    bellpull_document_list_list_value_t answers;
    if (!ask(document, bellpull_texts(pointers, count), &answers, refusal))
        return ask_without_lists(document, selection, refusal);
    for (size_t at = 0; at < count && at < answers.len; at++)
        selection->answers[at] = answers.ptr[at];
    return true;
}

bellpull_selection_t bellpull_selection_of(const char *const *pointers, const char *const *texts, size_t count)
{
    bellpull_document_list_value_t *answers = bellpull_allocate(count, sizeof *answers);
    for (size_t at = 0; at < count; at++) {
        bellpull_document_value_t *value = bellpull_allocate(1, sizeof *value);
        *value = (bellpull_document_value_t){
            .tag = BELLPULL_DOCUMENT_VALUE_TEXT,
            .val.text = bellpull_text(texts[at]),
        };
        answers[at] = (bellpull_document_list_value_t){.ptr = value, .len = 1};
    }
    return (bellpull_selection_t){.pointers = pointers, .count = count, .answers = answers};
}

bellpull_document_list_value_t bellpull_selected(const bellpull_selection_t *selection, const char *pointer)
{
    for (size_t at = 0; at < selection->count; at++)
        if (strcmp(selection->pointers[at], pointer) == 0)
            return selection->answers[at];
    return (bellpull_document_list_value_t){0};
}

bellpull_list_string_t bellpull_selected_texts(const bellpull_selection_t *selection, const char *pointer)
{
    bellpull_document_list_value_t found = bellpull_selected(selection, pointer);
    bellpull_list_string_t texts = {.ptr = bellpull_allocate(found.len, sizeof *texts.ptr)};
    for (size_t at = 0; at < found.len; at++)
        if (found.ptr[at].tag == BELLPULL_DOCUMENT_VALUE_TEXT)
            texts.ptr[texts.len++] = found.ptr[at].val.text;
    return texts;
}

bellpull_option_string_t bellpull_selected_text(const bellpull_selection_t *selection, const char *pointer)
{
    bellpull_list_string_t texts = bellpull_selected_texts(selection, pointer);
    if (texts.len == 0 || texts.ptr[0].len == 0)
        return (bellpull_option_string_t){0};
    return bellpull_some(texts.ptr[0]);
}

bellpull_option_bool_t bellpull_selected_boolean(const bellpull_selection_t *selection, const char *pointer)
{
    bellpull_document_list_value_t found = bellpull_selected(selection, pointer);
    if (found.len == 0 || found.ptr[0].tag != BELLPULL_DOCUMENT_VALUE_BOOLEAN)
        return (bellpull_option_bool_t){0};
    return (bellpull_option_bool_t){.is_some = true, .val = found.ptr[0].val.boolean};
}

bool bellpull_selected_number(const bellpull_selection_t *selection, const char *pointer, uint64_t *number)
{
    bellpull_document_list_value_t found = bellpull_selected(selection, pointer);
    if (found.len == 0 || found.ptr[0].tag != BELLPULL_DOCUMENT_VALUE_NUMBER)
        return false;
    return bellpull_read_decimal(found.ptr[0].val.number, number);
}

bool bellpull_is_set(const bellpull_selection_t *selection, const char *pointer)
{
    bellpull_document_list_value_t found = bellpull_selected(selection, pointer);
    for (size_t at = 0; at < found.len; at++)
        if (found.ptr[at].tag != BELLPULL_DOCUMENT_VALUE_MISSING &&
            found.ptr[at].tag != BELLPULL_DOCUMENT_VALUE_NULL)
            return true;
    return false;
}
