/// The bounds on the work and memory of one expression. The error of each says which it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The length of the source, bytes.
    pub source_bytes: usize,
    /// The number of nodes in the syntax tree, with macros expanded.
    pub nodes: usize,
    /// The number of nodes from the root to the deepest leaf.
    pub depth: usize,
    /// The work of one evaluation. One step is a node of a loop's body in each round, sixteen bytes
    /// of text that are copied or searched, or an element that is compared.
    pub steps: u64,
}

impl Limits {
    /// Longer than any filter that a person maintains. Parsing it takes a tenth of a second.
    pub const SOURCE_BYTES: usize = 16 << 10;
    /// Four bytes of source make a node, and a macro such as `exists` adds a dozen.
    pub const NODES: usize = 10_000;
    /// Flux allows 250 nested brackets. This also bounds chains of `+` and `.`. The deepest tree
    /// takes a third of the stack of a server's thread.
    pub const DEPTH: usize = 300;
    /// A push of 2,000 commits with 50 files each takes half of them when ten nodes look at each
    /// file. Most steps take a twentieth of a microsecond: together 0.1 s, and 32 MB if each copies.
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
