use std::sync::{Mutex, PoisonError};

use bellpull_admin::api::{
    DeliveryList, DeliveryRequest, EndedView, FilterRequest, Filtered, LevelView, NotifiedByHand,
    NotifyRequest, PluginList, ReceiverList, Replayed, ReplayedFrom, Summary, WebhookPath,
};
use bellpull_admin::{Admin, AdminError, Answer, ErrorKind};
use bellpull_core::ReceiverId;
use bellpull_records::DeliveryView;
use serde_json::{Value, json};

/// What a sender or a tenant writes wherever it may.
pub(super) const HOSTILE: &str = "<img src=x onerror=alert(1)>";
/// The one delivery that is recorded.
pub(super) const ID: &str = "01a22d9c-1d2d-7379-b120-b38ad42aaffe";

/// Tells of one delivery and one Receiver, and notes what it was asked to do.
#[derive(Default)]
pub(super) struct FakeAdmin {
    done: Mutex<Vec<String>>,
}

impl FakeAdmin {
    /// What it was asked to change or to disclose.
    pub(super) fn done(&self) -> Vec<String> {
        let done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        done.clone()
    }

    fn does(&self, what: &str) {
        let mut done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        done.push(what.to_owned());
    }
}

fn delivery() -> DeliveryView {
    let text = HOSTILE;
    let view = json!({
        "id": ID,
        "received": "2026-01-02T03:04:05.006Z",
        "receiver": {"namespace": text, "name": text},
        "provider": text,
        "outcome": "incomplete",
        "status": 200,
        "message": text,
        "reason": text,
        "request": {
            "method": "POST",
            "query": [[text, text]],
            "headers": [[text, text]],
            "client": {"address": text, "subject": text},
            "bodyBytes": 28,
            "body": text,
        },
        "verifyUs": 1500,
        "totalUs": 2500,
        "events": {"event": {"kind": "push", "changes": [{"ref": text}]}},
        "claims": [text],
        "references": [
            {"index": 0, "names": text, "invalid": text, "targets": []},
            {"index": 1, "names": text, "targets": [{"target": text, "decision": text}]},
        ],
        "moreTargets": 2,
        "attempts": [
            {"target": text, "began": "2026-01-02T03:04:05.007Z", "tookUs": 300, "error": text},
        ],
        "givenUp": [{"target": text, "at": "2026-01-02T03:04:06Z", "why": text}],
        "providerVersion": text,
        "traceId": text,
    });
    serde_json::from_value(view).unwrap()
}

fn ended() -> EndedView {
    EndedView {
        outcome: "notified".into(),
        status: 200,
        message: HOSTILE.into(),
        reason: Some(HOSTILE.into()),
    }
}

fn missing() -> Value {
    json!([{"replica": HOSTILE, "why": HOSTILE}])
}

fn known(id: &str) -> Answer<()> {
    if id == ID {
        return Ok(());
    }
    Err(AdminError::new(
        ErrorKind::NotFound,
        "no record has this id",
    ))
}

impl Admin for FakeAdmin {
    async fn deliveries(&self, request: DeliveryRequest) -> Answer<DeliveryList> {
        let is_quiet = request.after.as_deref() == Some("nothing-new");
        Ok(DeliveryList {
            deliveries: (!is_quiet).then(delivery).into_iter().collect(),
            next: "1".into(),
            missing: Vec::new(),
        })
    }

    async fn delivery(&self, id: &str) -> Answer<DeliveryView> {
        known(id).map(|()| delivery())
    }

    async fn replay(&self, id: &str) -> Answer<Replayed> {
        known(id)?;
        self.does("replay");
        Ok(Replayed {
            id: ID.into(),
            from: ReplayedFrom::Verdict,
            why: Some(HOSTILE.into()),
            ended: ended(),
        })
    }

    async fn notify(
        &self,
        receiver: &ReceiverId,
        request: NotifyRequest,
    ) -> Answer<NotifiedByHand> {
        let target = request.target.unwrap_or_else(|| "all".into());
        self.does(&format!("notify {receiver}: {target}"));
        Ok(NotifiedByHand {
            id: ID.into(),
            targets: vec![HOSTILE.into()],
            ended: ended(),
        })
    }

    async fn receivers(&self) -> Answer<ReceiverList> {
        let text = HOSTILE;
        let receiver = |ready: bool| {
            json!({
                    "id": {"namespace": text, "name": text},
                    "provider": text,
                    "providerVersion": text,
            "traceId": text,
                    "ready": ready,
                    "reason": text,
                    "message": text,
                    "warnings": [text],
                    "authentication": text,
                    "events": [text],
                    "config": {text: text},
                    "resources": [text],
                    "last": {"id": ID, "received": text, "outcome": text},
                })
        };
        let list = json!({"receivers": [receiver(true), receiver(false)], "missing": missing()});
        Ok(serde_json::from_value(list).unwrap())
    }

    async fn webhook_path(&self, _: &ReceiverId) -> Answer<WebhookPath> {
        self.does("webhook path");
        Ok(WebhookPath {
            path: "/hook/secret".into(),
        })
    }

    async fn summary(&self) -> Answer<Summary> {
        let text = HOSTILE;
        let summary = json!({
            "processes": [
                {
                    "name": text, "version": text, "leader": true, "pending": 3,
                    "time": {"deliveries": 7, "p50Us": 900, "p99Us": 12_345},
                },
                {"name": "quiet", "version": "0.1.0"},
            ],
            "minutes": [{"began": text, "outcomes": {text: 2, "notified": 5}}],
            "missing": missing(),
        });
        Ok(serde_json::from_value(summary).unwrap())
    }

    async fn filter(&self, request: FilterRequest) -> Answer<Filtered> {
        known(&request.delivery)?;
        let text = HOSTILE;
        let parts = json!([
            {"depth": 0, "text": text, "value": text},
            {"depth": 1, "text": text, "error": text},
            {"depth": 1, "text": text},
        ]);
        let filtered = json!({
            "targets": [
                {"target": text, "value": true, "events": [{"event": text, "parts": parts}]},
                {"target": text, "error": text, "events": []},
            ],
            "moreTargets": 1,
            "invalid": [text],
        });
        Ok(serde_json::from_value(filtered).unwrap())
    }

    async fn plugins(&self) -> Answer<PluginList> {
        let text = HOSTILE;
        let plugin = json!({
            "pod": text, "providers": [text], "source": text, "version": text, "state": text,
            "reason": text, "faults": 1, "breaker": text,
        });
        Ok(PluginList {
            plugins: vec![plugin],
            missing: Vec::new(),
        })
    }

    async fn log_level(&self) -> Answer<LevelView> {
        Ok(LevelView {
            level: "info".into(),
        })
    }

    async fn set_log_level(&self, level: LevelView) -> Answer<LevelView> {
        self.does("log level");
        Ok(level)
    }
}
