//! The imports that a component may call, each with a component that calls it.

use bellpull_tests::hostile;

const DELIVERY: &str = "bellpull:provider/delivery@0.1.0";
const DOCUMENT: &str = "bellpull:provider/document@0.1.0";
const CREDENTIALS: &str = "bellpull:provider/credentials@0.1.0";
const CRYPTO: &str = "bellpull:provider/crypto@0.1.0";
const JWT: &str = "bellpull:provider/jwt@0.1.0";
const FETCH: &str = "bellpull:provider/fetch@0.1.0";
const CLOCK: &str = "bellpull:provider/clock@0.1.0";
const LOG: &str = "bellpull:provider/log@0.1.0";
const MONOTONIC: &str = "wasi:clocks/monotonic-clock@0.2.0";

/// An import, and what a component does with it.
pub(super) struct Import {
    pub(super) interface: &'static str,
    pub(super) function: &'static str,
    /// The type of `$import`.
    signature: &'static str,
    /// Instructions that call `$import`.
    code: &'static str,
    /// The host calls that they are.
    pub(super) calls: u32,
}

const fn import(
    interface: &'static str,
    function: &'static str,
    signature: &'static str,
    code: &'static str,
    calls: u32,
) -> Import {
    Import {
        interface,
        function,
        signature,
        code,
        calls,
    }
}

/// Every function of the contract, and some of WASI. Results are written to 12288; the texts are those of
/// `tests/kit/hostile.rs` and of [`DATA`].
pub(super) const IMPORTS: &[Import] = &[
    import(
        DELIVERY,
        "method",
        "(param i32)",
        "(call $import (i32.const 12288))",
        1,
    ),
    import(
        DELIVERY,
        "query",
        "(param i32 i32 i32)",
        "(call $import (i32.const 48) (i32.const 1) (i32.const 12288))",
        1,
    ),
    import(
        DELIVERY,
        "header",
        "(param i32 i32 i32)",
        "(call $import (i32.const 48) (i32.const 1) (i32.const 12288))",
        1,
    ),
    import(
        DELIVERY,
        "body-length",
        "(result i64)",
        "(drop (call $import))",
        1,
    ),
    import(
        DELIVERY,
        "body",
        "(param i64 i32 i32)",
        "(call $import (i64.const 0) (i32.const 8) (i32.const 12288))",
        1,
    ),
    import(
        DOCUMENT,
        "from-body",
        "(param i32)",
        "(call $import (i32.const 12288))",
        1,
    ),
    import(
        DOCUMENT,
        "from-form",
        "(param i32 i32 i32)",
        "(call $import (i32.const 48) (i32.const 1) (i32.const 12288))",
        1,
    ),
    import(
        DOCUMENT,
        "from-bytes",
        "(param i32 i32) (result i32)",
        "(drop (call $import (i32.const 48) (i32.const 1)))",
        1,
    ),
    import(
        DOCUMENT,
        "from-config",
        "(result i32)",
        "(drop (call $import))",
        1,
    ),
    import(
        DOCUMENT,
        "[method]json.select",
        "(param i32 i32 i32 i32)",
        "(call $import (call $document (i32.const 48) (i32.const 1)) (i32.const 0) (i32.const 0)
          (i32.const 12288))",
        2,
    ),
    import(
        DOCUMENT,
        "[resource-drop]json",
        "(param i32)",
        "(call $import (call $document (i32.const 48) (i32.const 1)))",
        2,
    ),
    import(
        CREDENTIALS,
        "verify-hmac",
        "(param i32 i32 i32 i32 i32 i32 i32 i32) (result i32)",
        "(drop (call $import (i32.const 52) (i32.const 5) (i32.const 58) (i32.const 6)
          (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))",
        1,
    ),
    import(
        CREDENTIALS,
        "matches",
        "(param i32 i32) (result i32)",
        "(drop (call $import (i32.const 52) (i32.const 5)))",
        1,
    ),
    import(
        CRYPTO,
        "verify-signature",
        "(param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)",
        "(call $import (i32.const 12900) (i32.const 7) (i32.const 0) (i32.const 32)
          (i32.const 12900) (i32.const 7) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 64)
          (i32.const 12288))",
        1,
    ),
    import(
        JWT,
        "verify",
        "(param i32 i32 i32 i32 i32)",
        "(call $import (i32.const 12848) (i32.const 1) (i32.const 12848) (i32.const 1)
          (i32.const 12288))",
        1,
    ),
    import(
        FETCH,
        "get",
        "(param i32 i32 i32)",
        "(call $import (i32.const 12912) (i32.const 19) (i32.const 12288))",
        1,
    ),
    import(CLOCK, "now", "(result i64)", "(drop (call $import))", 1),
    import(
        LOG,
        "write",
        "(param i32 i32 i32)",
        "(call $import (i32.const 1) (i32.const 48) (i32.const 1))",
        1,
    ),
    import(MONOTONIC, "now", "(result i64)", "(drop (call $import))", 1),
    import(
        MONOTONIC,
        "subscribe-duration",
        "(param i64) (result i32)",
        "(drop (call $import (i64.const 0)))",
        1,
    ),
    import(
        "wasi:cli/stdout@0.2.0",
        "get-stdout",
        "(result i32)",
        "(drop (call $import))",
        1,
    ),
    import(
        "wasi:random/random@0.2.0",
        "get-random-bytes",
        "(param i64 i32)",
        "(call $import (i64.const 8) (i32.const 12288))",
        1,
    ),
    // A poll counts once more for each pollable.
    import(
        "wasi:io/poll@0.2.0",
        "poll",
        "(param i32 i32 i32)",
        "(i32.store (i32.const 12300) (call $alarm (i64.const 0)))
        (i32.store (i32.const 12304) (call $alarm (i64.const 0)))
        (call $import (i32.const 12300) (i32.const 2) (i32.const 12288))",
        5,
    ),
];

