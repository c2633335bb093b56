use std::future::Future;

use bellpull_core::ReceiverId;
use bellpull_records::DeliveryView;

use crate::AdminError;
use crate::api::{
    DeliveryList, DeliveryRequest, FilterRequest, Filtered, LevelView, NotifiedByHand,
    NotifyRequest, PluginList, ReceiverList, Replayed, Summary, WebhookPath,
};

/// The result of a request to the API.
pub type Answer<T> = Result<T, AdminError>;

/// What whoever runs Bellpull may ask, of one process or of all replicas.
pub trait Admin: Send + Sync + 'static {
    /// The records that are asked for, the newest first. Waits for one that is newer than `after` if the
    /// request says so.
    fn deliveries(
        &self,
        request: DeliveryRequest,
    ) -> impl Future<Output = Answer<DeliveryList>> + Send;

    /// The record of one delivery.
    fn delivery(&self, id: &str) -> impl Future<Output = Answer<DeliveryView>> + Send;

    /// Takes a recorded delivery along the road again.
    fn replay(&self, id: &str) -> impl Future<Output = Answer<Replayed>> + Send;

    /// Notifies targets of a Receiver as if a delivery had come.
    fn notify(
        &self,
        receiver: &ReceiverId,
        request: NotifyRequest,
    ) -> impl Future<Output = Answer<NotifiedByHand>> + Send;

    /// Every Receiver with its state and its last delivery.
    fn receivers(&self) -> impl Future<Output = Answer<ReceiverList>> + Send;

    /// The webhook path of a Receiver. It is a secret.
    fn webhook_path(
        &self,
        receiver: &ReceiverId,
    ) -> impl Future<Output = Answer<WebhookPath>> + Send;

    /// How the process fares, with the deliveries of the last hour.
    fn summary(&self) -> impl Future<Output = Answer<Summary>> + Send;

    /// What a filter says of the targets of a recorded delivery, and how it comes about. Nobody is notified.
    fn filter(&self, request: FilterRequest) -> impl Future<Output = Answer<Filtered>> + Send;

    /// The loaded components.
    fn plugins(&self) -> impl Future<Output = Answer<PluginList>> + Send;

    /// The least severity of log lines.
    fn log_level(&self) -> impl Future<Output = Answer<LevelView>> + Send;

    /// Changes it until the process ends.
    fn set_log_level(&self, level: LevelView) -> impl Future<Output = Answer<LevelView>> + Send;
}
