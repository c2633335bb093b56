use crate::declared::{self, StructType};
use crate::types::Type;

/// The variables that an expression may read, and the result that it must have.
#[derive(Clone, Copy, Debug)]
pub struct ExpressionScope {
    pub(crate) name: &'static str,
    pub(crate) variables: &'static [&'static Variable],
    pub(crate) result: ExpectedResult,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExpectedResult {
    Bool,
    Anything,
}

impl ExpressionScope {
    /// A filter of a Receiver: a boolean over the resource, the request, and what Bellpull adds.
    pub const FILTER: Self = Self {
        name: "filter",
        variables: &[&RES, &REQ, &EVENT, &DELIVERY, &RECEIVER],
        result: ExpectedResult::Bool,
    };
    /// A filter of a Receiver that authenticates by a token, whose claims it may read.
    pub const FILTER_WITH_CLAIMS: Self = Self {
        name: "filter with claims",
        variables: &[&RES, &REQ, &EVENT, &DELIVERY, &RECEIVER, &CLAIMS],
        result: ExpectedResult::Bool,
    };
    /// A variable of an OIDC provider: any type, over the claims and the variables before it.
    pub const OIDC_VARIABLE: Self = Self {
        name: "oidc variable",
        variables: &[&CLAIMS, &VARS],
        result: ExpectedResult::Anything,
    };
    /// A validation of an OIDC provider: a boolean, over the claims and the variables.
    pub const OIDC_VALIDATION: Self = Self {
        name: "oidc validation",
        variables: &[&CLAIMS, &VARS],
        result: ExpectedResult::Bool,
    };
    /// An expression without variables, of any type.
    pub const CONSTANT: Self = Self {
        name: "constant",
        variables: &[],
        result: ExpectedResult::Anything,
    };

    pub(crate) fn variable(&self, name: &str) -> Option<&'static Variable> {
        self.variables
            .iter()
            .copied()
            .find(|variable| variable.name == name)
    }
}

#[derive(Debug)]
pub(crate) struct Variable {
    pub(crate) name: &'static str,
    pub(crate) kind: VariableKind,
    pub(crate) about: &'static str,
}

#[derive(Debug)]
pub(crate) enum VariableKind {
    /// A JSON object, with any members of any type.
    Json,
    /// An object with declared members.
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

static RES: Variable = Variable {
    name: "res",
    kind: VariableKind::Json,
    about: "the resource, with its apiVersion, kind and metadata only",
};

static REQ: Variable = Variable {
    name: "req",
    kind: VariableKind::Json,
    about: "the payload that the provider unwrapped; else the body, if its type is \
            application/json; else an empty object. Numbers are doubles",
};

static CLAIMS: Variable = Variable {
    name: "claims",
    kind: VariableKind::Json,
    about: "the claims of the verified token; only Receivers of generic-oidc have it",
};

static VARS: Variable = Variable {
    name: "vars",
    kind: VariableKind::Json,
    about: "the variables before this one, by name",
};

static EVENT: Variable = Variable {
    name: "event",
    kind: VariableKind::Struct(&declared::EVENT),
    about: "the event that the provider found in the delivery",
};

static DELIVERY: Variable = Variable {
    name: "delivery",
    kind: VariableKind::Struct(&declared::DELIVERY),
    about: "the request, without its credentials",
};

static RECEIVER: Variable = Variable {
    name: "receiver",
    kind: VariableKind::Struct(&declared::RECEIVER),
    about: "the Receiver that got the delivery",
};
