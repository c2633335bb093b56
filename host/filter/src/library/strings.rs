use super::row::{Function, function};

/// Text and bytes.
pub(super) const FUNCTIONS: &[Function] = &[
    function(
        "charAt",
        &["string.charAt(int) -> string"],
        "the code point at an index",
    ),
    function(
        "contains",
        &["string.contains(string) -> bool"],
        "whether the text contains the other",
    ),
    function(
        "endsWith",
        &["string.endsWith(string) -> bool"],
        "whether the text ends with the other",
    ),
    function(
        "startsWith",
        &["string.startsWith(string) -> bool"],
        "whether the text starts with the other",
    ),
    function(
        "format",
        &["string.format(list(dyn)) -> string"],
        "the text with its %s, %d, %f, %e, %b, %o, %x and %X filled in",
    ),
    function(
        "indexOf",
        &[
            "string.indexOf(string) -> int",
            "string.indexOf(string, int) -> int",
        ],
        "the index of the first occurrence, or -1",
    ),
    function(
        "lastIndexOf",
        &[
            "string.lastIndexOf(string) -> int",
            "string.lastIndexOf(string, int) -> int",
        ],
        "the index of the last occurrence, or -1",
    ),
    function(
        "join",
        &[
            "list(string).join() -> string",
            "list(string).join(string) -> string",
        ],
        "the texts as one, with the separator between them",
    ),
    function(
        "lowerAscii",
        &["string.lowerAscii() -> string"],
        "the text with A to Z in lower case",
    ),
    function(
        "upperAscii",
        &["string.upperAscii() -> string"],
        "the text with a to z in upper case",
    ),
    function(
        "matches",
        &[
            "matches(string, string) -> bool",
            "string.matches(string) -> bool",
        ],
        "whether the RE2 expression matches a part of the text",
    ),
    function(
        "replace",
        &[
            "string.replace(string, string) -> string",
            "string.replace(string, string, int) -> string",
        ],
        "the text with all occurrences replaced, or only the first so many",
    ),
    function(
        "reverse",
        &["string.reverse() -> string"],
        "the code points in reverse order",
    ),
    function(
        "split",
        &[
            "string.split(string) -> list(string)",
            "string.split(string, int) -> list(string)",
        ],
        "the parts between separators, at most so many",
    ),
    function(
        "strings.quote",
        &["strings.quote(string) -> string"],
        "the text in quotes, with escapes",
    ),
    function(
        "substring",
        &[
            "string.substring(int) -> string",
            "string.substring(int, int) -> string",
        ],
        "the part from one index to before the other",
    ),
    function(
        "trim",
        &["string.trim() -> string"],
        "the text without white space at its ends",
    ),
    function(
        "base64.decode",
        &["base64.decode(string) -> bytes"],
        "decodes standard base64",
    ),
    function(
        "base64.encode",
        &["base64.encode(bytes) -> string"],
        "encodes as standard base64",
    ),
];
