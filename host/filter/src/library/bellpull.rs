use super::row::{Function, function};

/// What Bellpull adds.
pub(super) const FUNCTIONS: &[Function] = &[
    function(
        "onRef",
        &[
            "Event.onRef(string) -> bool",
            "Event.onRef(string, string) -> bool",
            "Event.onRef(string, string, string) -> bool",
            "Event.onRef(string, string, string, string) -> bool",
            "Event.onRef(string, string, string, string, string) -> bool",
            "Event.onRef(string, string, string, string, string, string) -> bool",
            "Event.onRef(string, string, string, string, string, string, string) -> bool",
            "Event.onRef(string, string, string, string, string, string, string, string) -> bool",
        ],
        "whether a ref that moved matches one of the globs (1 to 8), such as refs/tags/v*. * stays \
         within a level, ** does not. A change without a ref matches, an event without Git changes \
         does not",
    ),
    function(
        "touches",
        &[
            "Event.touches(string) -> bool",
            "Event.touches(string, string) -> bool",
            "Event.touches(string, string, string) -> bool",
            "Event.touches(string, string, string, string) -> bool",
            "Event.touches(string, string, string, string, string) -> bool",
            "Event.touches(string, string, string, string, string, string) -> bool",
            "Event.touches(string, string, string, string, string, string, string) -> bool",
            "Event.touches(string, string, string, string, string, string, string, string) -> bool",
        ],
        "whether a file that changed matches the patterns (1 to 8), which are read as lines of a \
         .gitignore. Unknown or incomplete paths match, an event without Git changes does not",
    ),
    function(
        "isAction",
        &[
            "Event.isAction(string) -> bool",
            "Event.isAction(string, string) -> bool",
            "Event.isAction(string, string, string) -> bool",
            "Event.isAction(string, string, string, string) -> bool",
            "Event.isAction(string, string, string, string, string) -> bool",
            "Event.isAction(string, string, string, string, string, string) -> bool",
            "Event.isAction(string, string, string, string, string, string, string) -> bool",
            "Event.isAction(string, string, string, string, string, string, string, string) -> bool",
        ],
        "whether the action is one of these (1 to 8), ignoring case",
    ),
    function(
        "isRequest",
        &["Event.isRequest() -> bool"],
        "whether the event has a pull or merge request",
    ),
    function(
        "intoRef",
        &[
            "Event.intoRef(string) -> bool",
            "Event.intoRef(string, string) -> bool",
            "Event.intoRef(string, string, string) -> bool",
            "Event.intoRef(string, string, string, string) -> bool",
            "Event.intoRef(string, string, string, string, string) -> bool",
            "Event.intoRef(string, string, string, string, string, string) -> bool",
            "Event.intoRef(string, string, string, string, string, string, string) -> bool",
            "Event.intoRef(string, string, string, string, string, string, string, string) -> bool",
        ],
        "whether a request would change a ref that matches one of the globs (1 to 8), which are \
         those of onRef. A request without a target matches, an event without requests does not",
    ),
    function(
        "hasLabel",
        &[
            "Event.hasLabel(string) -> bool",
            "Event.hasLabel(string, string) -> bool",
            "Event.hasLabel(string, string, string) -> bool",
            "Event.hasLabel(string, string, string, string) -> bool",
            "Event.hasLabel(string, string, string, string, string) -> bool",
            "Event.hasLabel(string, string, string, string, string, string) -> bool",
            "Event.hasLabel(string, string, string, string, string, string, string) -> bool",
            "Event.hasLabel(string, string, string, string, string, string, string, string) -> bool",
        ],
        "whether a request has one of these labels (1 to 8), ignoring case. A request whose labels \
         are unknown matches, an event without requests does not",
    ),
];
