use std::collections::BTreeMap;

use bellpull_core::ReceiverId;
use bellpull_records::DeliveryView;
use futures_util::future::join_all;
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use serde_json::Value;

use super::admin_client::AdminClient;
use super::ask::Ask;
use crate::admin::{Admin, Answer};
use crate::api::{
    DeliveryList, DeliveryRequest, FilterRequest, Filtered, LevelView, MinuteView, MissingReplica,
    NotifiedByHand, NotifyRequest, PluginList, ReceiverList, ReceiverReport, Replayed, Summary,
    WebhookPath,
};
use crate::error::{AdminError, ErrorKind};

/// Separates the replicas, and each from its part, in `next` of a merged list. Neither is in the name of a pod.
const BETWEEN: char = ',';
const OF: char = '=';

/// All replicas. What each one knows alone is merged.
pub struct Replicas<C> {
    /// At least one.
    clients: Vec<AdminClient<C>>,
}

/// The answers of the replicas that answered, and those that did not.
struct Answers<T> {
    of: OfReplicas<T>,
    missing: Vec<MissingReplica>,
    /// The first error.
    error: Option<AdminError>,
}

/// An answer of each replica that answered, by its name.
type OfReplicas<T> = Vec<(String, T)>;

impl<T> Answers<T> {
    fn new() -> Self {
        Self {
            of: Vec::new(),
            missing: Vec::new(),
            error: None,
        }
    }

    fn add(&mut self, replica: &str, answer: Answer<T>) {
        match answer {
            Ok(answer) => self.of.push((replica.to_owned(), answer)),
            Err(error) => {
                // What one replica has not, another one may have.
                if error.kind != ErrorKind::NotFound {
                    self.missing.push(MissingReplica {
                        replica: replica.to_owned(),
                        why: error.message.clone(),
                    });
                }
                self.error.get_or_insert(error);
            }
        }
    }

    /// # Errors
    /// When none answered.
    fn some(self) -> Answer<(OfReplicas<T>, Vec<MissingReplica>)> {
        match self.error {
            Some(error) if self.of.is_empty() => Err(error),
            _ => Ok((self.of, self.missing)),
        }
    }
}

impl<C: Ask> Replicas<C> {
    #[must_use]
    pub fn new(clients: Vec<AdminClient<C>>) -> Self {
        Self { clients }
    }

