use std::pin::Pin;
use std::sync::Arc;

use http::{HeaderMap, header};

use crate::admin::{Admin, Answer};
use crate::error::{AdminError, ErrorKind};

/// What somebody wants to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedAction {
    /// `get`, `list`, `create` or `update`.
    pub verb: &'static str,
    /// `resource` or `resource/subresource`.
    pub resource: &'static str,
    /// `None`: in all namespaces.
    pub namespace: Option<String>,
}

/// The future of an [`Access`].
pub type Checked<'a> = Pin<Box<dyn Future<Output = Answer<()>> + Send + 'a>>;

/// Decides who may do what.
pub trait Access: Send + Sync + 'static {
    /// Fails unless whoever has the bearer token may do it.
    fn check<'a>(&'a self, token: &'a str, action: AskedAction) -> Checked<'a>;
}

/// An API, and who may ask it. Without access rules everybody may who reaches it.
pub(super) struct Guarded<A> {
    pub(super) admin: Arc<A>,
    pub(super) access: Option<Arc<dyn Access>>,
}

impl<A> Clone for Guarded<A> {
    fn clone(&self) -> Self {
        Self {
            admin: Arc::clone(&self.admin),
            access: self.access.clone(),
        }
    }
}

impl<A: Admin> Guarded<A> {
    /// # Errors
    /// When whoever sends these headers may not.
    pub(super) async fn allow(
        &self,
        headers: &HeaderMap,
        verb: &'static str,
        resource: &'static str,
        namespace: Option<&str>,
    ) -> Answer<()> {
        let Some(access) = &self.access else {
            return Ok(());
        };
        let action = AskedAction {
            verb,
            resource,
            namespace: namespace.map(str::to_owned),
        };
        access.check(token(headers)?, action).await
    }

    /// The same for what belongs to a recorded delivery: rights are those of its namespace.
    ///
    /// # Errors
    /// As [`allow`](Self::allow), and when there is no such record. Who may not learns no more than that.
    pub(super) async fn allow_of_delivery(
        &self,
        headers: &HeaderMap,
        verb: &'static str,
        resource: &'static str,
        id: &str,
    ) -> Answer<()> {
        if self.access.is_none() {
            return Ok(());
        }
        token(headers)?;
        let namespace = self.admin.delivery(id).await?.receiver.namespace;
        let allowed = self.allow(headers, verb, resource, Some(&namespace)).await;
        allowed.map_err(|error| match error.kind {
            ErrorKind::Forbidden => AdminError::no_record(),
            _ => error,
        })
    }
}

/// The bearer token (RFC 6750, section 2.1).
fn token(headers: &HeaderMap) -> Answer<&str> {
    let value = headers.get(header::AUTHORIZATION);
    let value = value.and_then(|value| value.to_str().ok());
    let token = value.and_then(|value| value.split_once(' '));
    match token {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() => {
            Ok(token.trim())
        }
        _ => Err(AdminError::new(
            ErrorKind::Unauthenticated,
            "this server asks who you are: send a bearer token, by --admin-token-file",
        )),
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn only_a_bearer_token_is_taken() {
        for (value, expected) in [
            (Some("Bearer abc"), Some("abc")),
            (Some("bearer  abc"), Some("abc")),
            (Some("Bearer "), None),
            (Some("Basic abc"), None),
            (Some("abc"), None),
            (None, None),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(value) = value {
                headers.insert(header::AUTHORIZATION, HeaderValue::from_static(value));
            }
            assert_eq!(token(&headers).ok(), expected, "{value:?}");
        }
    }
}
