/// The parts of a Receiver that its component sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiverView {
    /// The provider name in `spec.type`: a component may serve several.
    pub provider: String,
    /// `spec.events` as written.
    pub events: Vec<String>,
    /// The keys of the Secret, without values.
    pub keys: Vec<String>,
    /// Keys and values of the Secret that the component may read.
    pub settings: Vec<(String, String)>,
    /// `spec.config` as JSON.
    pub config: String,
}
