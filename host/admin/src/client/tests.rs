use std::sync::Mutex;

use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};

use super::{AdminClient, Ask, Replicas};
use crate::admin::Admin as _;
use crate::api::DeliveryRequest;
use crate::error::ErrorKind;

/// A process that gives these answers, each a status and a body, and remembers what it was asked. Without an
/// answer it is gone.
struct Scripted {
    answer: Option<(u16, Value)>,
    asked: Mutex<Vec<String>>,
}

impl Ask for &'static Scripted {
    async fn ask(&self, request: Request<Bytes>) -> Result<Response<Bytes>, String> {
        let asked = format!("{} {}", request.method(), request.uri());
        self.asked.lock().unwrap().push(asked);
        let (status, body) = self.answer.as_ref().ok_or("connection refused")?;
        let answer = Response::builder().status(*status);
        Ok(answer.body(Bytes::from(body.to_string())).unwrap())
    }
}

impl Scripted {
    /// What it was asked, in order.
    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

/// Replicas a, b, … with these answers.
fn replicas(
    answers: impl IntoIterator<Item = Option<(u16, Value)>>,
) -> (Replicas<&'static Scripted>, Vec<&'static Scripted>) {
    let scripted: Vec<&'static Scripted> = answers
        .into_iter()
        .map(|answer| {
            let asked = Mutex::default();
            &*Box::leak(Box::new(Scripted { answer, asked }))
        })
        .collect();
    let clients = ["a", "b", "c"].iter().zip(&scripted);
    let clients = clients.map(|(name, process)| AdminClient::new(*name, *process));
    (Replicas::new(clients.collect()), scripted)
}

fn delivery(id: &str) -> Value {
    json!({
        "id": id, "received": "", "receiver": {"namespace": "n", "name": "r"}, "outcome": "notified",
        "status": 200, "message": "", "totalUs": 1,
        "request": {"method": "POST", "query": [], "headers": [], "client": {}, "bodyBytes": 0},
    })
}

/// A list of these ids, and where to go on.
fn listed(ids: &[&str], next: &str) -> Option<(u16, Value)> {
    let deliveries: Vec<Value> = ids.iter().map(|id| delivery(id)).collect();
    Some((200, json!({"deliveries": deliveries, "next": next})))
}

#[tokio::test]
async fn deliveries_are_merged_by_time_and_each_replica_goes_on_from_where_it_was() {
    let (merged, asked) = replicas([listed(&["5", "2"], "x.2"), None, listed(&["4"], "y.9")]);
    let request = DeliveryRequest {
        limit: Some(2),
        ..DeliveryRequest::default()
    };
    let list = merged.deliveries(request).await.unwrap();
    let ids: Vec<&str> = list.deliveries.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(ids, ["5", "4"]);
    let missing: Vec<&str> = list
        .missing
        .iter()
        .map(|one| one.replica.as_str())
        .collect();
    assert_eq!(missing, ["b"]);
    let request = DeliveryRequest {
        after: Some(list.next),
        ..DeliveryRequest::default()
    };
    merged.deliveries(request).await.unwrap();
    let last: Vec<String> = asked.iter().filter_map(|one| one.asked().pop()).collect();
    let expected = [
        "GET /v1/deliveries?after=x.2",
        "GET /v1/deliveries?",
        "GET /v1/deliveries?after=y.9",
    ];
    assert_eq!(last, expected);
}

#[tokio::test]
async fn a_record_is_told_by_the_replica_that_has_it() {
    let none = || Some((404, json!({"message": "no record"})));
    for (answers, expected) in [
        (vec![none(), Some((200, delivery("7")))], Ok("7".to_owned())),
        (vec![None, Some((200, delivery("7")))], Ok("7".to_owned())),
        (
            vec![none(), None],
            Err((
                ErrorKind::NotFound,
                "no record; not asked, since it does not answer: b".to_owned(),
            )),
        ),
        (
            vec![None, None],
            Err((ErrorKind::Unreachable, "connection refused".to_owned())),
        ),
    ] {
        let (merged, _) = replicas(answers);
        let told = merged.delivery("7").await;
        let told = told
            .map(|record| record.id)
            .map_err(|error| (error.kind, error.message));
        assert_eq!(told, expected);
    }
}

#[tokio::test]
async fn what_is_no_admin_listener_is_said() {
    for answer in [(200, json!("hello")), (502, json!("bad gateway"))] {
        let (merged, _) = replicas([Some(answer)]);
        let error = merged.receivers().await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Unreachable);
        assert!(
            error.message.contains("not as the admin listener"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn one_replica_alone_notifies() {
    let notified =
        json!({"id": "1", "targets": [], "outcome": "notified", "status": 200, "message": ""});
    let (merged, asked) = replicas([None, Some((200, notified.clone())), Some((200, notified))]);
    let receiver = bellpull_core::ReceiverId::new("n", "r/../x");
    let came = merged.notify(&receiver, Default::default()).await.unwrap();
    assert_eq!(came.ended.outcome, "notified");
    let asked: Vec<Vec<String>> = asked.iter().map(|process| process.asked()).collect();
    let notify = "POST /v1/receivers/n/r%2F%2E%2E%2Fx/notify".to_owned();
    assert_eq!(asked, [vec![notify.clone()], vec![notify], vec![]]);
}
