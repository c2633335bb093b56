use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, Method};
use jiff::Timestamp;

use crate::{DeliveryClient, DeliveryId};

/// One complete HTTP request to a webhook path.
#[derive(Clone)]
pub struct Delivery {
    pub id: DeliveryId,
    /// When it arrived. Timestamps are checked against this time.
    pub received: Timestamp,
    pub method: Method,
    /// The request target as received: path and query. The path is a secret.
    pub target: String,
    /// Names compare without case. Duplicates are kept in order.
    pub headers: HeaderMap,
    /// The body's exact bytes.
    pub body: Bytes,
    pub client: DeliveryClient,
}

impl Delivery {
    /// The query string as received, without `?`.
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        self.target.split_once('?').map(|(_, query)| query)
    }

    /// The path without the query.
    #[must_use]
    pub fn path(&self) -> &str {
        self.target
            .split_once('?')
            .map_or(self.target.as_str(), |(path, _)| path)
    }

    /// The decoded values of one query parameter, in order.
    pub fn query_values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = String> + 'a {
        form_urlencoded::parse(self.query().unwrap_or_default().as_bytes())
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    /// Every query parameter, decoded, in order.
    pub fn query_pairs(&self) -> impl Iterator<Item = (String, String)> + '_ {
        let pairs = form_urlencoded::parse(self.query().unwrap_or_default().as_bytes());
        pairs.map(|(name, value)| (name.into_owned(), value.into_owned()))
    }

    /// The decoded values of one field of a form body, in order.
    pub fn form_values<'a>(&'a self, field: &'a str) -> impl Iterator<Item = String> + 'a {
        form_urlencoded::parse(&self.body)
            .filter(move |(key, _)| key == field)
            .map(|(_, value)| value.into_owned())
    }

    /// The one value of a header; `None` when it is absent or repeated.
    #[must_use]
    pub fn single_header(&self, name: &str) -> Option<&[u8]> {
        let mut values = self.headers.get_all(name).iter();
        let first = values.next()?;
        values.next().is_none().then_some(first.as_bytes())
    }
}

/// Neither path nor headers nor body: they hold secrets.
impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery")
            .field("id", &self.id)
            .field("method", &self.method)
            .field("headers", &self.headers.len())
            .field("body", &self.body.len())
            .finish_non_exhaustive()
    }
}
