use bellpull_core::{
    Disinterest, Fault, IgnoreClass, Progress, Refusal, Response, TargetError, Verdict, VerifyError,
};
use bellpull_gateway::GatewaySettings;

use crate::support::{ANY, KNOWN, SUSPENDED, Script, World, post, target};

/// The outcome in the answer, the request, what the fakes say, our status, Flux's status.
type Row = (&'static str, String, Script, u16, u16);

fn verdict(verdict: Result<Verdict, VerifyError>) -> Script {
    Script {
        verdict,
        ..Script::default()
    }
}

fn refused(refusal: fn(String) -> Refusal) -> Script {
    faulted(VerifyError::Refused(refusal("because".into())))
}

fn faulted(error: VerifyError) -> Script {
    verdict(Err(error))
}

fn trap() -> VerifyError {
    VerifyError::Faulted(Fault::Trap, "unreachable".into())
}

/// The Receiver lists no events, and so all of them.
fn ignored(class: IgnoreClass) -> Script {
    verdict(Ok(Verdict::Ignore(Box::new(Disinterest {
        class,
        reason: "because".into(),
        event: None,
    }))))
}

fn progress(notified: usize, unreachable: usize, failing: usize, running: usize) -> Script {
    Script {
        progress: Progress {
            notified,
            unreachable,
            failing,
            running,
            postponed: 0,
        },
        ..Script::default()
    }
}

fn targets(error: fn(String) -> TargetError) -> Script {
    Script {
        targets: Err(error("because".into())),
        ..Script::default()
    }
}

fn known() -> String {
    format!("{}{{}}", post(KNOWN, 2))
}

/// Outcomes that the component or the targets decide.
fn served() -> Vec<(&'static str, Script, u16, u16)> {
    let no_targets = Script {
        targets: Ok(vec![]),
        ..Script::default()
    };
    let unready = targets(TargetError::NotYet);
    vec![
        ("notified", Script::default(), 200, 200),
        ("notified", no_targets, 200, 200),
        ("incomplete", progress(1, 1, 0, 0), 200, 500),
        ("incomplete", targets(TargetError::Invalid), 200, 500),
        ("accepted", progress(1, 1, 0, 1), 202, 200),
        ("ignored", ignored(IgnoreClass::Ping), 200, 200),
        ("ignored", ignored(IgnoreClass::NoChange), 200, 200),
        ("ignored", ignored(IgnoreClass::NotListed), 200, 400),
        ("ignored", ignored(IgnoreClass::Other), 200, 400),
        ("malformed", refused(Refusal::Malformed), 400, 400),
        (
            "unauthenticated",
            refused(Refusal::Unauthenticated),
            401,
            400,
        ),
        ("unauthenticated", refused(Refusal::Stale), 401, 400),
        ("failed", progress(1, 1, 1, 1), 503, 500),
        ("unavailable", refused(Refusal::Misconfigured), 503, 503),
        ("unavailable", faulted(VerifyError::BrokenOff), 503, 400),
        ("unavailable", faulted(VerifyError::Busy), 503, 503),
        ("unavailable", faulted(trap()), 503, 400),
        ("unavailable", refused(Refusal::Unavailable), 503, 400),
        ("unavailable", unready, 503, 503),
    ]
}

/// Outcomes of deliveries that never reach a component.
fn not_served() -> Vec<Row> {
    let full = Script {
        has_room: false,
        ..Script::default()
    };
    let put = post(KNOWN, 0).replace("POST", "PUT");
    vec![
        (
            "unknown",
            post("/hook/other", 0),
            Script::default(),
            404,
            404,
        ),
        ("wrong-method", put, Script::default(), 405, 400),
        (
            "too-large",
            post(KNOWN, 4 << 20),
            Script::default(),
            413,
            413,
        ),
        (
            "unavailable",
            post(SUSPENDED, 0),
            Script::default(),
            503,
            503,
        ),
        ("unavailable", known(), full, 503, 503),
    ]
}

fn rows() -> impl Iterator<Item = Row> {
    let served = served().into_iter();
    let served = served.map(|(outcome, script, ours, flux)| (outcome, known(), script, ours, flux));
    served.chain(not_served())
}

#[tokio::test]
async fn every_outcome_has_its_answer() {
    for (outcome, request, script, status, _) in rows() {
        let world = World::new(script, GatewaySettings::default());
        let answer = world.ask(&request).await;
        assert_eq!(answer.status, status, "{outcome}: {answer:?}");
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        let body: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(body["outcome"], outcome, "{answer:?}");
        let id = answer.header("bellpull-delivery");
        assert_eq!(body["delivery"].as_str(), id, "{answer:?}");
        assert!(!answer.body.contains("because"), "{answer:?}");
        let retry = (status == 503).then_some("10");
        assert_eq!(answer.header("retry-after"), retry, "{answer:?}");
        let allow = (status == 405).then_some("post");
        assert_eq!(answer.header("allow"), allow, "{answer:?}");
    }
}

#[tokio::test]
async fn a_content_coding_is_named_where_it_is_in_the_way() {
    let filtered: fn() -> Script = || Script {
        filter: Some("app"),
        ..Script::default()
    };
    type Case = (fn() -> Script, &'static str, (u16, &'static str), u16);
    let cases: [Case; 7] = [
        (
            || refused(Refusal::Malformed),
            "gzip",
            (415, "encoded-body"),
            400,
        ),
        (
            || refused(Refusal::Unauthenticated),
            "br",
            (415, "encoded-body"),
            400,
        ),
        (
            || refused(Refusal::Malformed),
            "identity",
            (400, "malformed"),
            400,
        ),
        (|| faulted(trap()), "gzip", (503, "unavailable"), 400),
        (|| ignored(IgnoreClass::Ping), "gzip", (200, "ignored"), 200),
        // A provider that reads no body takes any, as Flux does.
        (Script::default, "gzip", (200, "notified"), 200),
        (filtered, "gzip", (415, "encoded-body"), 500),
    ];
    for (script, coding, (status, outcome), flux) in cases {
        for (flux_status_codes, status) in [(false, status), (true, flux)] {
            let settings = GatewaySettings {
                flux_status_codes,
                ..GatewaySettings::default()
            };
            let head = format!("\r\nContent-Encoding: {coding}\r\n\r\n");
            let request = post(KNOWN, 2).replace("\r\n\r\n", &head) + "\x1f\x0b";
            let answer = World::new(script(), settings).ask(&request).await;
            let case = format!("{outcome} {coding}: {answer:?}");
            assert_eq!(answer.status, status, "{case}");
            assert!(answer.body.contains(outcome) || flux_status_codes, "{case}");
            let accepts = (outcome == "encoded-body").then_some("identity");
            assert_eq!(answer.header("accept-encoding"), accepts, "{case}");
        }
    }
}

