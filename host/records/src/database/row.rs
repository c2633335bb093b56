use bellpull_core::Timestamp;
use bellpull_ports::BoundReceiver;
use rusqlite::{Connection, OptionalExtension as _, Result, Statement, named_params};

use super::queue::DatabaseWrite;
use crate::sequel::SequelStep;
use crate::view::DeliveryView;

/// What a row takes beside its record, in bytes: the other columns, and the indexes.
const ROW: usize = 512;

/// Writes a row in the place of what was there.
pub(super) const UPSERT: &str = "
INSERT INTO deliveries (
    id, received_us, namespace, receiver, provider, outcome, status, reason, total_us, notified,
    given_up, proven, bytes, record
) VALUES (
    :id, :received_us, :namespace, :receiver, :provider, :outcome, :status, :reason, :total_us,
    :notified, :given_up, :proven, :bytes, :record
) ON CONFLICT (id) DO UPDATE SET
    notified = excluded.notified, given_up = excluded.given_up, bytes = excluded.bytes,
    record = excluded.record";

/// One delivery as the database has it.
pub(super) struct DeliveryRow {
    view: DeliveryView,
    received: Timestamp,
    proven: bool,
}

impl DeliveryRow {
    /// What is to be written. `None`: the delivery is not in the database, and what became of it is
    /// nothing without it.
    pub(super) fn of(write: &DatabaseWrite, connection: &Connection) -> Result<Option<Self>> {
        match write {
            DatabaseWrite::Record(kept) => Ok(Some(Self {
                view: DeliveryView::of(kept),
                received: kept.record.received,
                proven: kept.record.is_proven(),
            })),
            DatabaseWrite::Step {
                delivery,
                bound,
                step,
            } => Self::read(connection, delivery.as_str(), bound.as_deref(), step),
        }
    }

    /// The row of a delivery, and one step more.
    fn read(
        connection: &Connection,
        id: &str,
        bound: Option<&BoundReceiver>,
        step: &SequelStep,
    ) -> Result<Option<Self>> {
        let sql = "SELECT record, received_us FROM deliveries WHERE id = ?1";
        let mut row = connection.prepare(sql)?;
        let found = row.query_row([id], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))
        });
        let Some((record, received_us)) = found.optional()? else {
            return Ok(None);
        };
        let view: Option<DeliveryView> = serde_json::from_str(&record).ok();
        Ok(view.map(|mut view| {
            view.add(bound, step);
            Self {
                view,
                received: Timestamp::from_microsecond(received_us).unwrap_or_default(),
                proven: true,
            }
        }))
    }

    /// Writes it by [`UPSERT`]. Returns the bytes of a row that proves nothing.
    pub(super) fn write(&self, upsert: &mut Statement<'_>) -> Result<i64> {
        let view = &self.view;
        let record = serde_json::to_string(view)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
        let bytes = signed(record.len() + ROW);
        let notified = view.attempts.iter().filter(|it| it.error.is_none()).count();
        upsert.execute(named_params! {
            ":id": view.id,
            ":received_us": self.received.as_microsecond(),
            ":namespace": view.receiver.namespace,
            ":receiver": view.receiver.name,
            ":provider": view.provider,
            ":outcome": view.outcome,
            ":status": view.status,
            ":reason": view.reason,
            ":total_us": signed(view.total_us),
            ":notified": signed(notified),
            ":given_up": signed(view.given_up.len()),
            ":proven": self.proven,
            ":bytes": bytes,
            ":record": record,
        })?;
        Ok(if self.proven { 0 } else { bytes })
    }
}

/// SQLite's integers have a sign.
pub(super) fn signed(number: impl TryInto<i64>) -> i64 {
    number.try_into().unwrap_or(i64::MAX)
}