/// The credential "token" is presented in the header "x", a token of the issuer "https://example.com" as
/// a bearer. The host "example.com" may be fetched from.
const DATA: &str = r#"
(data (i32.const 116) "\00\32\00\00\01\00\00\00")
(data (i32.const 1080) "\38\32\00\00\01\00\00\00")
(data (i32.const 2076) "\10\32\00\00\01\00\00\00\30\32\00\00\01\00\00\00")
(data (i32.const 12800) "\50\32\00\00\06\00\00\00\20\32\00\00\01\00\00\00")
(data (i32.const 12816) "\58\32\00\00\06\00\00\00\20\32\00\00\01\00\00\00")
(data (i32.const 12832) "\30\00\00\00\01\00\00\00")
(data (i32.const 12848) "\70\32\00\00\13\00\00\00")
(data (i32.const 12856) "\78\32\00\00\0b\00\00\00")
(data (i32.const 12880) "header")
(data (i32.const 12888) "bearer")
(data (i32.const 12900) "ed25519")
(data (i32.const 12912) "https://example.com")
"#;

impl Import {
    /// A component that calls the import, then `body-length` once for each byte of the body, and accepts.
    pub(super) fn component(&self) -> Vec<u8> {
        let declared = |interface, function, name, signature| {
            format!(r#"(import "{interface}" "{function}" (func ${name} {signature}))"#)
        };
        let mut imports = vec![declared(
            self.interface,
            self.function,
            "import",
            self.signature,
        )];
        for (name, interface, function, signature) in [
            ("length", DELIVERY, "body-length", "(result i64)"),
            (
                "document",
                DOCUMENT,
                "from-bytes",
                "(param i32 i32) (result i32)",
            ),
            (
                "alarm",
                MONOTONIC,
                "subscribe-duration",
                "(param i64) (result i32)",
            ),
        ] {
            let is_called = name == "length" || self.code.contains(&format!("${name}"));
            if is_called && (interface, function) != (self.interface, self.function) {
                imports.push(declared(interface, function, name, signature));
            }
        }
        let length = match self.function {
            "body-length" => "$import",
            _ => "$length",
        };
        let text = format!(
            "{imports}
            {DATA}
            (func $receive (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
              (local $left i64)
              {code}
              (local.set $left (call {length}))
              (loop $again
                (local.set $left (i64.sub (local.get $left) (i64.const 1)))
                (if (i64.gt_s (local.get $left) (i64.const 0))
                  (then (drop (call {length})) (br $again))))
              (i32.const 4096))",
            imports = imports.join("\n"),
            code = self.code,
        );
        hostile::component("caller", &text)
    }
}
