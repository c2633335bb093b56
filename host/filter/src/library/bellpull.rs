use super::{Function, function};

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
        "whether some ref that moved matches one of the globs (1 to 8), such as refs/tags/v*: * \
         stays within a level, ** does not; a change without a ref matches, an \
         event without Git changes does not",
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
        "whether some file that was touched is one that the lines of a .gitignore (1 to 8) would \
         name; unknown or incomplete paths count as touched, an event \
         without Git changes touches none",
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
        "whether the action is one of these (1 to 8), in any case",
    ),
    function(
        "isRequest",
        &["Event.isRequest() -> bool"],
        "whether it tells of a pull or merge request",
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
        "whether some request would change a ref that matches one of the globs (1 to 8), as of \
         onRef; a request of which the sender does not say that matches, an event without requests \
         does not",
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
        "whether some request has one of these labels (1 to 8), in any case; a request of which the \
         sender does not tell labels has, an event without requests has not",
    ),
];
