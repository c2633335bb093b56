/// Why a Secret does not have what a binding needs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    #[error("required fields '{0}'")]
    Missing(String),
    /// The value is empty, possibly only after decoding.
    #[error("field '{0}' is empty")]
    Empty(String),
    /// The value is only white space and counts as absent.
    #[error("field '{0}' holds nothing but white space: give it a value")]
    Blank(String),
    /// The decoded value is only white space.
    #[error("field '{0}' decodes to nothing but white space: give it a value")]
    DecodesBlank(String),
    /// The Secret was applied without decrypting the value.
    #[error("field '{0}' is still encrypted, as SOPS leaves it: decrypt it before it is applied")]
    Encrypted(String),
    /// No request can present the value, so it would never match. The second text says why.
    #[error("field '{0}' {1}: remove it")]
    Unpresentable(String, String),
    /// The value is not in the encoding that the provider expects. The last text names unexpected
    /// characters at its ends.
    #[error("field '{0}' is not {1}{ends}", ends = ends_of(.2.as_ref()))]
    Encoding(String, &'static str, Option<String>),
}

fn ends_of(ends: Option<&String>) -> String {
    ends.map_or_else(String::new, |ends| format!(": it {ends}"))
}
