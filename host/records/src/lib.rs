//! Records of deliveries: what each was, how it ended and why.
//!
//! A [`Recorder`] observes one delivery on the road. The [`RecordStore`] keeps the records within a
//! bound of memory, and [`RecordedPatch`] adds the attempts to notify. A [`RecordDatabase`] keeps them over
//! restarts. A record leaves the process only
//! as a [`DeliveryView`], from which every secret is cut out.

#![cfg_attr(
    not(feature = "database"),
    expect(
        dead_code,
        reason = "a build without the database needs less of the rest"
    )
)]

mod attempts;
#[cfg(feature = "database")]
mod database;
mod database_settings;
mod kept;
mod metrics;
#[cfg(not(feature = "database"))]
mod no_database;
mod query;
mod recent;
mod record;
mod recorder;
mod retention;
mod sequel;
mod settings;
mod store;
mod stored_request;
mod unfinished;
mod view;

#[cfg(test)]
mod tests;

#[cfg(not(feature = "database"))]
use no_database as database;

pub use attempts::RecordedPatch;
pub use database::{DatabaseError, RecordDatabase};
pub use database_settings::{DatabaseSettings, LEAST_SIZE};
pub use metrics::RecordMetrics;
pub use query::DeliveryQuery;
pub use recent::{RecentDeliveries, RecentMinute, RecentTime};
pub use record::Ended;
pub use recorder::Recorder;
pub use settings::{RecordSettings, RecordedBodies};
pub use store::RecordStore;
pub use stored_request::{LastRecord, StoredRequest};
pub use view::{
    AttemptView, ClientView, DeliveryView, GivenUpView, ReferenceView, RequestView, StepView,
    TargetView,
};
