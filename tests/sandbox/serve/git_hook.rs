//! The hook of `examples/git-hook`, run by Git.

use std::fs::{self, Permissions};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use bellpull_core::{Encoding, SecretBytes};
use bellpull_proof::{HmacAlgorithm, sign};
use bellpull_tests::manifests::{TOKEN, path, put, receiver, token};
use bellpull_tests::serve::Served;
use serde_json::{Value, json};
use tempfile::TempDir;

const HOOK: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../examples/git-hook/post-receive"
);

/// A repository with the hook, and a clone of it.
struct Site {
    dir: TempDir,
}

impl Site {
    fn new(url: &str, secret: &str) -> Self {
        let site = Self {
            dir: tempfile::tempdir().unwrap(),
        };
        let folder = site.dir.path();
        let bare = [
            "init",
            "--quiet",
            "--bare",
            "--initial-branch=main",
            "app.git",
        ];
        site.git(folder, &bare);
        site.git(folder, &["clone", "--quiet", "app.git", "work"]);
        executable(
            &site.at("app.git/hooks/post-receive"),
            &fs::read_to_string(HOOK).unwrap(),
        );
        fs::write(site.at("secret"), secret).unwrap();
        site.set("url", url);
        site.set("secretFile", site.at("secret").to_str().unwrap());
        site.commit();
        site
    }

