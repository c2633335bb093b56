use std::time::Duration;

use wasmtime::{
    Config, Enabled, InstanceAllocationStrategy, PoolingAllocationConfig, RegallocAlgorithm,
};

/// How often running guests are interrupted.
pub const TICK: Duration = Duration::from_millis(1);

/// Memory that one guest may have, bytes. Touching all of it costs about 14 ms of page faults.
pub const MAX_MEMORY: usize = 16 << 20;

/// Tables of one guest: wit-component's shim has a second one beside the module's own.
pub(crate) const MAX_TABLES: u32 = 4;
/// Elements of a table. Rust guests use some hundreds.
pub(crate) const MAX_TABLE_ELEMENTS: usize = 10_000;
/// Core instances of one guest: the module, wit-component's shim and fixup, and WASI's adapter.
pub(crate) const MAX_CORE_INSTANCES: u32 = 8;

/// What is baked into an artefact. Explicit bounds checks (no guard pages, no signals) keep a
/// memory that grows free of mprotect, which serialises threads; the 4 GiB reservation lets the
/// compiler drop most of those checks again.
pub(crate) fn portable() -> Config {
    let mut config = Config::new();
    config
        .wasm_component_model(true)
        .concurrency_support(false)
        .epoch_interruption(true)
        .memory_init_cow(true)
        .memory_reservation(4 << 30)
        .memory_guard_size(0)
        .signals_based_traps(false)
        // Larger images are initialised piece by piece: else 84 bytes of wasm become 15 MB.
        .memory_guaranteed_dense_image_size(1 << 20)
        .wasm_backtrace_max_frames(None)
        .cranelift_regalloc_algorithm(RegallocAlgorithm::Backtracking)
        // What providers do not need, and what has cost others their bounds. Threads and
        // exceptions are left out of this build of wasmtime.
        .gc_support(false)
        .wasm_stack_switching(false)
        .wasm_multi_memory(false)
        .wasm_memory64(false);
    config
}

/// The configuration that serves: every slot stays mapped and warm, so that a delivery makes no
/// call of the mmap family.
pub(crate) fn serving(slots: u32) -> Config {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(slots)
        .total_core_instances(slots * MAX_CORE_INSTANCES)
        .total_memories(slots)
        .total_tables(slots * MAX_TABLES)
        .total_stacks(slots)
        .max_core_instances_per_component(MAX_CORE_INSTANCES)
        .max_memories_per_component(1)
        .max_tables_per_component(MAX_TABLES)
        .max_memory_size(MAX_MEMORY)
        .max_tables_per_module(MAX_TABLES)
        .table_elements(MAX_TABLE_ELEMENTS)
        .linear_memory_keep_resident(2 << 20)
        .table_keep_resident(64 << 10)
        .pagemap_scan(Enabled::Auto)
        .max_unused_warm_slots(slots);
    let mut config = portable();
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    config
}
