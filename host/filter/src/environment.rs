use std::sync::{Arc, LazyLock};

use cel::{Env, extensions};

use crate::functions;

/// The environment in which every expression is parsed and evaluated.
pub(crate) fn shared() -> &'static Arc<Env> {
    static ENVIRONMENT: LazyLock<Arc<Env>> = LazyLock::new(|| {
        let mut env = Env::stdlib();
        // As in Flux, the last entry of a key counts.
        env.set_error_on_duplicate_map_keys(false);
        let declared = env
            .add_extension(extensions::strings)
            .and_then(|()| env.add_extension(extensions::encoders))
            .and_then(|()| env.add_extension(functions::extension));
        debug_assert_eq!(declared, Ok(()), "a function is declared twice");
        Arc::new(env)
    });
    &ENVIRONMENT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_is_taken() {
        let mut env = Env::stdlib();
        for extension in [
            extensions::strings,
            extensions::encoders,
            functions::extension,
        ] {
            assert_eq!(env.add_extension(extension), Ok(()));
        }
    }
}
