use super::struct_type::{FieldKind, StructType, field};

pub(crate) static EVENT: StructType = StructType {
    name: "Event",
    fields: &[
        field(
            "kind",
            FieldKind::Text,
            "the sender's name for the event, such as push",
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
            "when the delivery was signed, if the signature covers that time",
        ),
        field(
            "changes",
            FieldKind::Structs(&GIT_CHANGE),
            "Git refs that moved",
        ),
        field(
            "artifacts",
            FieldKind::Structs(&ARTIFACT_CHANGE),
            "artifacts that a registry gained or lost",
        ),
        field(
            "requests",
            FieldKind::Structs(&REQUEST_CHANGE),
            "pull or merge requests",
        ),
        field(
            "others",
            FieldKind::Structs(&OTHER_CHANGE),
            "other changes: buckets, chart indices, builds, alerts",
        ),
    ],
};

pub(crate) static GIT_CHANGE: StructType = StructType {
    name: "GitChange",
    fields: &[
        field(
            "repositories",
            FieldKind::Texts,
            "every URL that the sender gives for the repository",
        ),
        field(
            "ref",
            FieldKind::Text,
            "full name of the ref, such as refs/heads/main",
        ),
        field(
            "before",
            FieldKind::Text,
            "the commit before the change; absent for a new ref",
        ),
        field(
            "after",
            FieldKind::Text,
            "the commit after the change; absent for a deleted ref",
        ),
        field("deleted", FieldKind::Bool, "whether the ref was deleted"),
        field(
            "paths",
            FieldKind::Texts,
            "the files that changed, as far as the sender tells",
        ),
        field(
            "pathsComplete",
            FieldKind::Bool,
            "whether paths has all files that changed",
        ),
    ],
};

pub(crate) static ARTIFACT_CHANGE: StructType = StructType {
    name: "ArtifactChange",
    fields: &[
        field(
            "repositories",
            FieldKind::Texts,
            "every name of the repository: registry and path, without a scheme",
        ),
        field("tag", FieldKind::Text, "the tag"),
        field("digest", FieldKind::Text, "the digest with its algorithm"),
        field(
            "deleted",
            FieldKind::Bool,
            "whether the artifact was deleted",
        ),
    ],
};

pub(crate) static REQUEST_CHANGE: StructType = StructType {
    name: "RequestChange",
    fields: &[
        field(
            "repositories",
            FieldKind::Texts,
            "every URL of the repository that the request would change",
        ),
        field(
            "number",
            FieldKind::Text,
            "the number that people use, such as 17",
        ),
        field(
            "source",
            FieldKind::Text,
            "full name of the ref with the changes",
        ),
        field(
            "target",
            FieldKind::Text,
            "full name of the ref that the request would change",
        ),
        field("head", FieldKind::Text, "the last commit of the source ref"),
        field("action", FieldKind::Text, "what happened, such as opened"),
        field(
            "merged",
            FieldKind::Bool,
            "whether the request was merged; absent if the sender does not tell",
        ),
        field(
            "draft",
            FieldKind::Bool,
            "whether the request is a draft; absent if the sender does not tell",
        ),
        field(
            "labels",
            FieldKind::Texts,
            "the labels; absent if the sender does not tell",
        ),
    ],
};

pub(crate) static OTHER_CHANGE: StructType = StructType {
    name: "OtherChange",
    fields: &[
        field("kind", FieldKind::Text, "what changed, such as bucket"),
        field(
            "locations",
            FieldKind::Texts,
            "its addresses, as the spec of a resource would have them",
        ),
        field("name", FieldKind::Text, "its name"),
        field("revision", FieldKind::Text, "its revision"),
        field(
            "attributes",
            FieldKind::TextMap,
            "further facts from the provider",
        ),
    ],
};
