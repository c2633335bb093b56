//! Events of a registry by Azure Event Grid, in the Event Grid schema: a list of events, whose
//! `data` is what the webhooks of the registry send.
//! <https://learn.microsoft.com/azure/event-grid/event-schema-container-registry>, and for the
//! validation
//! <https://learn.microsoft.com/azure/event-grid/end-point-validation-event-grid-events-schema>.

use bellpull_sdk::host::document::{Json, Value};
use bellpull_sdk::{
    Acceptance, Event, Receiver, Refusal, Response, Selection, Verdict, body, events, headers,
};

use crate::event;

/// The header in which Event Grid states the type of a delivery.
const KIND: &str = "aeg-event-type";
const VALIDATION: &str = "SubscriptionValidation";
const CODE: &str = "/*/data/validationCode";
/// The pointers of [`event::POINTERS`] in each event of the list.
const COLUMNS: [&str; 6] = [
    "/*/data/action",
    "/*/data/request/host",
    "/*/data/target/repository",
    "/*/data/target/tag",
    "/*/data/target/digest",
    "/*/data/target/version",
];
const DATA: &str = "/*/data";
/// Its answer may pass the bounds of the host.
const BULKY: &[&str] = &[DATA];

/// The verdict on a delivery of Event Grid. `None` if Event Grid is not the sender, or the body is
/// not a list.
///
/// # Errors
/// `malformed` for a list that is not JSON, and for a validation event without a code.
pub(crate) fn receive(receiver: &Receiver) -> Result<Option<Verdict>, Refusal> {
    let Some(kind) = headers::informative(KIND) else {
        return Ok(None);
    };
    // Flux ignores this header, so a webhook may carry it too.
    let Some(list) = body::json_list_if_any()? else {
        return Ok(None);
    };
    if kind.eq_ignore_ascii_case(VALIDATION) {
        return validated(&list).map(Some);
    }
    let sent = Selection::of_bulky(&list, &COLUMNS, BULKY)?;
    Ok(Some(told(&receiver.events, &sent)))
}

/// The verdict on a list: the events that `spec.events` wants.
fn told(listed: &[String], sent: &Selection) -> Verdict {
    let data = sent.all(DATA);
    let rows = sent.rows(COLUMNS).into_iter().enumerate();
    let wanted = rows.filter_map(|(index, row)| {
        let named: Vec<&str> = row[0].into_iter().collect();
        if !events::any_wanted_if_all_known(listed, event::EVENTS, &named) {
            return None;
        }
        let told = event::of_row(row);
        Some(match data.get(index) {
            Some(Value::Json(data)) => told.with_payload(data),
            _ => told,
        })
    });
    let wanted: Vec<Event> = wanted.collect();
    if wanted.is_empty() {
        return Verdict::not_listed("no event of the list is listed");
    }
    Verdict::Accept(Acceptance {
        events: wanted,
        complete: true,
        delivery_id: None,
        signed_at: None,
    })
}

/// The answer to a validation event, which Event Grid sends when a subscription is made. It repeats
/// the code of the event.
fn validated(list: &Json) -> Result<Verdict, Refusal> {
    let code = Selection::of(list, &[CODE])?;
    let code = code.text(CODE).filter(|code| is_code(code));
    let code = code
        .ok_or_else(|| Refusal::Malformed("the validation event has no validationCode".into()))?;
    Ok(Verdict::Reply(Response {
        headers: vec![("content-type".into(), "application/json".into())],
        ..Response::ok(["{\"validationResponse\":\"", code, "\"}"].concat())
    }))
}

/// Codes are GUIDs. Any text that needs no escape in JSON is accepted.
fn is_code(code: &str) -> bool {
    code.len() <= 128
        && code
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
}

#[cfg(test)]
mod tests {
    use bellpull_sdk::{Change, names};

    use super::*;

    fn sent() -> Selection {
        let column = |texts: [&str; 2]| texts.map(|text| Value::Text(text.into())).to_vec();
        [
            (COLUMNS[0], column(["push", "delete"])),
            (COLUMNS[1], column(["octo.azurecr.io"; 2])),
            (COLUMNS[2], column(["team/app", "team/old"])),
            (COLUMNS[3], column(["v1", ""])),
            (
                DATA,
                vec![
                    Value::Json("{\"action\":\"push\"}".into()),
                    Value::Json("{}".into()),
                ],
            ),
        ]
        .into_iter()
        .collect()
    }

    #[test]
    fn each_event_is_one_of_its_own() {
        let told = |listed: &[&str]| match told(&names(listed), &sent()) {
            Verdict::Accept(told) => told.events,
            _ => Vec::new(),
        };
        let all = told(&[]);
        let kinds: Vec<&str> = all.iter().map(|event| event.kind.as_str()).collect();
        assert_eq!(kinds, ["push", "delete"]);
        assert_eq!(all[0].payload.as_deref(), Some("{\"action\":\"push\"}"));
        let [Change::Artifact(image)] = all[0].changes.as_slice() else {
            panic!("{:?}", all[0]);
        };
        assert_eq!(image.repositories, ["octo.azurecr.io/team/app"]);
        assert_eq!(image.tag.as_deref(), Some("v1"));
        let [Change::Artifact(gone)] = all[1].changes.as_slice() else {
            panic!("{:?}", all[1]);
        };
        assert_eq!((gone.deleted, &gone.tag), (true, &None));
        assert_eq!(told(&["Delete"]), all[1..]);
        assert!(told(&["quarantine"]).is_empty());
        assert_eq!(told(&["quarantine", "unknown"]), all, "as by Flux");
    }

    #[test]
    fn a_code_is_answered_as_it_is() {
        assert!(is_code("512d38b6-c7b8-40c8-89fe-f46f9e9622b6"));
        for code in ["\"", "a b", "{}", &"a".repeat(129)] {
            assert!(!is_code(code), "{code}");
        }
    }
}
