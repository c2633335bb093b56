use super::struct_type::{FieldKind, StructType, field};

pub(crate) static DELIVERY: StructType = StructType {
    name: "Delivery",
    fields: &[
        field("method", FieldKind::Text, "the HTTP method"),
        field(
            "query",
            FieldKind::TextMap,
            "the query parameters; the first value of a repeated one",
        ),
        field(
            "headers",
            FieldKind::TextMap,
            "the headers, with names in lower case; values of a repeated one joined by commas",
        ),
    ],
};

pub(crate) static RECEIVER: StructType = StructType {
    name: "Receiver",
    fields: &[
        field("name", FieldKind::Text, "its name"),
        field("namespace", FieldKind::Text, "its namespace"),
        field("labels", FieldKind::TextMap, "its labels"),
        field("annotations", FieldKind::TextMap, "its annotations"),
    ],
};
