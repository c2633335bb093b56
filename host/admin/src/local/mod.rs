//! What this process answers for itself.

mod deliveries;
mod filter;
mod local_admin;
mod notify;
mod receivers;
mod replay;
mod summary;

use bellpull_core::ReceiverId;
use bellpull_ports::Host;
use bellpull_records::DeliveryView;

use crate::admin::{Admin, Answer};
use crate::api::{
    DeliveryList, DeliveryRequest, FilterRequest, Filtered, LevelView, NotifiedByHand,
    NotifyRequest, PluginList, ReceiverList, Replayed, Summary, WebhookPath,
};
use crate::error::{AdminError, ErrorKind};

pub use local_admin::{LocalAdmin, LocalParts, Process};

impl<H: Host, P: Process> Admin for LocalAdmin<H, P> {
    async fn deliveries(&self, request: DeliveryRequest) -> Answer<DeliveryList> {
        deliveries::list(&self.parts.records, &self.boot, request).await
    }

    async fn delivery(&self, id: &str) -> Answer<DeliveryView> {
        deliveries::show(&self.parts.records, id).await
    }

    async fn replay(&self, id: &str) -> Answer<Replayed> {
        self.may_change()?;
        replay::replay(self, id).await
    }

    async fn notify(
        &self,
        receiver: &ReceiverId,
        request: NotifyRequest,
    ) -> Answer<NotifiedByHand> {
        self.may_change()?;
        notify::notify(self, receiver, request).await
    }

    async fn receivers(&self) -> Answer<ReceiverList> {
        receivers::list(self)
    }

    async fn webhook_path(&self, receiver: &ReceiverId) -> Answer<WebhookPath> {
        let state = self.state(receiver)?;
        let path = state.paths.first().map(|path| WebhookPath {
            path: path.to_string(),
        });
        path.ok_or_else(|| {
            let message = format!("Receiver {receiver} has no webhook path: {}", state.message);
            AdminError::new(ErrorKind::Conflict, message)
        })
    }

    async fn summary(&self) -> Answer<Summary> {
        Ok(summary::now(self))
    }

    async fn filter(&self, request: FilterRequest) -> Answer<Filtered> {
        filter::try_on(self, request).await
    }

    async fn plugins(&self) -> Answer<PluginList> {
        let plugins = self.parts.process.plugins().map(|plugins| PluginList {
            plugins,
            missing: Vec::new(),
        });
        plugins.map_err(|error| AdminError::new(ErrorKind::Failed, error.to_string()))
    }

    async fn log_level(&self) -> Answer<LevelView> {
        let level = self.parts.process.log_level();
        Ok(LevelView { level })
    }

    async fn set_log_level(&self, level: LevelView) -> Answer<LevelView> {
        self.may_change()?;
        let changed = self.parts.process.set_log_level(&level.level);
        changed.map_err(|wrong| AdminError::new(ErrorKind::Invalid, wrong))?;
        tracing::warn!(level = level.level, "the log level was changed");
        Ok(level)
    }
}
