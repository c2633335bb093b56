use std::fmt;

use anstyle::{AnsiColor, Style};
use bellpull_core::{Timestamp, limits, text};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// The style of what is not read first.
const DIM: Style = Style::new().dimmed();

/// Lines for people: the time in UTC, the level, the message, the fields. What is told is of bounded length
/// and has no control characters: a tenant's name of an object or a file must neither forge another line
/// nor control a terminal.
#[derive(Clone, Copy)]
pub(super) struct TextLines {
    /// Whether the level has a colour.
    pub(super) colours: bool,
}

impl<S, N> FormatEvent<S, N> for TextLines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut told = String::new();
        let fields = context.field_format();
        fields.format_fields(Writer::new(&mut told), event)?;
        let level = *event.metadata().level();
        writeln!(writer, "{}", self.line(Timestamp::now(), level, &told))
    }
}

impl TextLines {
    fn line(self, now: Timestamp, level: Level, told: &str) -> String {
        let time = now.strftime("%Y-%m-%dT%H:%M:%SZ");
        let told = text::printable(told, limits::LOG_LINE);
        let (dim, style) = match self.colours {
            true => (DIM, style_of(level)),
            false => (Style::new(), Style::new()),
        };
        format!("{dim}{time}{dim:#} {style}{level:>5}{style:#} {told}")
    }
}

fn style_of(level: Level) -> Style {
    let colour = match level {
        Level::ERROR => AnsiColor::Red,
        Level::WARN => AnsiColor::Yellow,
        Level::INFO => AnsiColor::Green,
        Level::DEBUG => AnsiColor::Blue,
        Level::TRACE => AnsiColor::Magenta,
    };
    colour.on_default()
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn an_event_is_its_message_and_then_its_fields() {
        let written = Written::default();
        let sink = written.clone();
        let subscriber = tracing_subscriber::fmt()
            .event_format(TextLines { colours: false })
            .with_writer(move || sink.clone())
            .finish();
        tracing::subscriber::with_default(subscriber, || {
            tracing::info!(status = 200, provider = "a\x1b[2J", "delivery");
        });
        let line = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
        let (time, told) = line.split_once(' ').unwrap();
        assert!(time.parse::<Timestamp>().is_ok(), "{time}");
        assert_eq!(told, " INFO delivery status=200 provider=\"a\\u{1b}[2J\"\n");
    }

    #[test]
    fn a_line_is_one_and_bounded_and_only_the_level_and_the_time_have_colours() {
        let now = Timestamp::from_second(1_780_000_000).unwrap();
        let plain = TextLines { colours: false };
        let coloured = TextLines { colours: true };
        for (lines, level, told, shown) in [
            (
                plain,
                Level::INFO,
                "delivery status=200",
                "2026-05-28T20:26:40Z  INFO delivery status=200",
            ),
            (
                plain,
                Level::ERROR,
                "a\nERROR forged\x1b[2J",
                "2026-05-28T20:26:40Z ERROR a\\nERROR forged\\u{1b}[2J",
            ),
            (
                coloured,
                Level::WARN,
                "a\x1b[2J",
                "\x1b[2m2026-05-28T20:26:40Z\x1b[0m \x1b[33m WARN\x1b[0m a\\u{1b}[2J",
            ),
        ] {
            assert_eq!(lines.line(now, level, told), shown);
        }
        let long = plain.line(now, Level::INFO, &"x".repeat(100 << 10));
        assert!(long.len() <= limits::LOG_LINE + 64, "{}", long.len());
    }
}
