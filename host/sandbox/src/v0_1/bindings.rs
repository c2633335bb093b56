//! The contract in Rust, generated from `wit/v0.1`.

use bellpull_engine::wasmtime;

wasmtime::component::bindgen!({
    path: "../../wit/v0.1",
    world: "provider",
    imports: {
        "bellpull:provider/jwt.verify": async | trappable,
        "bellpull:provider/fetch.get": async | trappable,
        default: trappable,
    },
    exports: { default: async },
    with: { "bellpull:provider/document.json": crate::v0_1::document::Document },
});
