//! What is printed: one line for each figure, both in one row.

/// What the ratio of a row is to be.
#[derive(Clone, Copy)]
pub(crate) enum Target {
    None,
    AtLeast(f64),
    AtMost(f64),
}

pub(crate) fn title(text: &str) {
    println!("\n{text}");
    println!(
        "  {:52} {:>10} {:>10} {:>9} {:>8}",
        "", "Flux", "Bellpull", "ratio", "target"
    );
}

/// Two figures and Bellpull's as a share of Flux's.
pub(crate) fn row(what: &str, unit: &str, flux: f64, bellpull: f64, target: Target) {
    let what = format!("{what}, {unit}");
    println!(
        "  {what:52} {:>10} {:>10} {:>9} {:>8}",
        figure(flux),
        figure(bellpull),
        format!("{:.3} ×", bellpull / flux),
        said(target)
    );
}

/// A figure of Bellpull alone, against something else.
pub(crate) fn alone(what: &str, unit: &str, bellpull: f64, ratio: f64, target: Target) {
    let what = format!("{what}, {unit}");
    println!(
        "  {what:52} {:>10} {:>10} {:>9} {:>8}",
        "",
        figure(bellpull),
        format!("{ratio:.3} ×"),
        said(target)
    );
}

pub(crate) fn note(text: &str) {
    println!("  {text}");
}

fn said(target: Target) -> String {
    match target {
        Target::None => String::new(),
        Target::AtLeast(ratio) => format!("≥ {ratio} ×"),
        Target::AtMost(ratio) => format!("≤ {ratio} ×"),
    }
}

/// Three digits or more.
fn figure(value: f64) -> String {
    match value {
        value if value >= 100.0 => format!("{value:.0}"),
        value if value >= 10.0 => format!("{value:.1}"),
        value => format!("{value:.2}"),
    }
}
