//! Deliveries to `gitlab`.

use super::expected::answered;
use super::names::FIRST;
use super::request::{Request, gitlab};
use super::row::Row;

const SPEC: &str =
    "{type: gitlab, secretRef: {name: token}, resources: [{kind: GitRepository, name: app}]}";

pub(super) fn rows() -> Vec<Row> {
    let row = |name, request: Request| Row::new(name, SPEC).send(request);
    let listing = |name, events: &str, request| {
        let events = format!("{{events: {events}, ");
        Row::new(name, &SPEC.replacen('{', &events, 1)).send(request)
    };
    let presenting = |token: &str| {
        gitlab()
            .without("x-gitlab-token")
            .header("x-gitlab-token", token)
    };
    let unnamed = || gitlab().without("x-gitlab-event");
    let with_body = |body: &str| Request {
        body: body.into(),
        ..gitlab()
    };
    vec![
        row("gitlab", gitlab()).expect(answered(200)),
        row("gitlab-untyped", gitlab().without("content-type")).expect(answered(200)),
        row("gitlab-wrong", presenting("another")).expect(answered(400)),
        row("gitlab-longer", presenting(&format!("{FIRST}-more"))).expect(answered(400)),
        row("gitlab-blank", presenting("")).expect(answered(400)),
        row("gitlab-missing", gitlab().without("x-gitlab-token")).expect(answered(400)),
        listing("gitlab-listed", "['Push Hook']", gitlab()).expect(answered(200)),
        listing("gitlab-listed-other-case", "['push hook']", gitlab()).expect(answered(200)),
        listing("gitlab-unlisted", "['Tag Push Hook']", gitlab()).expect(answered(400)),
        listing("gitlab-unnamed-listed", "['Push Hook']", unnamed()).expect(answered(400)),
        row("gitlab-unnamed", unnamed()).expect(answered(200)),
        row("gitlab-not-json", with_body("{")).expect(answered(200)),
        row("gitlab-empty", with_body("")).expect(answered(200)),
        row("gitlab-null", with_body("null")).expect(answered(200)),
        row("gitlab-put", gitlab().method("PUT"))
            .expect(answered(200))
            .differs(
                "a provider names the methods that its sender uses",
                &["answered: 200", "annotated: GitRepository app"],
                &["answered: 400"],
            ),
    ]
}
