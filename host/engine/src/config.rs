use std::time::Duration;

use wasmtime::{
    Config, Enabled, InstanceAllocationStrategy, PoolingAllocationConfig, RegallocAlgorithm,
};

use crate::class::Class;

/// The time between two interruptions of a running guest.
pub const TICK: Duration = Duration::from_millis(1);

/// The configuration that an artefact of a class depends on.
pub(crate) fn portable(class: Class) -> Config {
    let mut config = Config::new();
    config
        .wasm_component_model(true)
        .concurrency_support(false)
        .epoch_interruption(true)
        .memory_init_cow(true)
        .memory_reservation(4 << 30)
        // Larger images are initialised piece by piece: otherwise 84 bytes of wasm become 15 MB.
        .memory_guaranteed_dense_image_size(1 << 20)
        // Nobody sees a guest's frames, so the tables that find them would only fill the artefact.
        .wasm_backtrace_max_frames(None)
        .generate_address_map(false)
        .native_unwind_info(false)
        .cranelift_regalloc_algorithm(RegallocAlgorithm::Backtracking)
        // Providers do not need these features, and each of them has broken bounds of a host before.
        // Threads and exceptions are left out of this build of wasmtime.
        .gc_support(false)
        .wasm_stack_switching(false)
        // The adapters that wasmtime writes between composed components copy from memory to memory.
        // A component's own modules may not: `Compiler::compile` sees to it.
        .wasm_multi_memory(class == Class::Composed)
        .wasm_memory64(false);
    match class {
        // Explicit bounds checks (no guard pages, no signals) keep a memory that grows free of
        // mprotect, which serialises threads; the 4 GiB reservation lets the compiler drop most of
        // those checks again.
        Class::Small => config.memory_guard_size(0).signals_based_traps(false),
        // An interpreter checks so much memory that guard pages cost it less.
        Class::Large | Class::Composed => config.signals_based_traps(true),
    };
    config
}

/// The configuration for serving. Every slot stays mapped and warm, so that a delivery causes no `mmap`.
pub(crate) fn serving(class: Class, slots: u32) -> Config {
    let limits = class.limits();
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(slots)
        .total_core_instances(slots * limits.core_instances)
        .total_memories(slots * limits.memories)
        .total_tables(slots * limits.tables)
        .total_stacks(slots)
        .max_core_instances_per_component(limits.core_instances)
        .max_memories_per_component(limits.memories)
        .max_tables_per_component(limits.tables)
        .max_memory_size(limits.memory)
        .max_tables_per_module(limits.tables)
        .table_elements(limits.table_elements)
        .linear_memory_keep_resident(2 << 20)
        .table_keep_resident(64 << 10)
        .pagemap_scan(Enabled::Auto)
        .max_unused_warm_slots(slots);
    let mut config = portable(class);
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    config
}
