#include "facts.h"

#include <string.h>

#include "text.h"

static void *copy_of(const void *elements, size_t count, size_t size)
{
    void *copy = bellpull_allocate(count, size);
    if (count)
        memcpy(copy, elements, count * size);
    return copy;
}

bellpull_list_change_t bellpull_changes(const bellpull_change_t *changes, size_t count)
{
    return (bellpull_list_change_t){.ptr = copy_of(changes, count, sizeof *changes), .len = count};
}

bellpull_list_event_t bellpull_events(const bellpull_event_t *events, size_t count)
{
    return (bellpull_list_event_t){.ptr = copy_of(events, count, sizeof *events), .len = count};
}

bellpull_change_t bellpull_git(bellpull_git_change_t change)
{
    return (bellpull_change_t){.tag = BELLPULL_CHANGE_GIT, .val.git = change};
}

bellpull_change_t bellpull_artifact(bellpull_artifact_change_t change)
{
    return (bellpull_change_t){.tag = BELLPULL_CHANGE_ARTIFACT, .val.artifact = change};
}

bellpull_change_t bellpull_request(bellpull_request_change_t change)
{
    return (bellpull_change_t){.tag = BELLPULL_CHANGE_REQUEST, .val.request = change};
}

bellpull_change_t bellpull_other(bellpull_other_change_t change)
{
    return (bellpull_change_t){.tag = BELLPULL_CHANGE_OTHER, .val.other = change};
}

bellpull_paths_t bellpull_all_paths(bellpull_list_string_t paths)
{
    return (bellpull_paths_t){.tag = BELLPULL_PATHS_COMPLETE, .val.complete = paths};
}