    async fn all<'a, T, F>(&'a self, ask: impl Fn(&'a AdminClient<C>) -> F) -> Answers<T>
    where
        F: Future<Output = Answer<T>>,
    {
        let asked = self.clients.iter().map(|client| {
            let answer = ask(client);
            async move { (client.name(), answer.await) }
        });
        let mut answers = Answers::new();
        for (replica, answer) in join_all(asked).await {
            answers.add(replica, answer);
        }
        answers
    }

    /// The answer of the first replica that has one.
    async fn first<'a, T, F>(&'a self, ask: impl Fn(&'a AdminClient<C>) -> F) -> Answer<T>
    where
        F: Future<Output = Answer<T>>,
    {
        let mut last = None;
        let mut missing = Vec::new();
        for client in &self.clients {
            match ask(client).await {
                Ok(answer) => return Ok(answer),
                Err(error) if error.kind == ErrorKind::Unreachable => {
                    missing.push(client.name());
                    last.get_or_insert(error);
                }
                Err(error) => last = Some(error),
            }
        }
        let mut error = last.unwrap_or_else(|| {
            AdminError::new(ErrorKind::Unreachable, "there is no replica to ask")
        });
        if !missing.is_empty() && error.kind != ErrorKind::Unreachable {
            let missing = missing.join(", ");
            error.message = format!(
                "{}; not asked, since it does not answer: {missing}",
                error.message
            );
        }
        Err(error)
    }

    /// The replica that has the record of a delivery.
    async fn keeper(&self, id: &str) -> Answer<&AdminClient<C>> {
        self.first(|client| async move { client.delivery(id).await.map(|_| client) })
            .await
    }
}

impl<C: Ask> Admin for Replicas<C> {
    async fn deliveries(&self, request: DeliveryRequest) -> Answer<DeliveryList> {
        let mut parts = parts_of(request.after.as_deref());
        let waits = request.wait.is_some();
        let limit = request.limit;
        let mut asked: FuturesUnordered<_> = self
            .clients
            .iter()
            .map(|client| {
                let request = DeliveryRequest {
                    after: parts.get(client.name()).cloned(),
                    ..request.clone()
                };
                async move { (client.name(), client.deliveries(request).await) }
            })
            .collect();
        let mut answers = Answers::new();
        while let Some((replica, answer)) = asked.next().await {
            let has_some = answer.as_ref().is_ok_and(|it| !it.deliveries.is_empty());
            answers.add(replica, answer);
            // The others are asked again from where they were.
            if waits && has_some {
                break;
            }
        }
        let (of, missing) = answers.some()?;
        let mut deliveries = Vec::new();
        for (replica, list) in of {
            parts.insert(replica, list.next);
            deliveries.extend(list.deliveries);
        }
        // Ids rise with time.
        deliveries.sort_by(|one, other| other.id.cmp(&one.id));
        deliveries.truncate(limit.unwrap_or(usize::MAX));
        Ok(DeliveryList {
            deliveries,
            next: next_of(&parts),
            missing,
        })
    }

    async fn delivery(&self, id: &str) -> Answer<DeliveryView> {
        self.first(|client| client.delivery(id)).await
    }

    async fn replay(&self, id: &str) -> Answer<Replayed> {
        self.keeper(id).await?.replay(id).await
    }

    async fn notify(
        &self,
        receiver: &ReceiverId,
        request: NotifyRequest,
    ) -> Answer<NotifiedByHand> {
        // More than one would notify more than once.
        let mut unreachable = None;
        for client in &self.clients {
            match client.notify(receiver, request.clone()).await {
                Err(error) if error.kind == ErrorKind::Unreachable => {
                    unreachable.get_or_insert(error);
                }
                answer => return answer,
            }
        }
        Err(unreachable.unwrap_or_else(|| {
            AdminError::new(ErrorKind::Unreachable, "there is no replica to ask")
        }))
    }

    async fn receivers(&self) -> Answer<ReceiverList> {
        let (of, missing) = self.all(AdminClient::receivers).await.some()?;
        let mut merged: BTreeMap<ReceiverId, ReceiverReport> = BTreeMap::new();
        for receiver in of.into_iter().flat_map(|(_, list)| list.receivers) {
            match merged.get_mut(&receiver.id) {
                None => {
                    merged.insert(receiver.id.clone(), receiver);
                }
                Some(known) => {
                    let id = |view: &ReceiverReport| view.last.as_ref().map(|last| last.id.clone());
                    if id(&receiver) > id(known) {
                        known.last = receiver.last;
                    }
                }
            }
        }
        Ok(ReceiverList {
            receivers: merged.into_values().collect(),
            missing,
        })
    }

    async fn webhook_path(&self, receiver: &ReceiverId) -> Answer<WebhookPath> {
        self.first(|client| client.webhook_path(receiver)).await
    }

    async fn summary(&self) -> Answer<Summary> {
        let (of, missing) = self.all(AdminClient::summary).await.some()?;
        let mut processes = Vec::new();
        // Times of RFC 3339 with the same digits sort as they follow one another.
        let mut minutes: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
        for (_, summary) in of {
            processes.extend(summary.processes);
            for MinuteView { began, outcomes } in summary.minutes {
                let merged = minutes.entry(began).or_default();
                for (outcome, count) in outcomes {
                    *merged.entry(outcome).or_default() += count;
                }
            }
        }
        let minutes = minutes.into_iter();
        Ok(Summary {
            processes,
            minutes: minutes
                .map(|(began, outcomes)| MinuteView { began, outcomes })
                .collect(),
            missing,
        })
    }

    async fn filter(&self, request: FilterRequest) -> Answer<Filtered> {
        self.keeper(&request.delivery).await?.filter(request).await
    }

    async fn plugins(&self) -> Answer<PluginList> {
        let (of, missing) = self.all(AdminClient::plugins).await.some()?;
        let several = self.clients.len() > 1;
        let plugins = of.into_iter().flat_map(|(replica, list)| {
            list.plugins.into_iter().map(move |mut plugin| {
                if let Some(plugin) = plugin.as_object_mut().filter(|_| several) {
                    plugin.insert("pod".to_owned(), Value::String(replica.clone()));
                }
                plugin
            })
        });
        Ok(PluginList {
            plugins: plugins.collect(),
            missing,
        })
    }

    async fn log_level(&self) -> Answer<LevelView> {
        self.first(AdminClient::log_level).await
    }

    async fn set_log_level(&self, level: LevelView) -> Answer<LevelView> {
        let answers = self.all(|client| client.set_log_level(level.clone())).await;
        match answers.error {
            Some(error) => Err(error),
            None => Ok(level),
        }
    }
}

/// What `next` of a merged list says of each replica.
fn parts_of(after: Option<&str>) -> BTreeMap<String, String> {
    let parts = after.unwrap_or_default().split(BETWEEN);
    let parts = parts.filter_map(|part| part.split_once(OF));
    parts
        .map(|(replica, next)| (replica.to_owned(), next.to_owned()))
        .collect()
}

fn next_of(parts: &BTreeMap<String, String>) -> String {
    let parts: Vec<String> = parts
        .iter()
        .map(|(replica, next)| format!("{replica}{OF}{next}"))
        .collect();
    parts.join(&BETWEEN.to_string())
}
