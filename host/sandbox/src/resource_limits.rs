//! The memory, tables and instances that a guest may have.

use bellpull_engine::wasmtime::{self, ResourceLimiter};

use crate::store::StoreData;
use crate::violation::Violation;

impl ResourceLimiter for StoreData {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        if maximum.is_some_and(|maximum| desired > maximum) {
            return Ok(false);
        }
        // The memories of a composed component share one limit.
        let all = self.memory.saturating_add(desired.saturating_sub(current));
        within("memory", all, self.limits.memory)?;
        self.memory = all;
        Ok(true)
    }

    fn table_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        within("table", desired, self.limits.table_elements)?;
        Ok(true)
    }

    fn instances(&self) -> usize {
        self.limits.core_instances as usize
    }

    fn tables(&self) -> usize {
        self.limits.tables as usize
    }

    fn memories(&self) -> usize {
        self.limits.memories as usize
    }
}

fn within(what: &'static str, wanted: usize, limit: usize) -> Result<(), Violation> {
    if wanted <= limit {
        return Ok(());
    }
    Err(Violation::Memory {
        what,
        wanted,
        limit,
    })
}
