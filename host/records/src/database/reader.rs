use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use bellpull_core::limits;
use rusqlite::types::Value;
use rusqlite::{OptionalExtension as _, Result, params_from_iter};

use super::file::DatabaseFile;
use crate::query::DeliveryQuery;
use crate::view::DeliveryView;

/// Reads the records, one query at a time. Each query opens the file, which may be another one by then.
pub(super) struct DatabaseReader {
    file: DatabaseFile,
    one_at_a_time: Mutex<()>,
}

impl DatabaseReader {
    pub(super) fn new(file: DatabaseFile) -> Self {
        Self {
            file,
            one_at_a_time: Mutex::default(),
        }
    }

    /// The newest records that a query asks for, without those that are known already.
    pub(super) fn find(
        &self,
        query: &DeliveryQuery,
        known: &HashSet<String>,
    ) -> Result<Vec<DeliveryView>> {
        let _one = self
            .one_at_a_time
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let connection = self.file.open_to_read()?;
        let (conditions, values) = conditions(query);
        let sql = format!(
            "SELECT id, record FROM deliveries WHERE {conditions} \
             ORDER BY received_us DESC, number DESC LIMIT {}",
            query
                .limit
                .map_or(i64::MAX, |limit| i64::try_from(limit).unwrap_or(i64::MAX))
        );
        let mut statement = connection.prepare(&sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        let (mut found, mut left) = (Vec::new(), limits::RECORDS_READ);
        while let Some(row) = rows.next()? {
            if known.contains(row.get_ref(0)?.as_str()?) {
                continue;
            }
            let record = row.get_ref(1)?.as_str()?;
            let Some(rest) = left.checked_sub(record.len()) else {
                break;
            };
            left = rest;
            found.extend(read(record));
        }
        Ok(found)
    }

    pub(super) fn get(&self, id: &str) -> Result<Option<DeliveryView>> {
        let connection = self.file.open_to_read()?;
        let mut statement = connection.prepare("SELECT record FROM deliveries WHERE id = ?1")?;
        let record = statement
            .query_row([id], |row| row.get::<_, String>(0))
            .optional()?;
        Ok(record.as_deref().and_then(read))
    }
}

fn conditions(query: &DeliveryQuery) -> (String, Vec<Value>) {
    let mut conditions = vec!["1".to_owned()];
    let mut values = Vec::new();
    let equal = [
        ("namespace", &query.namespace),
        ("receiver", &query.receiver),
        ("outcome", &query.outcome),
    ];
    for (column, asked) in equal {
        if let Some(asked) = asked {
            conditions.push(format!("{column} = ?"));
            values.push(Value::Text(asked.clone()));
        }
    }
    if let Some(since) = query.since {
        conditions.push("received_us >= ?".to_owned());
        values.push(Value::Integer(since.as_microsecond()));
    }
    (conditions.join(" AND "), values)
}

/// A record that an older version of Bellpull has written lacks what it did not know.
fn read(record: &str) -> Option<DeliveryView> {
    let read = serde_json::from_str(record);
    read.inspect_err(|error| tracing::warn!(%error, "a record in the database cannot be read"))
        .ok()
}
