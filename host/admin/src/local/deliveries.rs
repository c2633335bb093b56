use std::sync::Arc;
use std::time::Duration;

use bellpull_core::{DeliveryId, OutcomeKind, Timestamp};
use bellpull_records::{DeliveryQuery, DeliveryView, RecordStore};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::admin::Answer;
use crate::api::{DeliveryList, DeliveryRequest};
use crate::error::{AdminError, ErrorKind};

/// Records of one answer, unless the query asks for another number.
const LISTED: usize = 100;
/// Longest time that a request waits for a delivery.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Lists records. They are searched for secrets on a thread where no delivery waits for that.
pub(super) async fn list(
    records: &Arc<RecordStore>,
    boot: &DeliveryId,
    request: DeliveryRequest,
) -> Answer<DeliveryList> {
    let wait = request.wait.map(Duration::from_secs);
    let query = query(request, boot)?;
    let deadline = wait.unwrap_or_default().min(LONGEST_WAIT);
    let waiting = async {
        let mut after = query.after;
        loop {
            let newer = DeliveryQuery {
                after,
                ..query.clone()
            };
            let (found, count) = find(records, newer).await?;
            if !found.is_empty() || wait.is_none() {
                return Ok((found, count));
            }
            records.more_than(count).await;
            after = Some(count);
        }
    };
    let (deliveries, count) = match wait {
        None => waiting.await?,
        Some(_) => match timeout(deadline, waiting).await {
            Ok(found) => found?,
            // There was none, so that the next question may look at all of them.
            Err(_) => (Vec::new(), query.after.unwrap_or_default()),
        },
    };
    Ok(DeliveryList {
        deliveries,
        next: format!("{boot}.{count}"),
        missing: Vec::new(),
    })
}

/// Tells one record.
pub(super) async fn show(records: &Arc<RecordStore>, id: &str) -> Answer<DeliveryView> {
    let (records, id) = (Arc::clone(records), id.to_owned());
    let found = spawn_blocking(move || records.get(&id)).await;
    found
        .map_err(|_| unreadable())?
        .ok_or_else(AdminError::no_record)
}

async fn find(
    records: &Arc<RecordStore>,
    query: DeliveryQuery,
) -> Answer<(Vec<DeliveryView>, u64)> {
    let records = Arc::clone(records);
    let found = spawn_blocking(move || records.find_counted(&query)).await;
    found.map_err(|_| unreadable())
}

fn unreadable() -> AdminError {
    AdminError::new(
        ErrorKind::Failed,
        "the records cannot be read; see the log of the server",
    )
}

/// # Errors
/// When a parameter has a wrong value: names it.
fn query(request: DeliveryRequest, boot: &DeliveryId) -> Answer<DeliveryQuery> {
    let wrong = |name: &str, value: &str, expected: &str| {
        let message = format!("{name} is {value:?}: write {expected}");
        AdminError::new(ErrorKind::Invalid, message)
    };
    let since = request.since.as_deref().map(|text| {
        let since: Result<Timestamp, _> = text.parse();
        since.map_err(|_| wrong("since", text, "a time as of RFC 3339"))
    });
    let outcome = request.outcome.map(|text| {
        let known: Vec<&str> = OutcomeKind::recorded().map(OutcomeKind::as_str).collect();
        if known.contains(&text.as_str()) {
            return Ok(text);
        }
        Err(wrong(
            "outcome",
            &text,
            &format!("one of {}", known.join(", ")),
        ))
    });
    let after = request.after.as_deref().map(|text| {
        let parts = text.rsplit_once('.');
        let parts = parts.and_then(|(of, count)| Some((of, count.parse().ok()?)));
        match parts {
            Some((of, count)) if of == boot.as_str() => Ok(count),
            // An earlier process said it: everything that this one has recorded is newer.
            Some(_) => Ok(0),
            None => Err(wrong("after", text, "what 'next' of an earlier list says")),
        }
    });
    Ok(DeliveryQuery {
        namespace: request.namespace,
        receiver: request.receiver,
        outcome: outcome.transpose()?,
        since: since.transpose()?,
        after: after.transpose()?,
        limit: Some(request.limit.unwrap_or(LISTED)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_that_there_is_not_is_named() {
        let request = DeliveryRequest {
            outcome: Some("notifed".into()),
            ..DeliveryRequest::default()
        };
        let told = query(request, &DeliveryId::generate()).unwrap_err().message;
        let expected = "outcome is \"notifed\": write one of notified, incomplete, accepted, ";
        assert!(told.starts_with(expected), "{told}");
    }

    #[test]
    fn a_query_is_read_or_says_what_is_wrong() {
        let boot = DeliveryId::generate();
        let read = |request| query(request, &boot);
        let since = Some("2026-01-02T03:04:05Z".to_owned());
        let request = DeliveryRequest {
            namespace: Some("a".into()),
            receiver: Some("b".into()),
            outcome: Some("notified".into()),
            since: since.clone(),
            limit: Some(7),
            after: Some(format!("{boot}.12")),
            wait: None,
        };
        let expected = DeliveryQuery {
            namespace: Some("a".into()),
            receiver: Some("b".into()),
            outcome: Some("notified".into()),
            since: since.and_then(|text| text.parse().ok()),
            after: Some(12),
            limit: Some(7),
        };
        assert_eq!(read(request), Ok(expected));
        let of_nothing = read(DeliveryRequest::default());
        assert_eq!(of_nothing.map(|query| query.limit), Ok(Some(LISTED)));
        for (since, after, expected) in [
            (
                Some("yesterday"),
                None,
                Err("since is \"yesterday\": write a time as of RFC 3339"),
            ),
            (
                None,
                Some("12"),
                Err("after is \"12\": write what 'next' of an earlier list says"),
            ),
            (None, Some("of-another-process.12"), Ok(Some(0))),
        ] {
            let request = DeliveryRequest {
                since: since.map(str::to_owned),
                after: after.map(str::to_owned),
                ..DeliveryRequest::default()
            };
            let got = read(request).map(|query| query.after);
            assert_eq!(
                got.map_err(|error| error.message),
                expected.map_err(str::to_owned)
            );
        }
    }
}
