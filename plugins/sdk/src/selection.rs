use crate::Refusal;
use crate::host::document::{Json, Value};

/// The answers of a JSON document to pointers.
#[derive(Debug)]
pub struct Selection {
    answers: Vec<(&'static str, Vec<Value>)>,
}

impl Selection {
    /// Asks the document all pointers at once; each call parses the whole document again. The sender
    /// decides how long the lists of a document are. If the answers pass the bounds of the host, the
    /// pointers with a `*` are left out, and [`Selection::has`] is false for them.
    ///
    /// # Errors
    /// `malformed` when the document is not JSON, or the other answers pass the bounds too.
    pub fn of(document: &Json, pointers: &[&'static str]) -> Result<Self, Refusal> {
        Self::of_bulky(document, pointers, &[])
    }

    /// As [`Selection::of`], but the pointers of `bulky` are left out first.
    ///
    /// # Errors
    /// As [`Selection::of`].
    pub fn of_bulky(
        document: &Json,
        pointers: &[&'static str],
        bulky: &[&'static str],
    ) -> Result<Self, Refusal> {
        let without_lists = || {
            let single = pointers.iter().copied().filter(|at| !at.contains('*'));
            single.collect::<Vec<_>>()
        };
        Self::ask(document, &[pointers, bulky].concat())
            .or_else(|_| Self::ask(document, pointers))
            .or_else(|_| Self::ask(document, &without_lists()))
    }

    /// As [`Selection::of_bulky`], but without any answer if there is no document or it is not JSON.
    pub fn of_optional(
        document: Option<&Json>,
        pointers: &[&'static str],
        bulky: &[&'static str],
    ) -> Self {
        let nothing = Self {
            answers: Vec::new(),
        };
        document
            .and_then(|document| Self::of_bulky(document, pointers, bulky).ok())
            .unwrap_or(nothing)
    }

    fn ask(document: &Json, pointers: &[&'static str]) -> Result<Self, Refusal> {
        let asked: Vec<String> = pointers.iter().copied().map(String::from).collect();
        let answers = document.select(&asked).map_err(Refusal::Malformed)?;
        Ok(pointers.iter().copied().zip(answers).collect())
    }

    /// Whether the pointer was asked and not left out.
    pub fn has(&self, pointer: &str) -> bool {
        self.answers.iter().any(|(asked, _)| *asked == pointer)
    }

    /// Whether the document has something other than `null` there. Some payloads are told apart by the
    /// members that they have.
    pub fn is_set(&self, pointer: &str) -> bool {
        self.all(pointer)
            .iter()
            .any(|value| !matches!(value, Value::Missing | Value::Null))
    }

    /// Every answer to a pointer: one for each element if it has a `*`. Empty if it was not asked.
    pub fn all(&self, pointer: &str) -> &[Value] {
        self.answers
            .iter()
            .find(|(asked, _)| *asked == pointer)
            .map_or(&[], |(_, values)| values)
    }

    /// Every answer that is a string.
    pub fn texts<'s>(&'s self, pointer: &str) -> impl Iterator<Item = &'s str> + use<'s> {
        self.all(pointer).iter().filter_map(|value| match value {
            Value::Text(text) => Some(text.as_str()),
            _ => None,
        })
    }

    /// The elements of a list as rows, with one string for each pointer. An empty string counts as
    /// absent. The `*` of all pointers must stand for the same list.
    pub fn rows<const N: usize>(&self, pointers: [&str; N]) -> Vec<[Option<&str>; N]> {
        let columns = pointers.map(|pointer| self.all(pointer));
        let longest = columns.iter().map(|column| column.len()).max();
        let row = |at| columns.map(|column| column.get(at).and_then(text));
        (0..longest.unwrap_or_default()).map(row).collect()
    }

    /// The string that the pointer names. An empty string counts as absent: senders write `""` for
    /// nothing.
    pub fn text(&self, pointer: &str) -> Option<&str> {
        self.texts(pointer).next().filter(|text| !text.is_empty())
    }

    /// Checks the shapes of answers. `null` and missing members pass, as they do in a typed decoder.
    ///
    /// # Errors
    /// `malformed`, with the pointer of the first answer of another shape.
    pub fn check_shapes(&self, shapes: &[(&str, Shape)]) -> Result<(), Refusal> {
        let odd = shapes
            .iter()
            .find(|(pointer, shape)| !self.all(pointer).iter().all(|value| shape.holds(value)));
        match odd {
            None => Ok(()),
            Some((pointer, _)) => Err(Refusal::Malformed(
                ["in the body ", pointer, " has the wrong type"].concat(),
            )),
        }
    }

    /// The boolean that the pointer names.
    pub fn boolean(&self, pointer: &str) -> Option<bool> {
        match self.all(pointer) {
            [Value::Boolean(value), ..] => Some(*value),
            _ => None,
        }
    }

    /// The whole, non-negative number that the pointer names.
    pub fn number(&self, pointer: &str) -> Option<u64> {
        match self.all(pointer) {
            [Value::Number(digits), ..] => digits.parse().ok(),
            _ => None,
        }
    }
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) if !text.is_empty() => Some(text),
        _ => None,
    }
}

/// The type that a member must have, if it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A string.
    Text,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl Shape {
    /// Whether the answer has this shape, is `null` or is missing.
    pub fn holds(self, value: &Value) -> bool {
        match value {
            Value::Missing | Value::Null => true,
            Value::Text(_) => self == Self::Text,
            Value::Json(json) => match json.as_bytes().first() {
                Some(b'[') => self == Self::Array,
                Some(b'{') => self == Self::Object,
                _ => false,
            },
            Value::Boolean(_) | Value::Number(_) => false,
        }
    }
}

impl FromIterator<(&'static str, Vec<Value>)> for Selection {
    fn from_iter<I: IntoIterator<Item = (&'static str, Vec<Value>)>>(answers: I) -> Self {
        Self {
            answers: answers.into_iter().collect(),
        }
    }
}

/// One string for each pointer, for the unit tests of a provider.
impl<const N: usize> From<[(&'static str, &str); N]> for Selection {
    fn from(answers: [(&'static str, &str); N]) -> Self {
        answers
            .into_iter()
            .map(|(pointer, text)| (pointer, vec![Value::Text(text.into())]))
            .collect()
    }
}

impl Extend<(&'static str, Vec<Value>)> for Selection {
    fn extend<I: IntoIterator<Item = (&'static str, Vec<Value>)>>(&mut self, answers: I) {
        self.answers.extend(answers);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selection() -> Selection {
        [
            ("/gone", vec![Value::Missing]),
            ("/null", vec![Value::Null]),
            ("/yes", vec![Value::Boolean(true)]),
            ("/count", vec![Value::Number("20".into())]),
            ("/float", vec![Value::Number("2e1".into())]),
            ("/name", vec![Value::Text("a".into())]),
            ("/empty", vec![Value::Text(String::new())]),
            (
                "/list/*",
                vec![
                    Value::Text("a".into()),
                    Value::Null,
                    Value::Text("b".into()),
                ],
            ),
        ]
        .into_iter()
        .collect()
    }

    #[test]
    fn answers_by_type() {
        let found = selection();
        assert_eq!(found.text("/name"), Some("a"));
        assert_eq!(found.boolean("/yes"), Some(true));
        assert_eq!(found.number("/count"), Some(20));
        assert_eq!(found.texts("/list/*").collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(found.all("/list/*").len(), 3);
    }

    #[test]
    fn another_type_is_no_answer() {
        let found = selection();
        for pointer in ["/gone", "/null", "/yes", "/count", "/empty", "/never-asked"] {
            assert_eq!(found.text(pointer), None, "{pointer}");
        }
        assert_eq!(found.boolean("/name"), None);
        assert_eq!(found.number("/float"), None);
        assert_eq!(found.number("/name"), None);
    }

    #[test]
    fn refuses_what_has_another_shape() {
        let found: Selection = [
            ("/gone", Value::Missing),
            ("/null", Value::Null),
            ("/yes", Value::Boolean(true)),
            ("/count", Value::Number("20".into())),
            ("/name", Value::Text("{".into())),
            ("/array", Value::Json("[1]".into())),
            ("/object", Value::Json("{}".into())),
        ]
        .into_iter()
        .map(|(pointer, value)| (pointer, vec![value]))
        .collect();
        let fitting = |shape| {
            [
                "/gone", "/null", "/yes", "/count", "/name", "/array", "/object",
            ]
            .into_iter()
            .filter(|pointer| found.check_shapes(&[(pointer, shape)]).is_ok())
            .collect::<Vec<_>>()
        };
        assert_eq!(fitting(Shape::Text), ["/gone", "/null", "/name"]);
        assert_eq!(fitting(Shape::Array), ["/gone", "/null", "/array"]);
        assert_eq!(fitting(Shape::Object), ["/gone", "/null", "/object"]);
        let several = [("/name", Shape::Text), ("/yes", Shape::Text)];
        assert_eq!(
            found.check_shapes(&several),
            Err(Refusal::Malformed(
                "in the body /yes has the wrong type".into()
            ))
        );
    }

    #[test]
    fn tells_what_is_there_from_what_is_not() {
        let found = selection();
        for pointer in ["/yes", "/count", "/name", "/empty", "/list/*"] {
            assert!(found.is_set(pointer), "{pointer}");
        }
        for pointer in ["/gone", "/null", "/never-asked"] {
            assert!(!found.is_set(pointer), "{pointer}");
        }
    }

    #[test]
    fn gives_lists_by_row() {
        let texts = |texts: &[&str]| -> Vec<Value> {
            texts
                .iter()
                .map(|text| Value::Text((*text).into()))
                .collect()
        };
        let found: Selection = [
            ("/l/*/a", texts(&["1", "2", ""])),
            ("/l/*/b", vec![Value::Null, Value::Text("y".into())]),
        ]
        .into_iter()
        .collect();
        let expected = [[Some("1"), None], [Some("2"), Some("y")], [None, None]];
        assert_eq!(found.rows(["/l/*/a", "/l/*/b"]), expected);
        assert!(found.rows(["/never/*/asked"]).is_empty());
    }

    #[test]
    fn tells_asked_from_not_asked() {
        assert!(selection().has("/gone"));
        assert!(!selection().has("/never-asked"));
    }
}
