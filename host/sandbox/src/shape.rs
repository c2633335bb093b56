use bellpull_engine::Engine;
use bellpull_engine::wasmtime::component::Component;

/// The export by which a component names its version of the contract, without the version.
pub(crate) const GUEST: &str = "bellpull:provider/guest@";

/// The imports and exports of a component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    pub imports: Vec<String>,
    pub exports: Vec<String>,
    /// The version of the contract that it was made for, if it is a provider.
    pub contract: Option<String>,
}

impl Shape {
    pub(crate) fn of(engine: &Engine, component: &Component) -> Self {
        let engine = engine.wasmtime();
        let ty = component.component_type();
        let exports: Vec<String> = ty
            .exports(engine)
            .map(|(name, _)| name.to_owned())
            .collect();
        let contract = exports
            .iter()
            .find_map(|name| name.strip_prefix(GUEST))
            .map(str::to_owned);
        Self {
            imports: ty
                .imports(engine)
                .map(|(name, _)| name.to_owned())
                .collect(),
            exports,
            contract,
        }
    }
}
