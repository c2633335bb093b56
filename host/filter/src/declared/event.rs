use super::struct_type::{FieldKind, StructType, field};

pub(crate) static EVENT: StructType = StructType {
    name: "Event",
    fields: &[
        field(
            "kind",
            FieldKind::Text,
            "the sender's own name for it, such as push",
        ),
        field(
            "action",
            FieldKind::Text,
            "what happened, such as published",
        ),
        field(
            "deliveryId",
            FieldKind::Text,
            "the sender's id of the delivery",
        ),
        field(
            "signedAt",
            FieldKind::Time,
            "when it was signed, where the proof covers that",
        ),
        field(
            "changes",
            FieldKind::Structs(&GIT_CHANGE),
            "refs of Git repositories that moved",
        ),
        field(
            "artifacts",
            FieldKind::Structs(&ARTIFACT_CHANGE),
            "what registries gained or lost",
        ),
        field(
            "requests",
            FieldKind::Structs(&REQUEST_CHANGE),
            "pull or merge requests",
        ),
        field(
            "others",
            FieldKind::Structs(&OTHER_CHANGE),
            "what else changed: buckets, indices of charts, builds, alerts",
        ),
    ],
};

pub(crate) static GIT_CHANGE: StructType = StructType {
    name: "GitChange",
    fields: &[
        field(
            "repositories",
            FieldKind::Texts,
            "every URL of the repository that was sent",
        ),
        field("ref", FieldKind::Text, "full name, such as refs/heads/main"),
        field(
            "before",
            FieldKind::Text,
            "the commit before; absent for a new ref",
        ),
        field(
            "after",
            FieldKind::Text,
            "the commit after; absent for a deleted ref",
        ),
        field("deleted", FieldKind::Bool, "whether the ref is gone"),
        field(
            "paths",
            FieldKind::Texts,
            "files that were touched, as far as they are known",
        ),
        field(
            "pathsComplete",
            FieldKind::Bool,
            "whether those are all of them",
        ),
    ],
};

pub(crate) static ARTIFACT_CHANGE: StructType = StructType {
    name: "ArtifactChange",
    fields: &[
        field(
            "repositories",
            FieldKind::Texts,
            "registry and repository, without a scheme",
        ),
        field("tag", FieldKind::Text, "the tag"),
        field("digest", FieldKind::Text, "the digest with its algorithm"),
        field("deleted", FieldKind::Bool, "whether it is gone"),
    ],
};

pub(crate) static REQUEST_CHANGE: StructType = StructType {
    name: "RequestChange",
    fields: &[
        field(
            "repositories",
            FieldKind::Texts,
            "every URL of the repository that it would change",
        ),
        field(
            "number",
            FieldKind::Text,
            "what people call it by, such as 17",
        ),
        field(
            "source",
            FieldKind::Text,
            "full name of the ref that it is of",
        ),
        field(
            "target",
            FieldKind::Text,
            "full name of the ref that it would change",
        ),
        field("head", FieldKind::Text, "the last commit of the source"),
        field(
            "action",
            FieldKind::Text,
            "what happened to it, such as opened",
        ),
        field(
            "merged",
            FieldKind::Bool,
            "whether it has been merged; absent where the sender does not say",
        ),
        field(
            "draft",
            FieldKind::Bool,
            "whether it is not yet to be merged; absent where the sender does not say",
        ),
        field(
            "labels",
            FieldKind::Texts,
            "its labels; absent where the sender does not say",
        ),
    ],
};

pub(crate) static OTHER_CHANGE: StructType = StructType {
    name: "OtherChange",
    fields: &[
        field("kind", FieldKind::Text, "what it is, such as bucket"),
        field(
            "locations",
            FieldKind::Texts,
            "where it is, as the spec of an object would say",
        ),
        field("name", FieldKind::Text, "its name"),
        field("revision", FieldKind::Text, "which state of it"),
        field(
            "attributes",
            FieldKind::TextMap,
            "what else the provider tells",
        ),
    ],
};
