use std::sync::Arc;

use bellpull_admin::{AdminRoutes, LocalAdmin, LocalParts, Process};
use bellpull_cluster::ClusterMetrics;
use bellpull_records::RecordStore;
use clap::ValueEnum as _;
use serde_json::Value;

use super::control::Published;
use super::platform::{Platform, ServingHost};
use super::plugin_page::InventoryPage;
use super::process;
use crate::logs::LevelHandle;
use crate::settings::{LogLevel, ServeArgs};

/// What the admin API tells and changes of this process.
pub(super) struct ServingProcess {
    pub(super) page: InventoryPage,
    pub(super) level: LevelHandle,
    pub(super) leader: Option<ClusterMetrics>,
}

/// What the admin listener answers: the API, and the pages of the console.
pub(super) fn routes<P: Platform>(
    arguments: &ServeArgs,
    process: ServingProcess,
    records: Arc<RecordStore>,
    host: &Arc<ServingHost<P>>,
    published: &Published,
) -> AdminRoutes {
    let admin = Arc::new(LocalAdmin::new(LocalParts {
        host: Arc::clone(host),
        routes: Arc::clone(&published.routes),
        receivers: Arc::clone(&published.receivers),
        records,
        process,
        read_only: arguments.records.admin_read_only,
    }));
    AdminRoutes::new(Arc::clone(&admin)).with(bellpull_console::pages(admin))
}

impl Process for ServingProcess {
    fn name(&self) -> String {
        process::host_name()
    }

    fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    fn is_leader(&self) -> Option<bool> {
        self.leader.as_ref().map(ClusterMetrics::is_leader)
    }

    fn plugins(&self) -> serde_json::Result<Vec<Value>> {
        self.page.json()
    }

    fn log_level(&self) -> String {
        name(self.level.get())
    }

    fn set_log_level(&self, level: &str) -> Result<(), String> {
        let wanted = LogLevel::from_str(level, false).map_err(|_| {
            let known: Vec<String> = LogLevel::value_variants()
                .iter()
                .copied()
                .map(name)
                .collect();
            format!("level is {level:?}: write one of {}", known.join(", "))
        })?;
        self.level.set(wanted);
        Ok(())
    }
}

fn name(level: LogLevel) -> String {
    let value = level.to_possible_value();
    value.map_or_else(String::new, |value| value.get_name().to_owned())
}
