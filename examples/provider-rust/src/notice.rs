use bellpull_sdk::host::document::Value;
use bellpull_sdk::{Event, Refusal, Selection, Verdict, events};

use crate::triggers::VERIFICATION;

const TRIGGER: &str = "/trigger";
const TRIGGERS: &str = "/notifications/*/trigger";
const STATUSES: &str = "/notifications/*/run_status";

/// The pointers into the body. Notifications about a run have a list of triggers; all others, whose
/// `payload_version` is the text `"2"`, have one trigger.
pub(crate) const POINTERS: &[&str] = &[TRIGGER, TRIGGERS, STATUSES];

/// A trigger, and the status of its run.
type Notice<'p> = (&'p str, Option<&'p str>);

/// The verdict on an authentic body. A body may list several triggers; the event is the first one
/// that is wanted.
pub(crate) fn verdict(payload: &Selection, listed: &[String]) -> Result<Verdict, Refusal> {
    let notices = of(payload);
    let Some((first, _)) = notices.first() else {
        return Err(Refusal::Malformed("the body names no trigger".into()));
    };
    let wanted = notices
        .iter()
        .find(|(trigger, _)| *trigger != VERIFICATION && events::wanted(listed, trigger));
    Ok(match wanted {
        Some((trigger, status)) => Verdict::accept(Event {
            action: status.map(String::from),
            ..Event::new(trigger)
        }),
        None if *first == VERIFICATION => Verdict::ping(VERIFICATION, VERIFICATION),
        None => events::not_listed(first),
    })
}

fn of(payload: &Selection) -> Vec<Notice<'_>> {
    let workspace = payload.text(TRIGGER).map(|trigger| (trigger, None));
    let of_run = payload.all(TRIGGERS).iter().zip(payload.all(STATUSES));
    let run = of_run.filter_map(|(trigger, status)| Some((text(trigger)?, text(status))));
    workspace.into_iter().chain(run).collect()
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use bellpull_sdk::names;

    use super::*;

    fn run(notices: &[(&str, Option<&str>)]) -> Selection {
        let value = |text: Option<&str>| text.map_or(Value::Null, |text| Value::Text(text.into()));
        let column = |of: fn(&(&str, Option<&str>)) -> Option<String>| {
            let texts = notices.iter().map(of);
            texts.map(|text| value(text.as_deref())).collect::<Vec<_>>()
        };
        [
            (TRIGGER, vec![Value::Missing]),
            (TRIGGERS, column(|(trigger, _)| Some((*trigger).into()))),
            (STATUSES, column(|(_, status)| status.map(Into::into))),
        ]
        .into_iter()
        .collect()
    }

    fn accepted(payload: &Selection, listed: &[&str]) -> Option<(String, Option<String>)> {
        match verdict(payload, &names(listed)) {
            Ok(Verdict::Accept(told)) => {
                let event = told.events.into_iter().next()?;
                Some((event.kind, event.action))
            }
            _ => None,
        }
    }

    fn ignored(payload: &Selection, listed: &[&str]) -> Option<String> {
        match verdict(payload, &names(listed)) {
            Ok(Verdict::Ignore(why)) => Some(why.reason),
            _ => None,
        }
    }

    #[test]
    fn a_run_has_its_trigger_and_status() {
        let payload = run(&[("run:completed", Some("applied"))]);
        let expected = ("run:completed".into(), Some("applied".into()));
        assert_eq!(accepted(&payload, &[]), Some(expected.clone()));
        assert_eq!(accepted(&payload, &["RUN:Completed"]), Some(expected));
        assert_eq!(
            ignored(&payload, &["run:errored"]).as_deref(),
            Some("event run:completed is not listed")
        );
    }

    #[test]
    fn a_workspace_has_a_trigger_alone() {
        let payload = Selection::from([(TRIGGER, "assessment:drifted")]);
        assert_eq!(
            accepted(&payload, &[]),
            Some(("assessment:drifted".into(), None))
        );
    }

    #[test]
    fn a_verification_is_never_an_event() {
        let payload = run(&[(VERIFICATION, None)]);
        for listed in [&[][..], &["run:completed"], &[VERIFICATION]] {
            assert_eq!(ignored(&payload, listed).as_deref(), Some(VERIFICATION));
        }
    }

    #[test]
    fn of_several_the_first_wanted_counts() {
        let payload = run(&[
            ("run:created", Some("pending")),
            ("run:planning", Some("planning")),
            ("run:applying", Some("applying")),
        ]);
        let kind = |listed| accepted(&payload, listed).map(|(kind, _)| kind);
        assert_eq!(kind(&[]).as_deref(), Some("run:created"));
        assert_eq!(
            kind(&["run:applying", "run:planning"]).as_deref(),
            Some("run:planning")
        );
    }

    #[test]
    fn a_body_without_a_trigger_is_none_of_terraforms() {
        for payload in [run(&[]), Selection::from([(TRIGGER, "")])] {
            assert!(matches!(verdict(&payload, &[]), Err(Refusal::Malformed(_))));
        }
    }
}
