//! A Git server: Git's own, behind a few lines of HTTP.

use std::convert::Infallible;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_ENCODING, CONTENT_TYPE};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::io::AsyncWriteExt as _;
use tokio::runtime::Runtime;

use super::folder::PrivateFolder;

/// Serves bare repositories over smart HTTP, for reading and writing. It ends with the value.
pub struct GitServer {
    address: SocketAddr,
    runtime: Option<Runtime>,
    folder: PrivateFolder,
}

impl GitServer {
    /// Starts a server without repositories on a free port.
    ///
    /// # Errors
    /// When there is no Git, or none that serves HTTP.
    pub fn start() -> Result<Self> {
        let programs = git(Path::new("."), &["--exec-path"])?;
        ensure!(
            Path::new(programs.trim()).join("git-http-backend").exists(),
            "this Git has no http-backend: install a whole one, as Debian's package git is"
        );
        let folder = PrivateFolder::new("git")?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        // Of its own, so that tests without a runtime have it, and those with one may block.
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()?;
        runtime.spawn(serve(listener, repositories(folder.path())));
        Ok(Self {
            address,
            runtime: Some(runtime),
            folder,
        })
    }

    /// A new bare repository, whose branch is `main`.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn repository(&self, name: &str) -> Result<Repository> {
        let bare = repositories(self.folder.path()).join(format!("{name}.git"));
        let work = self.folder.path().join("work").join(name);
        fs::create_dir_all(&bare)?;
        fs::create_dir_all(&work)?;
        let url = format!("http://{}/{name}.git", self.address);
        let main = "--initial-branch=main";
        git(&bare, &["init", "--quiet", "--bare", main])?;
        git(&work, &["init", "--quiet", main])?;
        git(&work, &["remote", "add", "origin", &url])?;
        Ok(Repository { url, bare, work })
    }
}

impl Drop for GitServer {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // Waiting is not allowed where the value may be dropped.
            runtime.shutdown_background();
        }
    }
}

/// A served repository and a clone of it.
pub struct Repository {
    url: String,
    bare: PathBuf,
    work: PathBuf,
}

impl Repository {
    /// The URL for clones and pushes.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The folder of its hooks. An executable `post-receive` there runs after each push.
    #[must_use]
    pub fn hooks(&self) -> PathBuf {
        self.bare.join("hooks")
    }

    /// Commits a file to `main`, pushes over HTTP, and returns the commit's id.
    ///
    /// # Errors
    /// When the push is refused.
    pub fn push(&self, file: &str, text: &str) -> Result<String> {
        self.push_all([(Path::new(file), text.as_bytes())])
    }

    /// As [`Repository::push`], of several files, in folders or not.
    ///
    /// # Errors
    /// When the push is refused.
    pub fn push_all<'a>(
        &self,
        files: impl IntoIterator<Item = (&'a Path, &'a [u8])>,
    ) -> Result<String> {
        for (file, text) in files {
            let file = self.work.join(file);
            fs::create_dir_all(file.parent().context("a folder")?)?;
            fs::write(file, text)?;
        }
        git(&self.work, &["add", "--all"])?;
        git(&self.work, &["commit", "--quiet", "--message", "a push"])?;
        git(&self.work, &["push", "--quiet", "origin", "main"])?;
        let id = git(&self.work, &["rev-parse", "HEAD"])?;
        Ok(id.trim().to_owned())
    }
}

/// Runs Git in a folder without any user's configuration, and returns its output.
///
/// # Errors
/// When it fails.
pub fn git(folder: &Path, arguments: &[&str]) -> Result<String> {
    let mut command = isolated();
    command.current_dir(folder).args(arguments);
    for role in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{role}_NAME"), "test");
        command.env(format!("GIT_{role}_EMAIL"), "test@example.com");
    }
    let output = command
        .stdin(Stdio::null())
        .output()
        .context("git: is it installed?")?;
    ensure!(
        output.status.success(),
        "git {}: {}",
        arguments.join(" "),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn isolated() -> Command {
    let mut git = Command::new("git");
    git.env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("no_proxy", "*");
    // Set where the tests are run by a hook of Git.
    for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        git.env_remove(variable);
    }
    git
}

fn repositories(folder: &Path) -> PathBuf {
    folder.join("repositories")
}

async fn serve(listener: TcpListener, root: PathBuf) -> Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    loop {
        let (stream, _) = listener.accept().await?;
        let root = root.clone();
        let service = service_fn(move |request| {
            let root = root.clone();
            async move {
                let answer = answer(&root, request).await.unwrap_or_else(|error| {
                    let mut failed = Response::new(Full::from(format!("{error:#}")));
                    *failed.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
                    failed
                });
                Ok::<_, Infallible>(answer)
            }
        });
        let connection = hyper::server::conn::http1::Builder::new()
            .serve_connection(TokioIo::new(stream), service);
        // Who breaks a connection learns of it at the other end.
        tokio::spawn(async move { drop(connection.await) });
    }
}

/// One request as CGI (RFC 3875), as git-http-backend(1) wants it.
async fn answer(root: &Path, request: Request<Incoming>) -> Result<Response<Full<Bytes>>> {
    let (head, body) = request.into_parts();
    let body = body.collect().await?.to_bytes();
    let mut backend = isolated();
    backend
        .arg("http-backend")
        .env("GIT_PROJECT_ROOT", root)
        .env("GIT_HTTP_EXPORT_ALL", "1")
        // Pushing is for those who have a name.
        .env("REMOTE_USER", "test")
        .env("REQUEST_METHOD", head.method.as_str())
        .env("PATH_INFO", head.uri.path())
        .env("QUERY_STRING", head.uri.query().unwrap_or_default())
        .env("CONTENT_LENGTH", body.len().to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    for (header, variable) in [
        (CONTENT_TYPE.as_str(), "CONTENT_TYPE"),
        (CONTENT_ENCODING.as_str(), "HTTP_CONTENT_ENCODING"),
        ("git-protocol", "GIT_PROTOCOL"),
    ] {
        if let Some(value) = head.headers.get(header) {
            backend.env(variable, value.to_str()?);
        }
    }
    let mut backend = tokio::process::Command::from(backend)
        .kill_on_drop(true)
        .spawn()?;
    let mut stdin = backend.stdin.take().context("piped")?;
    let (written, output) = tokio::join!(
        async move { stdin.write_all(&body).await },
        backend.wait_with_output()
    );
    let output = output?;
    written?;
    respond(&output.stdout)
}

/// The program's answer as HTTP.
fn respond(output: &[u8]) -> Result<Response<Full<Bytes>>> {
    let end = output
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .context("http-backend gave no head")?;
    let mut response = Response::builder();
    for line in std::str::from_utf8(&output[..end])?.split("\r\n") {
        let (name, value) = line.split_once(": ").context("a header")?;
        response = match name {
            "Status" => response.status(value.split(' ').next().unwrap_or(value)),
            _ => response.header(name, value),
        };
    }
    let body = Bytes::copy_from_slice(&output[end + 4..]);
    Ok(response.body(Full::from(body))?)
}
