use bellpull_admin::api::MinuteView;
use bellpull_core::Timestamp;
use plotters::prelude::{
    ChartBuilder, Color as _, IntoDrawingArea as _, RGBColor, Rectangle, SVGBackend,
};
use plotters::style::{IntoFont as _, TextStyle};

use crate::outcomes::{Tone, tone};

const SIZE: (u32, u32) = (900, 220);
const MINUTES: i64 = 60;
const SECONDS: i64 = 60;
/// Where a column begins and ends within its minute.
const COLUMN: (f64, f64) = (0.1, 0.9);

/// In the order in which they are stacked.
pub(super) const TONES: [Tone; 4] = [Tone::Done, Tone::Ignored, Tone::Refused, Tone::Failed];

/// Stands for the colour of a tone: the style sheet has one for light and one for dark.
fn placeholder(tone: Tone) -> RGBColor {
    match tone {
        Tone::Done => RGBColor(1, 0, 0),
        Tone::Ignored => RGBColor(2, 0, 0),
        Tone::Refused => RGBColor(3, 0, 0),
        Tone::Failed => RGBColor(4, 0, 0),
    }
}

/// The deliveries of each minute of the hour before `now`, stacked by tone.
///
/// # Errors
/// When it cannot be drawn.
pub(super) fn svg(minutes: &[MinuteView], now: Timestamp) -> Result<String, String> {
    let columns = columns(minutes, now);
    let highest = columns
        .iter()
        .map(|column| column.iter().sum::<u64>())
        .max();
    let mut svg = String::new();
    draw(&mut svg, &columns, highest.unwrap_or_default().max(4))
        .map_err(|error| error.to_string())?;
    Ok(svg)
}

/// The number of deliveries of each minute, by tone. The last column is the minute of `now`.
fn columns(minutes: &[MinuteView], now: Timestamp) -> Vec<[u64; TONES.len()]> {
    let minute_of = |at: Timestamp| at.as_second().div_euclid(SECONDS);
    let first = minute_of(now) - MINUTES + 1;
    let mut columns = vec![[0; TONES.len()]; usize::try_from(MINUTES).unwrap_or_default()];
    for minute in minutes {
        let began: Result<Timestamp, _> = minute.began.parse();
        let index = began
            .ok()
            .and_then(|at| usize::try_from(minute_of(at) - first).ok());
        let Some(column) = index.and_then(|index| columns.get_mut(index)) else {
            continue;
        };
        for (outcome, count) in &minute.outcomes {
            let of = tone(outcome);
            for (cell, _) in column.iter_mut().zip(TONES).filter(|(_, tone)| *tone == of) {
                *cell += count;
            }
        }
    }
    columns
}

fn draw(
    svg: &mut String,
    columns: &[[u64; TONES.len()]],
    highest: u64,
) -> Result<(), Box<dyn std::error::Error>> {
    let area = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    let mut chart = ChartBuilder::on(&area)
        .margin(8)
        .x_label_area_size(28)
        .y_label_area_size(44)
        .build_cartesian_2d(-60.0..0.0, 0.0..to_float(highest))?;
    let label: TextStyle<'_> = ("sans-serif", 13).into_font().into();
    chart
        .configure_mesh()
        .disable_x_mesh()
        .max_light_lines(0)
        .x_labels(7)
        .y_labels(5)
        .x_label_formatter(&|minute| ago(*minute))
        .y_label_formatter(&|count| format!("{count:.0}"))
        .label_style(label)
        .draw()?;
    for (at, column) in (-60_i32..).zip(columns) {
        let (from, to) = (f64::from(at) + COLUMN.0, f64::from(at) + COLUMN.1);
        let mut below = 0.0;
        for (count, tone) in column.iter().zip(TONES).filter(|(count, _)| **count > 0) {
            let above = below + to_float(*count);
            let corners = [(from, below), (to, above)];
            chart.draw_series([Rectangle::new(corners, placeholder(tone).filled())])?;
            below = above;
        }
    }
    area.present()?;
    Ok(())
}

fn ago(minute: f64) -> String {
    match minute > -0.5 {
        true => "now".to_owned(),
        false => format!("{minute:.0} min"),
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a height of a chart has fewer digits"
)]
fn to_float(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minute(began: &str, outcomes: &[(&str, u64)]) -> MinuteView {
        let outcomes = outcomes.iter();
        MinuteView {
            began: began.into(),
            outcomes: outcomes
                .map(|(name, count)| ((*name).into(), *count))
                .collect(),
        }
    }

    #[test]
    fn deliveries_stand_in_the_column_of_their_minute() {
        let now: Timestamp = "2026-01-02T03:04:05Z".parse().unwrap();
        let columns = columns(
            &[
                minute(
                    "2026-01-02T03:04:00Z",
                    &[("notified", 1), ("accepted", 2), ("failed", 3)],
                ),
                minute("2026-01-02T02:05:00Z", &[("ignored", 4)]),
                minute("2026-01-02T02:04:00Z", &[("ignored", 5)]),
                minute("2026-01-02T03:05:00Z", &[("ignored", 6)]),
                minute("some time", &[("ignored", 7)]),
            ],
            now,
        );
        assert_eq!(columns.len(), 60);
        assert_eq!(columns[59], [3, 0, 0, 3]);
        assert_eq!(columns[0], [0, 4, 0, 0]);
        assert_eq!(columns.iter().flatten().sum::<u64>(), 10);
    }

    #[test]
    fn a_chart_has_a_rectangle_for_each_tone_of_a_minute() {
        let now: Timestamp = "2026-01-02T03:04:05Z".parse().unwrap();
        let of = [minute(
            "2026-01-02T03:00:00Z",
            &[("notified", 9), ("forbidden", 1)],
        )];
        let drawn = svg(&of, now).unwrap();
        for (fill, count) in [
            ("#010000", 1),
            ("#020000", 0),
            ("#030000", 1),
            ("#040000", 0),
        ] {
            assert_eq!(drawn.matches(fill).count(), count, "{fill}: {drawn}");
        }
        assert!(!drawn.contains("style="), "{drawn}");
        assert!(svg(&[], now).is_ok());
    }
}
