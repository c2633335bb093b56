/// What bounds the work and memory of one filter. Each has an error that names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Source text, bytes.
    pub source_bytes: usize,
    /// Nodes of the syntax tree, macros expanded.
    pub nodes: usize,
    /// Nodes from the root to the deepest leaf.
    pub depth: usize,
    /// Work of one evaluation: a node of a loop's body counts one each time round, sixteen bytes
    /// of text that is copied or searched count one, an element that is compared counts one.
    pub steps: u64,
}

impl Limits {
    /// Longer than any filter that a person maintains; parsing it takes a tenth of a second.
    pub const SOURCE_BYTES: usize = 16 << 10;
    /// Four bytes of source make a node; `exists` and its kind add a dozen.
    pub const NODES: usize = 10_000;
    /// Nested brackets end at 250 in Flux as well; this also bounds chains of `+` and `.`. The
    /// deepest takes a third of the stack that a thread of a server has.
    pub const DEPTH: usize = 300;
    /// A push of 2,000 commits with 50 files each takes half of it when ten nodes look at each
    /// file. A twentieth of a microsecond for most of them: 0.1 s, and 32 MB if all is copied.
    pub const STEPS: u64 = 2_000_000;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            source_bytes: Self::SOURCE_BYTES,
            nodes: Self::NODES,
            depth: Self::DEPTH,
            steps: Self::STEPS,
        }
    }
}
