use crate::types::Type;

/// Which variables an expression may read, and what it must come to.
#[derive(Clone, Copy, Debug)]
pub struct Scope {
    pub(crate) name: &'static str,
    pub(crate) variables: &'static [&'static Variable],
    pub(crate) result: Wanted,
}

/// What an expression must come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    Bool,
    Anything,
}

impl Scope {
    /// Filters of Receivers: a boolean over the resource, the request, and what Bellpull adds.
    pub const FILTER: Self = Self {
        name: "filter",
        variables: &[&RES, &REQ, &EVENT_VARIABLE, &DELIVERY, &RECEIVER],
        result: Wanted::Bool,
    };
    /// The same where the sender is known by a token.
    pub const FILTER_WITH_CLAIMS: Self = Self {
        name: "filter with claims",
        variables: &[&RES, &REQ, &EVENT_VARIABLE, &DELIVERY, &RECEIVER, &CLAIMS],
        result: Wanted::Bool,
    };
    /// A variable of an OIDC provider: anything, over the claims and earlier variables.
    pub const OIDC_VARIABLE: Self = Self {
        name: "oidc variable",
        variables: &[&CLAIMS, &VARS],
        result: Wanted::Anything,
    };
    /// A validation of an OIDC provider: a boolean, over the claims and the variables.
    pub const OIDC_VALIDATION: Self = Self {
        name: "oidc validation",
        variables: &[&CLAIMS, &VARS],
        result: Wanted::Bool,
    };
    /// No variables and any result: expressions by themselves.
    pub const CONSTANT: Self = Self {
        name: "constant",
        variables: &[],
        result: Wanted::Anything,
    };

    pub(crate) fn variable(&self, name: &str) -> Option<&'static Variable> {
        self.variables
            .iter()
            .copied()
            .find(|variable| variable.name == name)
    }
}

/// A name that expressions may use.
#[derive(Debug)]
pub(crate) struct Variable {
    pub(crate) name: &'static str,
    pub(crate) kind: VariableKind,
    pub(crate) about: &'static str,
}

/// What a variable holds.
#[derive(Debug)]
pub(crate) enum VariableKind {
    /// A JSON object: any member, of any type.
    Json,
    /// An object whose members are known.
    Struct(&'static StructType),
}

impl Variable {
    pub(crate) fn declared(&self) -> Type {
        match self.kind {
            VariableKind::Json => Type::json(),
            VariableKind::Struct(declared) => Type::Struct(declared),
        }
    }
}

/// An object whose members are known before evaluation.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct StructType {
    pub(crate) name: &'static str,
    pub(crate) fields: &'static [Field],
}

impl StructType {
    pub(crate) fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// A member of a declared object.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) kind: FieldKind,
    pub(crate) about: &'static str,
}

/// What a declared member holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FieldKind {
    Bool,
    Text,
    Time,
    Texts,
    TextMap,
    Structs(&'static StructType),
}

impl FieldKind {
    pub(crate) fn declared(self) -> Type {
        match self {
            Self::Bool => Type::Bool,
            Self::Text => Type::String,
            Self::Time => Type::Timestamp,
            Self::Texts => Type::list(Type::String),
            Self::TextMap => Type::map(Type::String, Type::String),
            Self::Structs(of) => Type::list(Type::Struct(of)),
        }
    }
}

const fn field(name: &'static str, kind: FieldKind, about: &'static str) -> Field {
    Field { name, kind, about }
}

static RES: Variable = Variable {
    name: "res",
    kind: VariableKind::Json,
    about: "the resource: apiVersion, kind and metadata, nothing else of it",
};

static REQ: Variable = Variable {
    name: "req",
    kind: VariableKind::Json,
    about: "the payload that the provider unwrapped; else the body, when its type is \
            application/json; else an empty object. Numbers are doubles",
};

static CLAIMS: Variable = Variable {
    name: "claims",
    kind: VariableKind::Json,
    about: "the claims of the verified token",
};

static VARS: Variable = Variable {
    name: "vars",
    kind: VariableKind::Json,
    about: "the variables above this one, by name",
};

static EVENT_VARIABLE: Variable = Variable {
    name: "event",
    kind: VariableKind::Struct(&EVENT),
    about: "what the provider made of the delivery",
};

static DELIVERY: Variable = Variable {
    name: "delivery",
    kind: VariableKind::Struct(&DELIVERY_TYPE),
    about: "the request, without its credentials",
};

static RECEIVER: Variable = Variable {
    name: "receiver",
    kind: VariableKind::Struct(&RECEIVER_TYPE),
    about: "the Receiver that got the delivery",
};

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

pub(crate) static DELIVERY_TYPE: StructType = StructType {
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

pub(crate) static RECEIVER_TYPE: StructType = StructType {
    name: "Receiver",
    fields: &[
        field("name", FieldKind::Text, "its name"),
        field("namespace", FieldKind::Text, "its namespace"),
        field("labels", FieldKind::TextMap, "its labels"),
        field("annotations", FieldKind::TextMap, "its annotations"),
    ],
};