#[tokio::test]
async fn flux_codes_come_with_empty_bodies() {
    for (outcome, request, script, _, status) in rows() {
        let settings = GatewaySettings {
            flux_status_codes: true,
            ..GatewaySettings::default()
        };
        let answer = World::new(script, settings).ask(&request).await;
        assert_eq!(answer.status, status, "{outcome}: {answer:?}");
        assert_eq!(answer.body, "", "{outcome}");
        assert!(answer.header("bellpull-delivery").is_some(), "{answer:?}");
    }
}

#[tokio::test]
async fn a_reply_is_the_components() {
    let response = Response {
        status: 201,
        headers: vec![("content-type".into(), "text/plain".into())],
        body: "challenge".into(),
    };
    let script = || verdict(Ok(Verdict::Reply(response.clone())));
    for flux_status_codes in [false, true] {
        let settings = GatewaySettings {
            flux_status_codes,
            ..GatewaySettings::default()
        };
        let world = World::new(script(), settings);
        let answer = world.ask(&post(ANY, 0).replace("POST", "OPTIONS")).await;
        assert_eq!((answer.status, answer.body.as_str()), (201, "challenge"));
        assert_eq!(answer.header("content-type"), Some("text/plain"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert!(answer.header("bellpull-delivery").is_some());
    }
}

#[tokio::test]
async fn a_target_that_two_references_name_is_notified_once() {
    let world = World::new(Script::default(), GatewaySettings::default());
    assert_eq!(world.ask(&post(KNOWN, 0)).await.status, 200);
    assert_eq!(*world.fake.notified.lock().unwrap(), [[target("app")]]);
}
