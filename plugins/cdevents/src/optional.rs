//! Checks the members that schemas leave optional. A member of one name has the same shape in every
//! type, so one table serves all types. As in Flux, `null` counts as left out.

use bellpull_sdk::{Refusal, Selection, Shape, host::document::Value};

use crate::member::{self, malformed};

/// The pointers for every event that is not custom, in addition to those of required members.
pub(crate) const POINTERS: &[&str] = &[
    CHAIN,
    SCHEMA,
    SOURCE,
    member::ARTIFACT,
    member::CREATOR,
    member::FORMAT,
    member::NAME,
    member::OUTCOME,
    member::PIPELINE,
    member::RESOLUTION,
    member::SUMMARY,
    member::URI,
    member::URL,
    GROUP,
    MILESTONE,
    OWNER,
    PRIORITY,
    REASON,
    SEVERITY,
    TASK,
    TICKET_TYPE,
    UPDATED_BY,
    USER,
    member::PAGE,
    TRIGGER_TYPE,
    TRIGGER_URI,
    REFERENCES[0].1,
    REFERENCES[1].1,
    REFERENCES[2].1,
    REFERENCES[3].1,
    REFERENCES[4].1,
    REFERENCES[5].1,
    REFERENCES[6].1,
    REFERENCES[7].1,
    REFERENCES[8].1,
    REFERENCES[9].1,
    CASE_NAME,
    CASE_TYPE,
    CASE_URI,
    CASE_VERSION,
    SUITE_NAME,
    SUITE_URI,
    SUITE_URL,
    SUITE_VERSION,
];
/// Their answers may pass the bounds of the host. They are not checked then.
pub(crate) const BULKY: &[&str] = &[
    LINKS,
    LINK_TYPES,
    DESCRIPTION,
    ERRORS,
    ASSIGNEES,
    EACH_ASSIGNEE,
    LABELS,
    EACH_LABEL,
    TRIGGER,
    REFERENCES[0].0,
    REFERENCES[1].0,
    REFERENCES[2].0,
    REFERENCES[3].0,
    REFERENCES[4].0,
    REFERENCES[5].0,
    REFERENCES[6].0,
    REFERENCES[7].0,
    REFERENCES[8].0,
    REFERENCES[9].0,
];

const CHAIN: &str = "/context/chainId";
const SCHEMA: &str = "/context/schemaUri";
const LINKS: &str = "/context/links";
const LINK_TYPES: &str = "/context/links/*/linkType";
const SOURCE: &str = "/subject/source";
const DESCRIPTION: &str = "/subject/content/description";
const ERRORS: &str = "/subject/content/errors";
const GROUP: &str = "/subject/content/group";
const MILESTONE: &str = "/subject/content/milestone";
const OWNER: &str = "/subject/content/owner";
const PRIORITY: &str = "/subject/content/priority";
const REASON: &str = "/subject/content/reason";
const SEVERITY: &str = "/subject/content/severity";
const TASK: &str = "/subject/content/taskName";
const TICKET_TYPE: &str = "/subject/content/ticketType";
const UPDATED_BY: &str = "/subject/content/updatedBy";
const USER: &str = "/subject/content/user";
const ASSIGNEES: &str = "/subject/content/assignees";
const EACH_ASSIGNEE: &str = "/subject/content/assignees/*";
const LABELS: &str = "/subject/content/labels";
const EACH_LABEL: &str = "/subject/content/labels/*";
const TRIGGER: &str = "/subject/content/trigger";
const TRIGGER_TYPE: &str = "/subject/content/trigger/type";
const TRIGGER_URI: &str = "/subject/content/trigger/uri";
const CASE_NAME: &str = "/subject/content/testCase/name";
const CASE_TYPE: &str = "/subject/content/testCase/type";
const CASE_URI: &str = "/subject/content/testCase/uri";
const CASE_VERSION: &str = "/subject/content/testCase/version";
const SUITE_NAME: &str = "/subject/content/testSuite/name";
const SUITE_URI: &str = "/subject/content/testSuite/uri";
const SUITE_URL: &str = "/subject/content/testSuite/url";
const SUITE_VERSION: &str = "/subject/content/testSuite/version";

/// Objects, and the member that each must have.
const REFERENCES: [(&str, &str); 10] = [
    ("/subject/content/change", member::CHANGE),
    ("/subject/content/environment", member::ENVIRONMENT),
    (
        "/subject/content/pipelineRun",
        "/subject/content/pipelineRun/id",
    ),
    ("/subject/content/repository", member::REPOSITORY),
    ("/subject/content/sbom", "/subject/content/sbom/uri"),
    ("/subject/content/service", "/subject/content/service/id"),
    ("/subject/content/testCase", "/subject/content/testCase/id"),
    (
        "/subject/content/testCaseRun",
        "/subject/content/testCaseRun/id",
    ),
    (
        "/subject/content/testSuite",
        "/subject/content/testSuite/id",
    ),
    (
        "/subject/content/testSuiteRun",
        "/subject/content/testSuiteRun/id",
    ),
];

