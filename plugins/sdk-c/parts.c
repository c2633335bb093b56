#include "parts.h"

#include "text.h"

static bellpull_part_t piece(const char *kind, bellpull_list_string_t arguments)
{
    return (bellpull_part_t){
        .tag = BELLPULL_PART_PIECE,
        .val.piece = {.kind = bellpull_text(kind), .arguments = arguments},
    };
}

static bellpull_part_t named_piece(const char *kind, const char *argument)
{
    return piece(kind, bellpull_one(bellpull_text(argument)));
}

static bellpull_part_t plain_piece(const char *kind)
{
    return piece(kind, (bellpull_list_string_t){0});
}

bellpull_part_t bellpull_part_body(void)
{
    return plain_piece("body");
}

bellpull_part_t bellpull_part_header(const char *name)
{
    return named_piece("header", name);
}

bellpull_part_t bellpull_part_form(const char *field)
{
    return named_piece("form", field);
}

bellpull_part_t bellpull_part_member(const char *pointer)
{
    return named_piece("member", pointer);
}

bellpull_part_t bellpull_part_method(void)
{
    return plain_piece("method");
}

bellpull_part_t bellpull_part_target(void)
{
    return plain_piece("target");
}

bellpull_part_t bellpull_part_query(void)
{
    return plain_piece("query");
}

bellpull_part_t bellpull_part_parameter(const char *name)
{
    return named_piece("query", name);
}

bellpull_part_t bellpull_part_derived(const char *component)
{
    return plain_piece(component);
}

bellpull_part_t bellpull_part_text(bellpull_string_t text)
{
    return (bellpull_part_t){
        .tag = BELLPULL_PART_BYTES,
        .val.bytes = {.ptr = text.ptr, .len = text.len},
    };
}
