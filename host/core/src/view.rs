/// What a component knows of a Receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiverView {
    /// Which of its names the Receiver used.
    pub provider: String,
    /// `spec.events` as written.
    pub events: Vec<String>,
    /// Keys that the Secret holds.
    pub keys: Vec<String>,
    /// Granted non-secret values.
    pub settings: Vec<(String, String)>,
    /// `spec.config` as JSON.
    pub config: String,
}
