// The facts that an accepted delivery tells. A fact that is left out is unknown, and filters take that for
// "any": never guess.
#ifndef BELLPULL_FACTS_H
#define BELLPULL_FACTS_H

#include "bindings.h"

// Copies of these changes, for bellpull_event_t.
bellpull_list_change_t bellpull_changes(const bellpull_change_t *changes, size_t count);

// Copies of these events, for bellpull_acceptance_t.
bellpull_list_event_t bellpull_events(const bellpull_event_t *events, size_t count);

// A ref that moved, as in
// `bellpull_git((bellpull_git_change_t){.repositories = bellpull_one(url), .ref = bellpull_some(ref)})`.
bellpull_change_t bellpull_git(bellpull_git_change_t change);
// A tag or digest that a registry gained or lost.
bellpull_change_t bellpull_artifact(bellpull_artifact_change_t change);
// A pull or merge request.
bellpull_change_t bellpull_request(bellpull_request_change_t change);
// A change of something else.
bellpull_change_t bellpull_other(bellpull_other_change_t change);

// The files that a push touched: all of them, for bellpull_git_change_t.
bellpull_paths_t bellpull_all_paths(bellpull_list_string_t paths);

#endif
