use std::borrow::Cow;

use smallvec::SmallVec;

use bellpull_core::limits;

/// Pointers as a tree, so that one pass answers all of them. A tree is built for every document, so
/// it borrows the text of the pointers.
#[derive(Debug)]
pub struct Pointers<'p> {
    pub(super) root: PointerNode<'p>,
    pub(super) pointers: usize,
}

/// A node of the tree.
#[derive(Debug, Default)]
pub(super) struct PointerNode<'p> {
    /// The indices of the pointers that end here.
    pub(super) answers: SmallVec<[usize; 1]>,
    /// The children by member name or array index, sorted by name.
    pub(super) members: Vec<(Cow<'p, str>, Self)>,
    /// The child for every element of an array.
    pub(super) each: Option<Box<Self>>,
    /// Whether the value is a credential.
    pub(super) redacted: bool,
    /// Whether a credential is at or below this node.
    pub(super) hides: bool,
}

/// Why a pointer is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PointerError {
    /// RFC 6901, section 3: a pointer is empty or starts with `/`.
    #[error("a pointer starts with '/': {0:?}")]
    Syntax(String),
    /// RFC 6901, section 3: `~` is followed by `0` or `1`.
    #[error("'~' is followed by neither '0' nor '1': {0:?}")]
    Escape(String),
    /// More segments than the limit.
    #[error("a pointer has at most {max} segments: {0:?}", max = limits::JSON_POINTER_SEGMENTS)]
    TooDeep(String),
    /// More pointers than the limit.
    #[error("at most {} pointers are selected at once", limits::JSON_POINTERS)]
    TooMany,
}

impl<'p> Pointers<'p> {
    /// Parses the pointers to select, and the pointers whose values are credentials.
    ///
    /// # Errors
    /// The first invalid pointer.
    pub fn parse(pointers: &[&'p str], redacted: &[&'p str]) -> Result<Self, PointerError> {
        if pointers.len() > limits::JSON_POINTERS {
            return Err(PointerError::TooMany);
        }
        let mut root = PointerNode::default();
        for (index, pointer) in pointers.iter().enumerate() {
            root.descend(pointer)?.answers.push(index);
        }
        for pointer in redacted {
            root.descend(pointer)?.redacted = true;
        }
        root.finish();
        Ok(Self {
            root,
            pointers: pointers.len(),
        })
    }

    /// The maximum number of times that a part of the document is read. Selecting a value and
    /// something in it reads that part twice.
    #[must_use]
    pub fn max_reads(&self) -> usize {
        self.root.max_reads()
    }
}

impl<'p> PointerNode<'p> {
    fn descend(&mut self, pointer: &'p str) -> Result<&mut Self, PointerError> {
        let mut node = self;
        for segment in segments(pointer)? {
            let name = unescape(segment).ok_or_else(|| PointerError::Escape(pointer.to_owned()))?;
            node = node.member(name);
        }
        Ok(node)
    }

    fn member(&mut self, name: Cow<'p, str>) -> &mut Self {
        let known = self.members.iter().position(|(known, _)| *known == name);
        let index = known.unwrap_or_else(|| {
            self.members.push((name, Self::default()));
            self.members.len() - 1
        });
        #[expect(
            clippy::indexing_slicing,
            reason = "the index was found or made just above"
        )]
        &mut self.members[index].1
    }

    /// The index of the member with this name.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        let place = self
            .members
            .binary_search_by(|(known, _)| known.as_ref().cmp(name));
        place.ok()
    }

    /// The maximum number of reads below this node: one to slice a value out, and more for values
    /// in it.
    fn max_reads(&self) -> usize {
        let below = self.members.iter().map(|(_, child)| child.max_reads());
        let below = below
            .chain(self.each.iter().map(|each| each.max_reads()))
            .max();
        match below {
            Some(below) if !self.answers.is_empty() => below + 1,
            Some(below) => below,
            None => 1,
        }
    }

    /// Redacts what another node redacts, at the same places below.
    fn redact_as(&mut self, other: &Self) {
        self.redacted |= other.redacted;
        for (name, child) in &other.members {
            if child.redacts() {
                self.member(name.clone()).redact_as(child);
            }
        }
    }

    /// Whether a credential is at or below this node, before it is finished.
    fn redacts(&self) -> bool {
        self.redacted || self.members.iter().any(|(_, child)| child.redacts())
    }

    /// Turns `*` members into `each`, and marks the nodes that enclose a credential.
    fn finish(&mut self) {
        if let Some(star) = self.members.iter().position(|(name, _)| name == "*") {
            let mut each = self.members.swap_remove(star).1;
            // A credential at an index is in one of the elements.
            for (name, child) in &self.members {
                if index_of(name).is_some() {
                    each.redact_as(child);
                }
            }
            self.each = Some(Box::new(each));
        }
        self.hides = self.redacted;
        let members = self.members.iter_mut().map(|(_, child)| child);
        for child in members.chain(self.each.as_deref_mut()) {
            child.finish();
            self.hides |= child.hides;
        }
        self.members
            .sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    }
}

/// The array index of a segment (RFC 6901, section 4).
pub(super) fn index_of(name: &str) -> Option<usize> {
    let is_index = name == "0" || name.starts_with(|first| matches!(first, '1'..='9'));
    name.parse().ok().filter(|_| is_index)
}

fn segments(pointer: &str) -> Result<impl Iterator<Item = &str>, PointerError> {
    let rest = match pointer.strip_prefix('/') {
        Some(rest) => Some(rest),
        None if pointer.is_empty() => None,
        None => return Err(PointerError::Syntax(pointer.to_owned())),
    };
    let segments = rest.into_iter().flat_map(|rest| rest.split('/'));
    if segments
        .clone()
        .nth(limits::JSON_POINTER_SEGMENTS)
        .is_some()
    {
        return Err(PointerError::TooDeep(pointer.to_owned()));
    }
    Ok(segments)
}

/// `~1` is `/` and `~0` is `~` (RFC 6901, section 4).
fn unescape(segment: &str) -> Option<Cow<'_, str>> {
    if !segment.contains('~') {
        return Some(Cow::Borrowed(segment));
    }
    let mut text = String::with_capacity(segment.len());
    let mut letters = segment.chars();
    while let Some(letter) = letters.next() {
        text.push(match letter {
            '~' => match letters.next()? {
                '0' => '~',
                '1' => '/',
                _ => return None,
            },
            other => other,
        });
    }
    Some(Cow::Owned(text))
}
