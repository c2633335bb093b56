/// Why an artefact is no component.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LayoutError {
    #[error("its manifest cannot be read: {0}")]
    Manifest(String),
    /// A list of manifests, of which not exactly one is for WebAssembly.
    #[error(
        "it is a list of {all} manifests, of which {wasm} are for WebAssembly: name one by its digest"
    )]
    Platforms { all: usize, wasm: usize },
    #[error("it has {0} layers, and a component has one")]
    Layers(usize),
    #[error("its layer is {0}, and a component's is application/wasm")]
    LayerType(String),
    #[error("its layer has {size} bytes, at most {limit} are taken")]
    Size { size: u64, limit: u64 },
    #[error("its digest {0} is not one of SHA-256")]
    Digest(String),
    #[error("its config is not what the component is: {0}")]
    Config(String),
}
