//! The servers that there are, for whoever goes on asking.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use bellpull_admin::api::{
    DeliveryList, DeliveryRequest, FilterRequest, Filtered, LevelView, NotifiedByHand,
    NotifyRequest, PluginList, ReceiverList, Replayed, Summary, WebhookPath,
};
use bellpull_admin::{Admin, AdminError, Answer, ErrorKind, Replicas};
use bellpull_core::ReceiverId;
use bellpull_records::DeliveryView;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::admin_server::{ServerAsk, replicas};
use crate::settings::AdminArgs;

/// How long a list of pods counts. Whoever goes on asking outlives them.
const FRESH: Duration = Duration::from_secs(15);

/// The replicas that there are when something is asked.
pub(super) struct CurrentReplicas {
    arguments: AdminArgs,
    listed: Mutex<Listed>,
}

struct Listed {
    replicas: Arc<Replicas<ServerAsk>>,
    at: Instant,
}

impl CurrentReplicas {
    /// # Errors
    /// When the servers that the arguments name cannot be found.
    pub(super) async fn new(arguments: AdminArgs) -> Result<Self> {
        let listed = Mutex::new(Listed::new(&arguments).await?);
        Ok(Self { arguments, listed })
    }

    async fn now(&self) -> Answer<Arc<Replicas<ServerAsk>>> {
        let mut listed = self.listed.lock().await;
        if listed.at.elapsed() > FRESH {
            let found = Listed::new(&self.arguments).await;
            *listed = found
                .map_err(|error| AdminError::new(ErrorKind::Unreachable, format!("{error:#}")))?;
        }
        Ok(Arc::clone(&listed.replicas))
    }
}

impl Listed {
    async fn new(arguments: &AdminArgs) -> Result<Self> {
        Ok(Self {
            replicas: Arc::new(replicas(arguments).await?),
            at: Instant::now(),
        })
    }
}

impl Admin for CurrentReplicas {
    async fn deliveries(&self, request: DeliveryRequest) -> Answer<DeliveryList> {
        self.now().await?.deliveries(request).await
    }

    async fn delivery(&self, id: &str) -> Answer<DeliveryView> {
        self.now().await?.delivery(id).await
    }

    async fn replay(&self, id: &str) -> Answer<Replayed> {
        self.now().await?.replay(id).await
    }

    async fn notify(
        &self,
        receiver: &ReceiverId,
        request: NotifyRequest,
    ) -> Answer<NotifiedByHand> {
        self.now().await?.notify(receiver, request).await
    }

    async fn receivers(&self) -> Answer<ReceiverList> {
        self.now().await?.receivers().await
    }

    async fn webhook_path(&self, receiver: &ReceiverId) -> Answer<WebhookPath> {
        self.now().await?.webhook_path(receiver).await
    }

    async fn summary(&self) -> Answer<Summary> {
        self.now().await?.summary().await
    }

    async fn filter(&self, request: FilterRequest) -> Answer<Filtered> {
        self.now().await?.filter(request).await
    }

    async fn plugins(&self) -> Answer<PluginList> {
        self.now().await?.plugins().await
    }

    async fn log_level(&self) -> Answer<LevelView> {
        self.now().await?.log_level().await
    }

    async fn set_log_level(&self, level: LevelView) -> Answer<LevelView> {
        self.now().await?.set_log_level(level).await
    }
}
