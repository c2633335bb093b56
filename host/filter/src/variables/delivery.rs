use std::collections::BTreeMap;

use bellpull_core::{Binding, Delivery, DeliveryClient, text};

use crate::declared::{CLIENT, DELIVERY};
use crate::value::{DeclaredObject, SharedValue};

/// The request, as expressions see it in `delivery`. It holds no credentials: whoever builds it
/// leaves them out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeliveryVariable {
    pub method: String,
    /// Parameters in the order of the query string.
    pub query: Vec<(String, String)>,
    /// Headers in their order, with names in any case.
    pub headers: Vec<(String, String)>,
    pub client: DeliveryClient,
}

impl DeliveryVariable {
    /// A delivery with its credentials redacted, as components see it.
    pub(crate) fn redacted(binding: &Binding, delivery: &Delivery) -> Self {
        let redacted = || text::REDACTED.to_owned();
        let headers = delivery.headers.iter().map(|(name, value)| {
            let value = if binding.redacts_header(name.as_str()) {
                redacted()
            } else {
                String::from_utf8_lossy(value.as_bytes()).into_owned()
            };
            (name.as_str().to_owned(), value)
        });
        let query = delivery.query_pairs().map(|(name, value)| {
            let value = if binding.redacts_query(&name) {
                redacted()
            } else {
                value
            };
            (name, value)
        });
        Self {
            method: delivery.method.as_str().to_owned(),
            query: query.collect(),
            headers: headers.collect(),
            client: delivery.client.clone(),
        }
    }

    pub(super) fn object(&self) -> DeclaredObject {
        DeclaredObject::new(&DELIVERY, |field| match field {
            "method" => Some(SharedValue::text(self.method.as_str())),
            "query" => SharedValue::text_map(self.first_parameters().into_iter()),
            "headers" => SharedValue::text_map(self.joined_headers().iter()),
            "client" => Some(SharedValue::other(self.client())),
            _ => None,
        })
    }

    fn client(&self) -> DeclaredObject {
        let certificate = self.client.certificate.as_deref();
        DeclaredObject::new(&CLIENT, |field| match field {
            "address" => self
                .client
                .address
                .map(|address| SharedValue::text(address.to_string())),
            "subject" => certificate.map(|shown| SharedValue::text(shown.subject.as_str())),
            "names" => certificate
                .filter(|shown| !shown.names.is_empty())
                .map(|shown| SharedValue::texts(&shown.names)),
            _ => None,
        })
    }

    fn first_parameters(&self) -> BTreeMap<&String, &String> {
        let mut first = BTreeMap::new();
        for (name, value) in &self.query {
            first.entry(name).or_insert(value);
        }
        first
    }

    fn joined_headers(&self) -> BTreeMap<String, String> {
        let mut joined: BTreeMap<String, String> = BTreeMap::new();
        for (name, value) in &self.headers {
            let values = joined.entry(name.to_ascii_lowercase());
            values
                .and_modify(|values| {
                    values.push_str(", ");
                    values.push_str(value);
                })
                .or_insert_with(|| value.clone());
        }
        joined
    }
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        reason = "in tests a panic is how a failure is told"
    )]

    use bellpull_core::http::{HeaderMap, Method};
    use bellpull_core::{
        Authentication, Bytes, CredentialUse, DeliveryId, Encoding, Methods, Source, Timestamp,
    };

    use super::*;

    #[test]
    fn what_carries_a_credential_is_not_shown() {
        let presented = |key: &str, place| CredentialUse {
            key: key.into(),
            encoding: Encoding::Text,
            proves: true,
            presented: vec![place],
        };
        let binding = Binding {
            authentication: Authentication::Secret,
            credentials: vec![
                presented("a", Source::Query("key".into())),
                presented("b", Source::Header("X-Token".into())),
            ],
            methods: Methods::Any,
            tokens: Vec::new(),
            issuers: Vec::new(),
            client_names: None,
            parses_before_verify: false,
            answers_handshakes: false,
            reply_macs: false,
            warnings: Vec::new(),
        };
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("x-event", "push"),
            ("x-token", "secret"),
            ("authorization", "secret"),
            ("cookie", "secret"),
        ] {
            headers.append(name, value.parse().unwrap());
        }
        let delivery = Delivery {
            id: DeliveryId::generate(),
            received: Timestamp::UNIX_EPOCH,
            method: Method::POST,
            target: "/hook/secret?key=secret&ref=main&key=secret".into(),
            headers,
            body: Bytes::new(),
            client: Default::default(),
        };
        let variable = DeliveryVariable::redacted(&binding, &delivery);
        let shown = format!("{variable:?}");
        assert!(!shown.contains("secret"), "{shown}");
        let owned = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            let pairs = pairs.iter();
            pairs
                .map(|(name, value)| ((*name).into(), (*value).into()))
                .collect()
        };
        let hidden = text::REDACTED;
        assert_eq!(
            variable.query,
            owned(&[("key", hidden), ("ref", "main"), ("key", hidden)])
        );
        assert!(
            variable
                .headers
                .contains(&("x-event".into(), "push".into()))
        );
    }
}
