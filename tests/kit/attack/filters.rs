//! Expressions of a Receiver's owner that take long or much.

use std::fmt::Write as _;

use super::{Attack, manifests};
use crate::serve::{Served, try_request};

/// What each delivery carries for its expressions to search, bytes.
const TEXT: usize = 300 << 10;
/// Objects in a body of half a MiB, which take thirty times that when they are read.
const OBJECTS: usize = 180_000;

pub(super) fn attacks() -> Vec<Attack> {
    let attack = |name, manifests, blow, at_once| Attack {
        name,
        manifests,
        plugins: Vec::new(),
        neighbour: "github",
        arguments: Vec::new(),
        blow,
        at_once,
    };
    vec![
        attack(
            "a regular expression of many states",
            searching("req.s.matches(\"x[xy]{60}[^xy]|x[xy]{59}[^xy]|x[xy]{58}[^xy]\")"),
            deliver,
            8,
        ),
        attack(
            "regular expressions from the delivery",
            searching("req.s.matches('x[xy]{' + req.n + '}[^xy]')"),
            deliver,
            8,
        ),
        attack(
            "a pattern of paths of many states",
            searching("event.touches('*x????????????????*y', '*y????????????????*x')"),
            deliver,
            8,
        ),
        attack(
            "filters that just end in time",
            searching("req.s.matches('x[xy]{20}[^xy]') || true"),
            deliver,
            16,
        ),
        attack(
            "bodies that are much to read",
            searching("size(req.a) > 0"),
            |served| {
                deliver_body(
                    served,
                    &format!("{{\"a\":[{{}}{}]}}", ",{}".repeat(OBJECTS)),
                )
            },
            8,
        ),
        attack("classes of Unicode at plan time", classes(), |_| (), 1),
        attack("expressions in many Receivers", many(), |_| (), 1),
    ]
}

/// A Receiver whose filter is asked of every delivery.
fn searching(filter: &str) -> String {
    let more = format!("  resourceFilter: |\n    {filter}\n");
    manifests::receiver("searching", "generic", &more)
}

fn deliver(served: &Served) {
    let text = "xy".repeat(TEXT / 2);
    deliver_body(served, &format!("{{\"n\":\"60\",\"s\":\"{text}\"}}"));
}

fn deliver_body(served: &Served, body: &str) {
    let headers = [("content-type".to_owned(), "application/json".to_owned())];
    let path = manifests::path("searching");
    drop(try_request(
        served.receiver,
        "POST",
        &path,
        &headers,
        body.as_bytes(),
    ));
}

/// Three filters of as many classes as their source has room for.
fn classes() -> String {
    let filter = |class: &str| {
        let classes: Vec<String> = (0..380)
            .map(|_| format!("req.s.matches(r'{class}')"))
            .collect();
        classes.join("||")
    };
    let resources: String = [r"\pL{20}", r"\pL{19}", r"\pL"].iter().enumerate().fold(
        String::new(),
        |mut all, (index, class)| {
            let filter = filter(class);
            let _ = write!(
                all,
                "  - kind: GitRepository\n    name: app-{index}\n    filter: |\n      {filter}\n"
            );
            all
        },
    );
    format!(
        "apiVersion: notification.toolkit.fluxcd.io/v1\nkind: Receiver\nmetadata: {{name: classes, \
         namespace: {}}}\nspec:\n  type: github\n  secretRef: {{name: token}}\n  resources:\n{resources}---\n",
        manifests::NAMESPACE
    )
}

/// Receivers whose expressions are all different and as large as may be.
fn many() -> String {
    let receiver = |index: usize| {
        let patterns: Vec<String> = (0..6)
            .map(|nth| format!(r"req.s.matches(r'\pL{index}x{nth}')"))
            .collect();
        let more = format!("  resourceFilter: |\n    {}\n", patterns.join("||"));
        manifests::receiver(&format!("many-{index}"), "generic", &more)
    };
    (0..60).map(receiver).collect()
}
