use super::row::{Function, function};

/// Sizes, conversions, time, lists, sets and optionals.
pub(super) const FUNCTIONS: &[Function] = &[
    function(
        "bool",
        &["bool(bool) -> bool", "bool(string) -> bool"],
        "converts a text: true, false and their short forms",
    ),
    function(
        "bytes",
        &["bytes(bytes) -> bytes", "bytes(string) -> bytes"],
        "the UTF-8 of a text",
    ),
    function(
        "double",
        &[
            "double(double) -> double",
            "double(int) -> double",
            "double(string) -> double",
            "double(uint) -> double",
        ],
        "converts to a floating-point number",
    ),
    function(
        "duration",
        &[
            "duration(duration) -> duration",
            "duration(int) -> duration",
            "duration(string) -> duration",
        ],
        "converts a text such as 1h30m, or nanoseconds",
    ),
    function(
        "dyn",
        &["dyn(A) -> dyn"],
        "the same value, without a static type",
    ),
    function(
        "first",
        &["list(V).first() -> optional_type(V)"],
        "the first element, as an optional",
    ),
    function(
        "getDate",
        &[
            "timestamp.getDate() -> int",
            "timestamp.getDate(string) -> int",
        ],
        "day of the month, from 1",
    ),
    function(
        "getDayOfMonth",
        &[
            "timestamp.getDayOfMonth() -> int",
            "timestamp.getDayOfMonth(string) -> int",
        ],
        "day of the month, from 0",
    ),
    function(
        "getDayOfWeek",
        &[
            "timestamp.getDayOfWeek() -> int",
            "timestamp.getDayOfWeek(string) -> int",
        ],
        "day of the week, from 0 for Sunday",
    ),
    function(
        "getDayOfYear",
        &[
            "timestamp.getDayOfYear() -> int",
            "timestamp.getDayOfYear(string) -> int",
        ],
        "day of the year, from 0",
    ),
    function(
        "getFullYear",
        &[
            "timestamp.getFullYear() -> int",
            "timestamp.getFullYear(string) -> int",
        ],
        "year",
    ),
    function(
        "getHours",
        &[
            "timestamp.getHours() -> int",
            "timestamp.getHours(string) -> int",
            "duration.getHours() -> int",
        ],
        "hours",
    ),
    function(
        "getMilliseconds",
        &[
            "timestamp.getMilliseconds() -> int",
            "timestamp.getMilliseconds(string) -> int",
            "duration.getMilliseconds() -> int",
        ],
        "milliseconds",
    ),
    function(
        "getMinutes",
        &[
            "timestamp.getMinutes() -> int",
            "timestamp.getMinutes(string) -> int",
            "duration.getMinutes() -> int",
        ],
        "minutes",
    ),
    function(
        "getMonth",
        &[
            "timestamp.getMonth() -> int",
            "timestamp.getMonth(string) -> int",
        ],
        "month, from 0",
    ),
    function(
        "getSeconds",
        &[
            "timestamp.getSeconds() -> int",
            "timestamp.getSeconds(string) -> int",
            "duration.getSeconds() -> int",
        ],
        "seconds",
    ),
    function(
        "hasValue",
        &["optional_type(V).hasValue() -> bool"],
        "whether the optional has a value",
    ),
    function(
        "int",
        &[
            "int(int) -> int",
            "int(double) -> int",
            "int(duration) -> int",
            "int(string) -> int",
            "int(timestamp) -> int",
            "int(uint) -> int",
        ],
        "converts to an integer: a duration to nanoseconds, a timestamp to seconds",
    ),
    function(
        "last",
        &["list(V).last() -> optional_type(V)"],
        "the last element, as an optional",
    ),
    function(
        "optional.none",
        &["optional.none() -> optional_type(V)"],
        "an optional without a value",
    ),
    function(
        "optional.of",
        &["optional.of(V) -> optional_type(V)"],
        "an optional with the value",
    ),
    function(
        "optional.ofNonZeroValue",
        &["optional.ofNonZeroValue(V) -> optional_type(V)"],
        "an optional with the value, or without one if it is empty, zero, false or null",
    ),
    function(
        "optional.unwrap",
        &["optional.unwrap(list(optional_type(V))) -> list(V)"],
        "the values of the optionals that have one",
    ),
    function(
        "or",
        &["optional_type(V).or(optional_type(V)) -> optional_type(V)"],
        "the first of both that has a value",
    ),
    function(
        "orValue",
        &["optional_type(V).orValue(V) -> V"],
        "the value, or the other if there is none",
    ),
    function(
        "sets.contains",
        &["sets.contains(list(T), list(T)) -> bool"],
        "whether the first has all elements of the second",
    ),
    function(
        "sets.equivalent",
        &["sets.equivalent(list(T), list(T)) -> bool"],
        "whether each contains the other",
    ),
    function(
        "sets.intersects",
        &["sets.intersects(list(T), list(T)) -> bool"],
        "whether the two have an element in common",
    ),
    function(
        "size",
        &[
            "size(bytes) -> int",
            "bytes.size() -> int",
            "size(list(A)) -> int",
            "list(A).size() -> int",
            "size(map(A, B)) -> int",
            "map(A, B).size() -> int",
            "size(string) -> int",
            "string.size() -> int",
        ],
        "the number of code points, bytes, elements or entries",
    ),
    function(
        "string",
        &[
            "string(string) -> string",
            "string(bool) -> string",
            "string(bytes) -> string",
            "string(double) -> string",
            "string(duration) -> string",
            "string(int) -> string",
            "string(timestamp) -> string",
            "string(uint) -> string",
        ],
        "converts to text",
    ),
    function(
        "timestamp",
        &[
            "timestamp(timestamp) -> timestamp",
            "timestamp(int) -> timestamp",
            "timestamp(string) -> timestamp",
        ],
        "converts RFC 3339, or seconds",
    ),
    function("type", &["type(A) -> type(A)"], "the type of a value"),
    function(
        "uint",
        &[
            "uint(uint) -> uint",
            "uint(double) -> uint",
            "uint(int) -> uint",
            "uint(string) -> uint",
        ],
        "converts to an unsigned integer",
    ),
    function(
        "unwrapOpt",
        &["list(optional_type(V)).unwrapOpt() -> list(V)"],
        "the values of the optionals that have one",
    ),
    function(
        "value",
        &["optional_type(V).value() -> V"],
        "the value; an error if there is none",
    ),
];
