//! The servers that a command asks by their admin listeners.

use anyhow::Result;
use bellpull_admin::{AdminClient, Ask, Replicas};
use bellpull_core::Bytes;
use bellpull_core::http::{Request, Response};
use reqwest::Url;

use super::http_client;
use crate::exit::UsageError;
use crate::settings::AdminArgs;

/// The servers that the arguments name.
///
/// # Errors
/// When the URL is none.
pub(super) fn replicas(arguments: &AdminArgs) -> Result<Replicas<ServerAsk>> {
    let server = ServerAsk::at(&arguments.admin)?;
    Ok(Replicas::new(vec![AdminClient::new(
        &arguments.admin,
        server,
    )]))
}

/// A server by its URL.
pub(super) struct ServerAsk {
    client: reqwest::Client,
    base: Url,
}

impl ServerAsk {
    fn at(admin: &str) -> Result<Self> {
        let wrong =
            |why: &str| UsageError(format!("--admin {admin}: {why}; expected http://HOST:PORT"));
        let base = Url::parse(admin).map_err(|error| wrong(&error.to_string()))?;
        if base.scheme() != "http" || base.host().is_none() || base.path() != "/" {
            return Err(wrong("it is not the URL of an admin listener").into());
        }
        Ok(Self {
            client: http_client::client(&[])?,
            base,
        })
    }
}

impl Ask for ServerAsk {
    async fn ask(&self, request: Request<Bytes>) -> Result<Response<Bytes>, String> {
        let (parts, body) = request.into_parts();
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        let url = self.base.join(path).map_err(|error| error.to_string())?;
        let asked = self
            .client
            .request(parts.method, url)
            .headers(parts.headers)
            .body(body);
        let silent = |_| {
            let admin = self.base.as_str().trim_end_matches('/');
            format!(
                "no answer from {admin}: is `bellpull serve --admin-addr` running there? --admin names its \
                 --admin-addr"
            )
        };
        let answer = asked.send().await.map_err(silent)?;
        let status = answer.status();
        let body = answer.bytes().await.map_err(silent)?;
        let mut response = Response::new(body);
        *response.status_mut() = status;
        Ok(response)
    }
}
