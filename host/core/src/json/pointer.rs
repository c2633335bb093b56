use crate::limits;

/// Pointers made into a tree, so that one pass answers them all.
#[derive(Debug)]
pub struct Selector {
    pub(super) root: Node,
    pub(super) pointers: usize,
}

/// One step of the tree.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// Pointers that end here.
    pub(super) answers: Vec<usize>,
    /// By member name; also by index, for arrays.
    pub(super) members: Vec<(String, Node)>,
    /// Each element of an array.
    pub(super) each: Option<Box<Node>>,
    /// Pointers at or below this node whose answer is "missing" when the node is.
    pub(super) required: Vec<usize>,
    /// Whether the value is a credential.
    pub(super) redacted: bool,
    /// Whether a credential is at or below this node.
    pub(super) hides: bool,
}

/// A pointer that cannot be asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PointerError {
    /// RFC 6901, section 3: empty, or starting with `/`.
    #[error("a pointer starts with '/': {0:?}")]
    Syntax(String),
    /// RFC 6901, section 3: `~` is followed by `0` or `1`.
    #[error("'~' is followed by neither '0' nor '1': {0:?}")]
    Escape(String),
    /// More segments than the limit.
    #[error("a pointer has at most {max} segments: {0:?}", max = limits::JSON_POINTER_SEGMENTS)]
    TooDeep(String),
    /// More pointers than the limit.
    #[error("at most {} pointers are asked at once", limits::JSON_POINTERS)]
    TooMany,
}

impl Selector {
    /// Takes pointers to ask for, and pointers whose values are credentials.
    ///
    /// # Errors
    /// The first pointer that is none.
    pub fn parse(pointers: &[&str], redacted: &[&str]) -> Result<Self, PointerError> {
        if pointers.len() > limits::JSON_POINTERS {
            return Err(PointerError::TooMany);
        }
        let mut root = Node::default();
        for (index, pointer) in pointers.iter().enumerate() {
            let segments = segments(pointer)?;
            let node = root.descend(&segments);
            node.answers.push(index);
        }
        for pointer in redacted {
            let segments = segments(pointer)?;
            root.descend(&segments).redacted = true;
        }
        root.finish();
        Ok(Self {
            root,
            pointers: pointers.len(),
        })
    }
}

impl Node {
    fn descend(&mut self, segments: &[String]) -> &mut Self {
        let Some((first, rest)) = segments.split_first() else {
            return self;
        };
        let index = match self.members.iter().position(|(name, _)| name == first) {
            Some(index) => index,
            None => {
                self.members.push((first.clone(), Self::default()));
                self.members.len() - 1
            }
        };
        #[expect(
            clippy::indexing_slicing,
            reason = "the index was found or made just above"
        )]
        let child = &mut self.members[index].1;
        child.descend(rest)
    }

    /// Turns `*` members into `each`, and collects what an absent node leaves missing.
    fn finish(&mut self) {
        for (_, child) in &mut self.members {
            child.finish();
        }
        self.required.clone_from(&self.answers);
        for (name, child) in &self.members {
            if name != "*" {
                self.required.extend(&child.required);
            }
            self.hides |= child.hides;
        }
        self.hides |= self.redacted;
        if let Some(star) = self.members.iter().position(|(name, _)| name == "*") {
            self.each = Some(Box::new(self.members.swap_remove(star).1));
        }
    }
}

fn segments(pointer: &str) -> Result<Vec<String>, PointerError> {
    if pointer.is_empty() {
        return Ok(Vec::new());
    }
    let Some(rest) = pointer.strip_prefix('/') else {
        return Err(PointerError::Syntax(pointer.to_owned()));
    };
    let segments: Vec<String> = rest
        .split('/')
        .map(|segment| unescape(segment).ok_or_else(|| PointerError::Escape(pointer.to_owned())))
        .collect::<Result<_, _>>()?;
    if segments.len() > limits::JSON_POINTER_SEGMENTS {
        return Err(PointerError::TooDeep(pointer.to_owned()));
    }
    Ok(segments)
}

/// `~1` is `/` and `~0` is `~` (RFC 6901, section 4).
fn unescape(segment: &str) -> Option<String> {
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
    Some(text)
}
