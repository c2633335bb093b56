//! Verdicts, right and wrong.

use bellpull_sdk::host::{credentials, log};
use bellpull_sdk::{
    ArtifactChange, Change, Event, GitChange, Paths, Refusal, Response, Source, Verdict,
};

use crate::deliver::{argument, header, mac, number, part};

pub(crate) fn verdict(wanted: &str) -> Result<Verdict, Refusal> {
    Ok(match wanted {
        "accept" => Verdict::Accept(Event::new("accepted")),
        "ignore" => Verdict::Ignore("of no interest".into()),
        "accept-after-hmac" => {
            let message = argument().split(',').map(part).collect::<Vec<_>>();
            let key = if header("x-key").is_empty() {
                "token".into()
            } else {
                header("x-key")
            };
            if !credentials::verify_hmac(&key, "sha256", &message, &mac()) {
                log::write(log::Level::Info, "wrong");
            }
            Verdict::Accept(Event::new("accepted"))
        }
        "accept-after-match" => {
            let carried = Source::Header("x-token".into());
            if !credentials::matches("token", &carried) {
                log::write(log::Level::Info, "wrong");
            }
            Verdict::Accept(Event::new("accepted"))
        }
        "accept-payload" => Verdict::Accept(Event {
            payload: Some("x".repeat(number())),
            ..Event::new("accepted")
        }),
        "accept-changes" => Verdict::Accept(Event {
            changes: vec![Change::Git(GitChange::in_repository(vec![
                String::new();
                number()
            ]))],
            ..Event::new("accepted")
        }),
        "ignore-long" => Verdict::Ignore("x".repeat(number())),
        "reply" => Verdict::Reply(reply()),
        "echo-refusal" => return Err(Refusal::Stale(echo())),
        "echo-ignore" => Verdict::Ignore(echo()),
        "echo-log" => {
            log::write(log::Level::Info, &echo());
            Verdict::Ignore("logged".into())
        }
        "echo-reply" => Verdict::Reply(Response {
            status: 200,
            headers: vec![("x-echo".into(), echo())],
            body: echo().into_bytes(),
        }),
        "echo-reply-name" => Verdict::Reply(Response {
            status: 200,
            headers: vec![(format!("x-{}", echo()), "1".into())],
            body: Vec::new(),
        }),
        "echo-event" => Verdict::Accept(echoing_event()),
        _ => return Err(Refusal::Malformed("no such behaviour".into())),
    })
}

/// What the test sent as hex, so that it may hold any character.
fn echo() -> String {
    let bytes = hex::decode(header("x-echo")).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn echoing_event() -> Event {
    Event {
        kind: echo(),
        action: Some(echo()),
        delivery_id: Some(echo()),
        signed_at: Some(echo()),
        changes: vec![
            Change::Git(GitChange {
                repositories: vec![echo()],
                ref_: Some(echo()),
                before: Some(echo()),
                after: Some(echo()),
                deleted: false,
                paths: Paths::Complete(vec![echo()]),
            }),
            Change::Artifact(ArtifactChange {
                repositories: vec![echo()],
                tag: Some(echo()),
                digest: Some(echo()),
                deleted: true,
            }),
        ],
        payload: Some(echo()),
    }
}

fn reply() -> Response {
    let plain = Response {
        status: 200,
        headers: vec![("Content-Type".into(), "text/plain".into())],
        body: b"hello".to_vec(),
    };
    let one = |name: &str, value: &str| Response {
        headers: vec![(name.into(), value.into())],
        ..plain.clone()
    };
    let wanted = argument();
    let (what, value) = wanted.split_once(' ').unwrap_or((&wanted, ""));
    let count = value.parse().unwrap_or_default();
    match what {
        "status" => Response {
            status: value.parse().unwrap_or_default(),
            ..plain
        },
        "body" => Response {
            body: vec![b'x'; count],
            ..plain
        },
        "bytes" => Response {
            body: vec![0xff],
            ..plain
        },
        "headers" => Response {
            headers: vec![("x-one".into(), "1".into()); count],
            ..plain
        },
        "header" => one(value, "1"),
        "line-break-in-value" => one("x-one", "1\r\nset-cookie: a=b"),
        "line-break-in-name" => one("x-one: 1\r\nset-cookie", "a=b"),
        _ => plain,
    }
}
