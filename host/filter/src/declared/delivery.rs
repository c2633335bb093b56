use super::struct_type::{FieldKind, StructType, field};

pub(crate) static DELIVERY: StructType = StructType {
    name: "Delivery",
    fields: &[
        field("method", FieldKind::Text, "of HTTP"),
        field(
            "query",
            FieldKind::TextMap,
            "parameters; of a repeated one the first",
        ),
        field(
            "headers",
            FieldKind::TextMap,
            "names in lower case; repeated ones joined by a comma",
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
