/// A place in a delivery that can hold a value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// The whole value of the named header.
    Header(String),
    /// What follows `Bearer ` in the named header (RFC 6750, section 2.1).
    Bearer(String),
    /// What follows another scheme and a space in the named header (RFC 9110, section 11.4).
    Scheme {
        header: String,
        /// Compared without case.
        scheme: String,
    },
    /// The user name of a Basic `authorization` (RFC 7617).
    BasicUsername,
    /// The password of a Basic `authorization` (RFC 7617).
    BasicPassword,
    /// The value of a cookie (RFC 6265, section 4.2).
    Cookie(String),
    /// A query parameter, percent-decoded.
    Query(String),
    /// A value in the JSON body, by RFC 6901 pointer.
    Member(String),
    /// A field of a form body, decoded.
    Form(String),
}

impl Source {
    /// The header that contains this place, if one does.
    #[must_use]
    pub fn header(&self) -> Option<&str> {
        match self {
            Self::Header(name) | Self::Bearer(name) | Self::Scheme { header: name, .. } => {
                Some(name)
            }
            Self::Cookie(_) => Some("cookie"),
            Self::BasicUsername | Self::BasicPassword => Some("authorization"),
            Self::Query(_) | Self::Member(_) | Self::Form(_) => None,
        }
    }
}
