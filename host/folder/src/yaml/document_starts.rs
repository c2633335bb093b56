/// The lines at which documents start, found once for all places of a file.
pub(crate) struct DocumentStarts(Vec<u64>);

impl DocumentStarts {
    pub(crate) fn of(text: &str) -> Self {
        let (mut lines, mut begun) = (Vec::new(), false);
        for (line, number) in text.lines().zip(1..) {
            if line == "---" || line.starts_with("--- ") || line.starts_with("---\t") {
                if begun {
                    lines.push(number);
                }
                begun = true;
            } else if !line.trim_start().is_empty() && !line.starts_with(['#', '%', '\u{feff}']) {
                begun = true;
            }
        }
        Self(lines)
    }

    /// The number of the document that a line belongs to, from 1. A leading `---` starts the first one.
    pub(crate) fn document_at(&self, line: u64) -> usize {
        1 + self.0.partition_point(|start| *start <= line)
    }
}
