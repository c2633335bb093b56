use std::sync::Arc;

use bellpull_admin::{
    Access, Admin, AdminError, AdminRoutes, AskedAction, Checked, ErrorKind, LocalAdmin,
    LocalParts, Process,
};
use bellpull_cluster::{AccessReviews, ClusterMetrics, ReviewError, ReviewedAccess};
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
    page: InventoryPage,
    level: LevelHandle,
    leader: Option<ClusterMetrics>,
    access: Option<AccessReviews>,
}

impl ServingProcess {
    pub(super) fn new(
        page: InventoryPage,
        level: LevelHandle,
        leader: Option<ClusterMetrics>,
        access: Option<AccessReviews>,
    ) -> Self {
        Self {
            page,
            level,
            leader,
            access,
        }
    }
}

/// What the admin listener answers: the API, and the pages of the console.
pub(super) fn routes<P: Platform>(
    arguments: &ServeArgs,
    process: ServingProcess,
    records: Arc<RecordStore>,
    host: &Arc<ServingHost<P>>,
    published: &Published,
) -> AdminRoutes {
    let access = process.access.clone();
    let access = access.filter(|_| arguments.records.admin_auth.is_some());
    let admin = Arc::new(LocalAdmin::new(LocalParts {
        host: Arc::clone(host),
        routes: Arc::clone(&published.routes),
        receivers: Arc::clone(&published.receivers),
        records,
        process,
        read_only: arguments.records.admin_read_only,
    }));
    match access {
        None => open_routes(admin),
        Some(reviews) => AdminRoutes::new(admin, Some(Arc::new(ReviewedByCluster(reviews)))),
    }
}

/// What whoever reaches the listener is answered. The pages ask in the name of the process.
#[cfg(feature = "console")]
fn open_routes(admin: Arc<impl Admin>) -> AdminRoutes {
    AdminRoutes::new(Arc::clone(&admin), None).with(bellpull_console::pages(admin))
}

#[cfg(not(feature = "console"))]
fn open_routes(admin: Arc<impl Admin>) -> AdminRoutes {
    AdminRoutes::new(admin, None)
}

/// The API server decides who may do what.
struct ReviewedByCluster(AccessReviews);

impl Access for ReviewedByCluster {
    fn check<'a>(&'a self, token: &'a str, action: AskedAction) -> Checked<'a> {
        let AskedAction {
            verb,
            resource,
            namespace,
        } = action;
        let wanted = ReviewedAccess {
            verb,
            resource,
            namespace,
        };
        Box::pin(async move {
            let checked = self.0.check(token, wanted).await;
            checked.map_err(|error| {
                let kind = match error {
                    ReviewError::Unknown => ErrorKind::Unauthenticated,
                    ReviewError::Denied { .. } => ErrorKind::Forbidden,
                    ReviewError::Silent(_) => ErrorKind::Failed,
                };
                AdminError::new(kind, error.to_string())
            })
        })
    }
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
