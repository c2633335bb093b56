use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

/// What wrk measured.
pub(crate) struct Load {
    pub(crate) seconds: f64,
    pub(crate) p50_us: f64,
    pub(crate) p99_us: f64,
    /// How many answers had which status. Connections that broke and answers that did not come in
    /// time count as status 0.
    pub(crate) statuses: BTreeMap<u16, u64>,
}

impl Load {
    /// Answers of one status, a second: a server that fails fast must not look fast.
    pub(crate) fn rate(&self, status: u16) -> f64 {
        self.statuses
            .get(&status)
            .map_or(0.0, |count| *count as f64)
            / self.seconds
    }

    /// Answers of any other status.
    pub(crate) fn others(&self, status: u16) -> BTreeMap<u16, u64> {
        let mut others = self.statuses.clone();
        others.remove(&status);
        others
    }
}

/// Ends the benchmark where there is no wrk.
pub(crate) fn required() {
    if Command::new("wrk").arg("-v").output().is_err() {
        eprintln!("this benchmark needs wrk (Debian: apt-get install wrk)");
        std::process::exit(1);
    }
}

/// Posts a signed push again and again.
pub(crate) fn load(
    address: &str,
    path: &str,
    signature: &str,
    body: &[u8],
    connections: u32,
    seconds: u32,
) -> Load {
    let folder = tempfile::tempdir().expect("a directory");
    let (script, file) = (folder.path().join("load.lua"), folder.path().join("body"));
    fs::write(&file, body).expect("written");
    let lua = format!(
        r#"wrk.method = "POST"
wrk.body = io.open("{}", "rb"):read("*a")
wrk.headers["Content-Type"] = "application/json"
wrk.headers["X-GitHub-Event"] = "push"
wrk.headers["X-Hub-Signature-256"] = "{signature}"
local threads = {{}}
function setup(thread) table.insert(threads, thread) end
function init(args) statuses = {{}} end
function response(status, headers, body)
  local status = tostring(status)
  statuses[status] = (statuses[status] or 0) + 1
end
function done(summary, latency, requests)
  io.write(string.format("RESULT %f %f %f 0=%d", summary.duration / 1e6, latency:percentile(50),
    latency:percentile(99), summary.errors.connect + summary.errors.read + summary.errors.write
    + summary.errors.timeout))
  for status, count in pairs(threads[1]:get("statuses")) do
    io.write(string.format(" %s=%d", status, count))
  end
  io.write("\n")
end
"#,
        file.display()
    );
    fs::write(&script, lua).expect("written");
    let output = Command::new("wrk")
        .args([
            "-t1",
            &format!("-c{connections}"),
            &format!("-d{seconds}s"),
            "--timeout=10s",
            "-s",
        ])
        .arg(&script)
        .arg(format!("http://{address}{path}"))
        .output()
        .expect("wrk runs");
    measured(&String::from_utf8_lossy(&output.stdout))
}

/// What the script's last line says.
fn measured(text: &str) -> Load {
    let line = text.lines().find_map(|line| line.strip_prefix("RESULT "));
    let mut words = line
        .unwrap_or_else(|| panic!("wrk said: {text}"))
        .split(' ');
    let mut number = || -> f64 {
        let word = words.next().expect("three numbers");
        word.parse().expect("a number")
    };
    let (seconds, p50_us, p99_us) = (number(), number(), number());
    let statuses = words.map(|word| {
        let (status, count) = word.split_once('=').expect("a status and a count");
        let count: u64 = count.parse().expect("a number");
        (status.parse().expect("a status"), count)
    });
    Load {
        seconds,
        p50_us,
        p99_us,
        statuses: statuses.filter(|(_, count)| *count > 0).collect(),
    }
}
