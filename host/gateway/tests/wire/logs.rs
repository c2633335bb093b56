use std::io;
use std::sync::{Arc, Mutex};

use bellpull_core::{Refusal, VerifyError};
use bellpull_gateway::GatewaySettings;

use crate::support::{KNOWN, Script, World, post};

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_delivery_is_one_line_that_holds_nothing_it_carried() {
    let lines = Lines::default();
    let sink = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::DEBUG)
        .with_ansi(false)
        .with_writer(move || sink.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);

    let refusal = Refusal::Unauthenticated("no\nsignature".into());
    let script = Script {
        verdict: Err(VerifyError::Refused(refusal)),
        ..Script::default()
    };
    let world = World::new(script, GatewaySettings::default());
    let more = "\r\nX-Token: hunter2\r\nX-Forwarded-For: 192.0.2.7, s3same\r\n\r\n";
    let head = post(KNOWN, 6).replace("\r\n\r\n", more);
    world.ask(&format!("{head}s3cret")).await;
    world.ask(&post("/hook/guess", 0)).await;

    let log = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    for carried in ["/hook", "hunter2", "s3cret", "s3same"] {
        assert!(!log.contains(carried), "{carried} in\n{log}");
    }
    let info: Vec<&str> = log.lines().filter(|l| l.contains(" INFO ")).collect();
    let [line] = info[..] else {
        panic!("not one line at info:\n{log}")
    };
    for field in [
        "receiver=default/receiver",
        "provider=\"generic\"",
        "outcome=\"unauthenticated\"",
        "status=401",
        "reason=\"no\\\\nsignature\"",
        "body=6",
        "client=127.0.0.1",
        "forwarded_for=\"192.0.2.7\"",
    ] {
        assert!(line.contains(field), "{field} not in\n{line}");
    }
}
