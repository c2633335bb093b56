use bellpull_core::ReceiverId;
use bellpull_records::DeliveryView;
use bytes::Bytes;
use http::{HeaderValue, Method, Request, header};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::ask::Ask;
use crate::admin::{Admin, Answer};
use crate::api::{
    DeliveryList, DeliveryRequest, FilterRequest, Filtered, LevelView, NotifiedByHand,
    NotifyRequest, PluginList, ReceiverList, Replayed, Summary, WebhookPath,
};
use crate::error::{AdminError, ErrorKind};

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Asks the admin listener of one process.
pub struct AdminClient<C> {
    name: String,
    process: C,
    token: Option<HeaderValue>,
}

impl<C: Ask> AdminClient<C> {
    /// `name` is what errors call the process.
    pub fn new(name: impl Into<String>, process: C) -> Self {
        Self {
            name: name.into(),
            process,
            token: None,
        }
    }

    /// The same, which says who asks: by the value of the header `Authorization`.
    #[must_use]
    pub fn authorized_by(self, token: Option<HeaderValue>) -> Self {
        Self { token, ..self }
    }

    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Answer<T> {
        self.exchange(Method::GET, path, Bytes::new()).await
    }

    async fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
    ) -> Answer<T> {
        let body = serde_json::to_vec(body).map_err(|error| invalid(&error))?;
        self.exchange(method, path, body.into()).await
    }

    async fn exchange<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Bytes,
    ) -> Answer<T> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, JSON)
            .body(body)
            .map_err(|error| invalid(&error))?;
        if let Some(token) = &self.token {
            let headers = request.headers_mut();
            headers.insert(header::AUTHORIZATION, token.clone());
        }
        let answer = self.process.ask(request).await;
        let answer = answer.map_err(|why| AdminError::new(ErrorKind::Unreachable, why))?;
        let status = answer.status();
        let strange = || {
            let message = format!(
                "{} answers {status}, and not as the admin listener of `bellpull serve` does",
                self.name
            );
            AdminError::new(ErrorKind::Unreachable, message)
        };
        if status.is_success() {
            return serde_json::from_slice(answer.body()).map_err(|_| strange());
        }
        let refused: AdminError = serde_json::from_slice(answer.body()).map_err(|_| strange())?;
        Err(AdminError::new(ErrorKind::of(status), refused.message))
    }
}

fn invalid(error: &dyn std::fmt::Display) -> AdminError {
    AdminError::new(ErrorKind::Invalid, error.to_string())
}

/// A path whose parts are written as a URL has them.
fn path(parts: &[&str]) -> String {
    let mut path = String::from("/v1");
    for part in parts {
        path.push('/');
        path.extend(utf8_percent_encode(part, NON_ALPHANUMERIC));
    }
    path
}

impl<C: Ask> Admin for AdminClient<C> {
    async fn deliveries(&self, request: DeliveryRequest) -> Answer<DeliveryList> {
        let query = serde_urlencoded::to_string(&request).map_err(|error| invalid(&error))?;
        self.get(&format!("/v1/deliveries?{query}")).await
    }

    async fn delivery(&self, id: &str) -> Answer<DeliveryView> {
        self.get(&path(&["deliveries", id])).await
    }

    async fn replay(&self, id: &str) -> Answer<Replayed> {
        let path = path(&["deliveries", id, "replay"]);
        self.send(Method::POST, &path, &()).await
    }

    async fn notify(
        &self,
        receiver: &ReceiverId,
        request: NotifyRequest,
    ) -> Answer<NotifiedByHand> {
        let ReceiverId { namespace, name } = receiver;
        let path = path(&["receivers", namespace, name, "notify"]);
        self.send(Method::POST, &path, &request).await
    }

    async fn receivers(&self) -> Answer<ReceiverList> {
        self.get(&path(&["receivers"])).await
    }

    async fn webhook_path(&self, receiver: &ReceiverId) -> Answer<WebhookPath> {
        let ReceiverId { namespace, name } = receiver;
        self.get(&path(&["receivers", namespace, name, "path"]))
            .await
    }

    async fn summary(&self) -> Answer<Summary> {
        self.get(&path(&["summary"])).await
    }

    async fn filter(&self, request: FilterRequest) -> Answer<Filtered> {
        self.send(Method::POST, &path(&["filter"]), &request).await
    }

    async fn plugins(&self) -> Answer<PluginList> {
        self.get(&path(&["plugins"])).await
    }

    async fn log_level(&self) -> Answer<LevelView> {
        self.get(&path(&["log-level"])).await
    }

    async fn set_log_level(&self, level: LevelView) -> Answer<LevelView> {
        self.send(Method::PUT, &path(&["log-level"]), &level).await
    }
}
