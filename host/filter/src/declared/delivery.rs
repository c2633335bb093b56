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
        field("client", FieldKind::Struct(&CLIENT), "who sent the request"),
    ],
};

pub(crate) static CLIENT: StructType = StructType {
    name: "Client",
    fields: &[
        field(
            "address",
            FieldKind::Text,
            "the IP address that the request comes from; absent if it is not known",
        ),
        field(
            "subject",
            FieldKind::Text,
            "the subject of the verified client certificate (RFC 4514), such as CN=sender,O=Acme; \
             absent without a certificate",
        ),
        field(
            "names",
            FieldKind::Texts,
            "the alternative names of the verified client certificate: DNS names, email addresses, \
             URIs and IP addresses",
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
