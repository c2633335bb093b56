use super::{Function, function};

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
        "whether a text is part of it",
    ),
    function(
        "endsWith",
        &["string.endsWith(string) -> bool"],
        "whether it ends so",
    ),
    function(
        "startsWith",
        &["string.startsWith(string) -> bool"],
        "whether it starts so",
    ),
    function(
        "format",
        &["string.format(list(dyn)) -> string"],
        "the text with %s, %d, %f, %e, %b, %o, %x and %X filled in",
    ),
    function(
        "indexOf",
        &[
            "string.indexOf(string) -> int",
            "string.indexOf(string, int) -> int",
        ],
        "where a text first is, or -1",
    ),
    function(
        "lastIndexOf",
        &[
            "string.lastIndexOf(string) -> int",
            "string.lastIndexOf(string, int) -> int",
        ],
        "where a text last is, or -1",
    ),
    function(
        "join",
        &[
            "list(string).join() -> string",
            "list(string).join(string) -> string",
        ],
        "the texts as one, with what stands between them",
    ),
    function(
        "lowerAscii",
        &["string.lowerAscii() -> string"],
        "A to Z in lower case",
    ),
    function(
        "upperAscii",
        &["string.upperAscii() -> string"],
        "a to z in upper case",
    ),
    function(
        "matches",
        &[
            "matches(string, string) -> bool",
            "string.matches(string) -> bool",
        ],
        "whether an RE2 expression matches somewhere in it",
    ),
    function(
        "replace",
        &[
            "string.replace(string, string) -> string",
            "string.replace(string, string, int) -> string",
        ],
        "with a text replaced: all of them, or so many",
    ),
    function(
        "reverse",
        &["string.reverse() -> string"],
        "the code points backwards",
    ),
    function(
        "split",
        &[
            "string.split(string) -> list(string)",
            "string.split(string, int) -> list(string)",
        ],
        "the parts between a text; at most so many",
    ),
    function(
        "strings.quote",
        &["strings.quote(string) -> string"],
        "as a quoted text",
    ),
    function(
        "substring",
        &[
            "string.substring(int) -> string",
            "string.substring(int, int) -> string",
        ],
        "from an index, and up to one",
    ),
    function(
        "trim",
        &["string.trim() -> string"],
        "without white space at its ends",
    ),
    function(
        "base64.decode",
        &["base64.decode(string) -> bytes"],
        "the bytes that standard base64 stands for",
    ),
    function(
        "base64.encode",
        &["base64.encode(bytes) -> string"],
        "standard base64 of bytes",
    ),
];