    fn at(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn set(&self, name: &str, value: &str) {
        let name = format!("bellpull.{name}");
        self.git(&self.at("app.git"), &["config", &name, value]);
    }

    fn commit(&self) {
        let commit = ["commit", "--quiet", "--allow-empty", "--message=m"];
        self.git(&self.at("work"), &commit);
    }

    fn head(&self) -> String {
        let output = self.git(&self.at("work"), &["rev-parse", "HEAD"]);
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn git(&self, folder: &Path, arguments: &[&str]) -> Output {
        // Programs of the test come first.
        let path = std::env::var("PATH").unwrap();
        let output = Command::new("git")
            .args(["-c", "user.name=t", "-c", "user.email=t@example.com"])
            .args(arguments)
            .current_dir(folder)
            .env("PATH", format!("{}:{path}", self.at("bin").display()))
            .env("no_proxy", "*")
            .output()
            .expect("git runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {arguments:?}: {said}");
        output
    }

    /// Pushes, which succeeds in any case: what the hook has said.
    fn push(&self, refs: &[&str]) -> String {
        let push = ["push", "--quiet", "origin"];
        let output = self.git(&self.at("work"), &[&push, refs].concat());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let lines = said
            .lines()
            .filter_map(|line| line.strip_prefix("remote: "));
        lines
            .map(|line| line.trim_end().to_owned())
            .collect::<Vec<_>>()
            .join("\n")
    }
}

fn executable(file: &Path, text: &str) {
    fs::write(file, text).unwrap();
    fs::set_permissions(file, Permissions::from_mode(0o755)).unwrap();
}

/// A served Receiver, and its URL.
fn served(dir: &Path) -> (Served, String) {
    let spec = "{type: generic-hmac, secretRef: {name: token}, \
                 resources: [{kind: GitRepository, name: app}]}";
    put(dir, "all.yaml", &(receiver("app", spec) + &token()));
    let served = Served::start(dir, &["--answer-deadline", "20s"]);
    let url = format!("http://{}{}", served.receiver, path("app", TOKEN));
    (served, url)
}

#[test]
fn every_ref_of_a_push_rings() {
    let dir = tempfile::tempdir().unwrap();
    let (served, url) = served(dir.path());
    // As an editor saves it.
    let site = Site::new(&url, &format!("{TOKEN}\n"));
    assert_eq!(site.push(&["HEAD:main", "HEAD:next"]), "");
    served.until_notified(2);
    assert_eq!(site.push(&[":next"]), "");
    served.until_notified(3);
}

/// A signature and its body.
type Request = (String, Vec<u8>);

/// Takes requests until the bodies of some have been read.
fn taken(count: usize) -> (SocketAddr, std::thread::JoinHandle<Vec<Request>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let taking = std::thread::spawn(move || {
        let mut requests = Vec::new();
        for _ in 0..count {
            let (mut stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut signature, mut length) = (String::new(), 0);
            for line in reader.by_ref().lines() {
                let line = line.unwrap();
                match line.split_once(": ") {
                    Some(("X-Signature", value)) => value.clone_into(&mut signature),
                    Some(("Content-Length", value)) => length = value.parse().unwrap(),
                    _ if line.is_empty() => break,
                    _ => {}
                }
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            stream.write_all(answer).unwrap();
            requests.push((signature, body));
        }
        requests
    });
    (address, taking)
}

#[test]
fn a_body_is_json_whatever_the_ref_is_called_and_a_secret_may_be_long() {
    let secret = "a secret, longer than a block of SHA-256: ".repeat(3) + "äöü%\\\"$(x)`y`";
    let (address, taking) = taken(2);
    let site = Site::new(&format!("http://{address}/hook/0"), &secret);
    site.set("repository", r#"team\"app""#);
    let zero = "0".repeat(40);
    assert_eq!(site.push(&[r#"HEAD:refs/heads/"quoted"$x;ä"#]), "");
    assert_eq!(site.push(&[r#":refs/heads/"quoted"$x;ä"#]), "");
    let requests = taking.join().unwrap();
    let key = SecretBytes::new(secret.into_bytes());
    for (signature, body) in &requests {
        let mac = sign(
            &key,
            "token",
            Encoding::Text,
            HmacAlgorithm::Sha256,
            &[body],
        )
        .unwrap();
        assert_eq!(*signature, format!("sha256={}", hex::encode(mac)));
    }
    let bodies: Vec<Value> = requests
        .iter()
        .map(|(_, body)| serde_json::from_slice(body).unwrap())
        .collect();
    let of = |before: &str, after: &str| {
        json!({
            "ref": r#"refs/heads/"quoted"$x;ä"#,
            "before": before, "after": after, "repository": r#"team\"app""#,
        })
    };
    let head = site.head();
    assert_eq!(bodies, [of(&zero, &head), of(&head, &zero)]);
}

#[test]
fn what_goes_wrong_is_a_warning() {
    let dir = tempfile::tempdir().unwrap();
    let (served, url) = served(dir.path());
    let site = Site::new(&url, "another secret");
    let both = ["HEAD:main", "HEAD:next"];
    assert_eq!(
        site.push(&both),
        "bellpull: answer 401 for refs/heads/main\nbellpull: answer 401 for refs/heads/next"
    );
    assert!(served.notifications().is_empty());

    fs::write(site.at("secret"), "\n").unwrap();
    site.commit();
    let unread = "bellpull: no secret can be read from bellpull.secretFile";
    assert_eq!(site.push(&["HEAD:main"]), unread);

    // Answers nothing, ever: given up once, and not for every ref again.
    fs::write(site.at("secret"), TOKEN).unwrap();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    site.set(
        "url",
        &format!("http://{}/hook/0", silent.local_addr().unwrap()),
    );
    site.commit();
    assert_eq!(
        site.push(&both),
        "bellpull: no answer for refs/heads/main; nothing more is sent for this push"
    );

    site.git(&site.at("app.git"), &["config", "--unset", "bellpull.url"]);
    site.commit();
    let unset = "bellpull: git config bellpull.url is not set";
    assert_eq!(site.push(&["HEAD:main"]), unset);
}

#[test]
fn no_command_line_shows_the_secret_or_the_url() {
    let dir = tempfile::tempdir().unwrap();
    let (served, url) = served(dir.path());
    let site = Site::new(&url, TOKEN);
    fs::create_dir(site.at("bin")).unwrap();
    let shown = site.at("shown");
    for program in [
        "basename", "cat", "curl", "mktemp", "od", "openssl", "sed", "tr", "wc",
    ] {
        let found = Command::new("sh")
            .args(["-c", &format!("command -v {program}")])
            .output();
        let found = String::from_utf8(found.unwrap().stdout).unwrap();
        let text = format!(
            "#!/bin/sh\nprintf '%s\\n' \"{program} $*\" >>{}\nexec {} \"$@\"\n",
            shown.display(),
            found.trim()
        );
        executable(&site.at("bin").join(program), &text);
    }
    assert_eq!(site.push(&["HEAD:main"]), "");
    served.until_notified(1);
    let shown = fs::read_to_string(shown).unwrap();
    assert!(
        shown.contains("curl") && shown.contains("openssl"),
        "{shown}"
    );
    assert!(
        !shown.contains(TOKEN) && !shown.contains("/hook/"),
        "{shown}"
    );
}
