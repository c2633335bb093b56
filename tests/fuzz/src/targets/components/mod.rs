//! Components that nobody vouches for, from their bytes to their first verdict. The first line of an input
//! says what the rest is; see [`made`].

mod made;
mod tried;

use std::sync::LazyLock;
use std::time::Duration;

use crate::FuzzTarget;
use tried::Tried;

/// Compiled, loaded, asked what it is, bound and called. Whatever it is, that ends by itself and within
/// its limits, and a delivery without a proof is not accepted unless the component is bound by the path.
pub(crate) const TARGET: FuzzTarget = FuzzTarget {
    name: "components",
    run,
};

/// The time of one call. A guest that never ends takes it all, so it is short.
const CALL: Duration = Duration::from_millis(25);

fn run(input: &[u8]) {
    static TRIED: LazyLock<Tried> = LazyLock::new(|| Tried::new(CALL));
    if let Some(component) = made::of(input) {
        let _reached = TRIED.attempt(&component);
    }
}

#[cfg(test)]
mod tests {
    use bellpull_tests::patience::PATIENCE;

    use super::tried::Reached;
    use super::*;

    #[test]
    fn each_form_of_input_makes_components() {
        let tried = Tried::new(PATIENCE);
        for (input, reached) in [
            (&b"text\n"[..], Reached::Called),
            (b"text\n(func $describe (result i32) (unreachable))", Reached::Compiled),
            (b"text\n(func $configure (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32) (unreachable))", Reached::Loaded),
            (b"module\n", Reached::Called),
            (b"component\n", Reached::Compiled),
            (b"altered\n", Reached::Called),
            (b"\0asm\x0d\0\x01\0", Reached::Compiled),
            (b"\0asm", Reached::Nothing),
        ] {
            let component = made::of(input).expect("a component");
            let text = String::from_utf8_lossy(input);
            assert_eq!(tried.attempt(&component), reached, "{text}");
        }
    }
}
