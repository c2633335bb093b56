//! The memory, tables and instances that a guest may have.

use bellpull_engine::wasmtime::{self, ResourceLimiter};

use crate::store::StoreData;
use crate::violation::Violation;

impl ResourceLimiter for StoreData {
    fn memory_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        within("memory", desired, self.limits.memory)?;
        self.peak_memory = self.peak_memory.max(desired);
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
        1
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