/// Strings that must be one of these words.
const WORDS: [(&str, &[&str]); 4] = [
    (LINK_TYPES, &["END", "PATH", "RELATION"]),
    (SEVERITY, &["low", "medium", "high", "critical"]),
    (
        TRIGGER_TYPE,
        &["manual", "pipeline", "event", "schedule", "other"],
    ),
    (
        CASE_TYPE,
        &[
            "performance",
            "functional",
            "unit",
            "security",
            "compliance",
            "integration",
            "e2e",
            "other",
        ],
    ),
];

/// Checks the optional members of an event.
///
/// # Errors
/// `malformed`, with the member that is wrong.
pub(crate) fn check(payload: &Selection) -> Result<(), Refusal> {
    for pointer in POINTERS.iter().chain(BULKY) {
        let (shape, flaw) = match *pointer {
            LINKS | ASSIGNEES | LABELS => (Shape::Array, "is no array"),
            TRIGGER => (Shape::Object, "is no object"),
            pointer if REFERENCES.iter().any(|(object, _)| *object == pointer) => {
                (Shape::Object, "is no object")
            }
            _ => (Shape::Text, "is no string"),
        };
        if !payload.all(pointer).iter().all(|value| shape.holds(value)) {
            return Err(malformed(pointer, flaw));
        }
    }
    if payload
        .text(member::ARTIFACT)
        .is_some_and(|id| !id.starts_with("pkg:"))
    {
        return Err(malformed(member::ARTIFACT, "is no package URL"));
    }
    for (object, needed) in REFERENCES {
        if payload.is_set(object) && payload.text(needed).is_none() {
            return Err(malformed(needed, "is missing or empty"));
        }
    }
    for (pointer, words) in WORDS {
        let is_word = |value: &Value| match value {
            Value::Text(word) => word.is_empty() || words.contains(&word.as_str()),
            // A link must have a type.
            _ => pointer != LINK_TYPES,
        };
        if !payload.all(pointer).iter().all(is_word) {
            return Err(malformed(pointer, "is not a word that the schema allows"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(pointer: &'static str, value: Value) -> Option<String> {
        let payload: Selection = [(pointer, vec![value])].into_iter().collect();
        match check(&payload) {
            Ok(()) => None,
            Err(Refusal::Malformed(reason)) => Some(reason),
            Err(other) => panic!("{other:?}"),
        }
    }

    fn text(text: &str) -> Value {
        Value::Text(text.into())
    }

    #[test]
    fn every_pointer_fits_one_question() {
        assert!(POINTERS.len() + BULKY.len() <= 64);
    }

    #[test]
    fn what_is_left_out_is_right() {
        for pointer in POINTERS.iter().chain(BULKY) {
            for value in [Value::Missing, Value::Null] {
                let is_link = *pointer == LINK_TYPES;
                assert_eq!(reason(pointer, value).is_some(), is_link, "{pointer}");
            }
        }
    }

    #[test]
    fn another_shape_is_refused_by_name() {
        let cases = [
            (
                USER,
                Value::Number("5".into()),
                "subject.content.user is no string",
            ),
            (
                USER,
                Value::Json("{}".into()),
                "subject.content.user is no string",
            ),
            (LABELS, text("a"), "subject.content.labels is no array"),
            (
                EACH_LABEL,
                Value::Boolean(true),
                "subject.content.labels.* is no string",
            ),
            (
                TRIGGER,
                text("event"),
                "subject.content.trigger is no object",
            ),
            (LINKS, Value::Json("{}".into()), "context.links is no array"),
            (CHAIN, Value::Boolean(true), "context.chainId is no string"),
            (
                member::ARTIFACT,
                text("app"),
                "subject.content.artifactId is no package URL",
            ),
            (
                "/subject/content/sbom",
                text("x"),
                "subject.content.sbom is no object",
            ),
            (
                "/subject/content/service",
                Value::Json("{}".into()),
                "subject.content.service.id is missing or empty",
            ),
        ];
        for (pointer, value, expected) in cases {
            let shown = format!("{pointer}: {value:?}");
            assert_eq!(reason(pointer, value).as_deref(), Some(expected), "{shown}");
        }
    }

    #[test]
    fn some_strings_have_their_words() {
        for (pointer, words) in WORDS {
            for word in words {
                assert_eq!(reason(pointer, text(word)), None, "{pointer}: {word}");
            }
            assert!(reason(pointer, text("never")).is_some(), "{pointer}");
        }
        assert_eq!(reason(USER, text("never")), None);
    }

    #[test]
    fn references_are_whole() {
        let whole: Selection = [
            (
                "/subject/content/service",
                Value::Json("{\"id\":\"a\"}".into()),
            ),
            ("/subject/content/service/id", text("a")),
        ]
        .into_iter()
        .map(|(pointer, value)| (pointer, vec![value]))
        .collect();
        assert_eq!(check(&whole), Ok(()));
    }
}
