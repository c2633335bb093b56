use std::future::Future;

use bellpull_core::{limits, text};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};

use crate::attempt::Attempt;

/// Logs what a command writes to one of its streams.
pub(super) fn log<R: AsyncRead + Unpin>(
    from: R,
    stream: &'static str,
    attempt: &Attempt<'_>,
) -> impl Future<Output = ()> + use<R> {
    let target = text::printable(&attempt.target.to_string(), limits::GUEST_TEXT);
    let delivery = attempt.newest.delivery.clone();
    each_line(from, move |line| {
        tracing::info!(target_object = %target, %delivery, stream, %line, "on-notify");
    })
}

/// Reads to the end, so that the writer never blocks, and passes on the first lines in printable form.
async fn each_line(from: impl AsyncRead + Unpin, mut say: impl FnMut(&str)) {
    let mut reader = BufReader::new(from);
    let mut lines = 0_usize;
    let mut say_within_limit = |line: &[u8]| {
        lines = lines.saturating_add(1);
        if lines <= limits::COMMAND_LINES {
            let line = String::from_utf8_lossy(line);
            say(&text::printable(&line, limits::COMMAND_LINE));
        } else if lines == limits::COMMAND_LINES + 1 {
            say("(what follows is not logged)");
        }
    };
    let mut line = Vec::new();
    loop {
        let chunk = match reader.fill_buf().await {
            Ok(chunk) if !chunk.is_empty() => chunk,
            _ => break,
        };
        let part = chunk.split(|byte| *byte == b'\n').next().unwrap_or(chunk);
        let ends = part.len() < chunk.len();
        // Keeps one byte more than is shown, so that the cut is marked.
        let room = (limits::COMMAND_LINE + 1).saturating_sub(line.len());
        line.extend(part.iter().take(room));
        let read = part.len() + usize::from(ends);
        reader.consume(read);
        if ends {
            say_within_limit(&line);
            line.clear();
        }
    }
    if !line.is_empty() {
        say_within_limit(&line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn lines(output: &[u8]) -> Vec<String> {
        let mut lines = Vec::new();
        each_line(output, |line| lines.push(line.to_owned())).await;
        lines
    }

    #[tokio::test]
    async fn lines_are_printable() {
        let cases: &[(&[u8], &[&str])] = &[
            (b"", &[]),
            (b"a\nb\n", &["a", "b"]),
            (b"a\n\nb", &["a", "", "b"]),
            (b"\x1b[2J\r\n", &["\\u{1b}[2J\\r"]),
            (b"\xff\n", &["\u{fffd}"]),
        ];
        for (output, expected) in cases {
            assert_eq!(lines(output).await, *expected, "{output:?}");
        }
    }

    #[tokio::test]
    async fn a_long_line_is_cut_wherever_the_chunks_end() {
        let long = "x".repeat(1 << 20);
        let cut = format!("{}…", "x".repeat(limits::COMMAND_LINE));
        let output = format!("{long}\nnext\n{long}");
        assert_eq!(lines(output.as_bytes()).await, [&cut, "next", &cut]);
    }

    #[tokio::test]
    async fn beyond_the_last_line_nothing_is_said() {
        let got = lines("y\n".repeat(limits::COMMAND_LINES + 9).as_bytes()).await;
        assert_eq!(got.len(), limits::COMMAND_LINES + 1);
        assert_eq!(got.last().unwrap(), "(what follows is not logged)");
    }
}
