//! The contract as Rust. Generated; authors use the names re-exported by the crate.
#![allow(
    missing_docs,
    reason = "generated: the documentation is in wit/v0.1/provider.wit"
)]
#![allow(
    unsafe_code,
    reason = "generated: the canonical ABI passes pointers across the boundary"
)]

wit_bindgen::generate!({
    path: "../../wit/v0.1",
    world: "provider",
    pub_export_macro: true,
    export_macro_name: "export_component",
    default_bindings_module: "bellpull_sdk::bindings",
    additional_derives: [PartialEq, Eq],
});
