/// A function or an operator, with the ways to call it.
#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) name: &'static str,
    pub(crate) signatures: &'static [&'static str],
    pub(crate) about: &'static str,
}

pub(super) const fn function(
    name: &'static str,
    signatures: &'static [&'static str],
    about: &'static str,
) -> Function {
    Function {
        name,
        signatures,
        about,
    }
}

/// A macro, which the parser expands to a loop or a test.
#[derive(Debug)]
pub(crate) struct Macro {
    pub(crate) usage: &'static str,
    pub(crate) about: &'static str,
}

pub(super) const fn expanded(usage: &'static str, about: &'static str) -> Macro {
    Macro { usage, about }
}
