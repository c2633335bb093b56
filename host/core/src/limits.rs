//! Limits that more than one crate needs, each with its reason. An operator may set some by a flag; then
//! the value here is the default. A limit that concerns one crate alone stands in that crate.

use std::time::Duration;

/// Body of a delivery, bytes: Flux's limit. GitHub sends up to 25 MB, so there is a flag.
pub const MAX_BODY: usize = 3 << 20;
/// Deliveries held at once, bytes: bodies, heads and what is made of them. 85 of the largest bodies.
pub const MAX_BODIES_IN_FLIGHT: usize = 256 << 20;
/// Connections open at once.
pub const MAX_CONNECTIONS: usize = 4096;
/// What a connection holds at the worst beside deliveries, bytes: its task, and a buffer that holds a
/// header section and grows in steps.
pub const CONNECTION: usize = 80 << 10;
/// Verifications at once, of each class of guests. They compute and do not wait, so more than a few
/// per core only queue.
pub const MAX_VERIFICATIONS: usize = 64;
/// Memory of all guests at once, bytes: 64 of 16 MiB and 16 of 64 MiB. Less where memory is limited.
pub const MAX_GUEST_MEMORY: usize = 2 << 30;
/// Memory of the process that compiles one component, bytes: CPython takes 400 MB. Less where memory
/// is limited.
pub const COMPILE_MEMORY: usize = 2 << 30;
/// Guest and host work of one verification.
pub const VERIFY_TIMEOUT: Duration = Duration::from_millis(250);
/// Processor time of compiling one component: CPython takes 10 s.
pub const COMPILE_TIMEOUT: Duration = Duration::from_secs(30);
/// Until a delivery is answered 202: Harbor gives up after 3 s.
pub const ANSWER_DEADLINE: Duration = Duration::from_millis(2500);
/// Until a request's headers are there.
pub const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
/// Until a request's body is there.
pub const READ_TIMEOUT: Duration = Duration::from_secs(30);
/// Of a body that is not whole yet, in each [`ARRIVAL_WINDOW`], bytes: 1 KiB a second. Kestrel, the
/// web server of .NET, asks for 240 bytes a second after 5 s, and whoever sends webhooks sits in a
/// data centre.
pub const LEAST_ARRIVAL: usize = 10 << 10;
/// How long [`LEAST_ARRIVAL`] may take: longer than TCP takes to send a lost segment for the third
/// time.
pub const ARRIVAL_WINDOW: Duration = Duration::from_secs(10);
/// Serving on after a signal, since load balancers lag.
pub const DRAIN_DELAY: Duration = Duration::from_secs(5);
/// Finishing what is in hand after that.
pub const DRAIN_TIMEOUT: Duration = Duration::from_secs(20);
/// Header section of a request, bytes: three proxies in a row have made 40 KiB of one. A connection
/// reads as much ahead, so [`CONNECTION`] follows it.
pub const MAX_HEADERS: usize = 48 << 10;
/// Attempts of notification at once.
pub const MAX_NOTIFICATIONS: usize = 32;
/// One attempt of notification.
pub const NOTIFY_ATTEMPT: Duration = Duration::from_secs(10);
/// How long a notification is retried.
pub const NOTIFY_RETRY: Duration = Duration::from_secs(300);
/// One run of a command that notifies: pulling and restarting take their time.
pub const COMMAND_TIMEOUT: Duration = Duration::from_secs(60);
/// A variable of its environment, bytes: longer than any ref or URL that Git takes in practice.
pub const COMMAND_FACT: usize = 4 << 10;
/// Lines of each of its streams that are logged.
pub const COMMAND_LINES: usize = 200;
/// Of each such line, bytes.
pub const COMMAND_LINE: usize = 1 << 10;
/// How long the Lease is held without being renewed.
pub const LEASE_DURATION: Duration = Duration::from_secs(35);
/// How often it is renewed.
pub const LEASE_RENEWAL: Duration = Duration::from_secs(5);
/// Targets of Receivers that wait for their notification.
pub const MAX_PENDING_TARGETS: usize = 10_000;
/// How long filters of one delivery are evaluated until others have a turn on the thread.
pub const FILTER_SLICE: Duration = Duration::from_millis(1);
/// What filters read of a delivery without waiting for a turn among those that take long, bytes of
/// memory: some milliseconds of parsing.
pub const QUICK_READING: usize = 2 << 20;
/// Evaluations at once that take long: one, since what takes long is seldom meant to.
pub const LONG_FILTERS: usize = 1;
/// Text of all expressions of one Receiver, those that are alike once, bytes: compiled within half a
/// second.
pub const EXPRESSIONS: usize = 64 << 10;
/// What the compiled expressions of one Receiver take, bytes.
pub const COMPILED_EXPRESSIONS: usize = 4 << 20;
/// What those of all Receivers take, bytes. A namespace has at most as much as is left for others.
pub const ALL_COMPILED_EXPRESSIONS: usize = 64 << 20;
/// How long a delivery may wait for the network in all (keys of an issuer, something fetched) and for
/// its turns meanwhile.
pub const EGRESS_WAIT: Duration = Duration::from_secs(2);
/// Issuers whose tokens one Receiver takes: each is a request at start, and keys that are kept.
pub const ISSUERS: usize = 16;
/// What `Retry-After` says, seconds.
pub const RETRY_AFTER_SECONDS: u64 = 10;

/// Pointers in one `select`.
pub const JSON_POINTERS: usize = 64;
/// Segments of a pointer.
pub const JSON_POINTER_SEGMENTS: usize = 16;
/// Answers of one `select`.
pub const JSON_ANSWERS: usize = 16_384;
/// Bytes of the answers of one `select`: paths of a large push fit.
pub const JSON_ANSWER_BYTES: usize = 128 << 10;

/// How deep values are nested in a body that filters read: below the 127 of the JSON parser, which
/// does not tell such a body from one that is no JSON.
pub const FILTERED_DEPTH: usize = 126;

/// Bytes of a value of a Secret below which deliveries are not searched for it: it would be found where
/// nobody put it.
pub const SHORTEST_SEARCHED: usize = 8;
/// Values of a Secret that deliveries are searched for: those of all the keys that a component may be
/// told of, and of previous ones.
pub const SEARCHED_VALUES: usize = 512;

/// Reply body, bytes.
pub const REPLY_BODY: usize = 4 << 10;
/// Reply headers.
pub const REPLY_HEADERS: usize = 8;
/// Reply headers that there may be, besides names that begin with `x-`: those of handshakes that
/// senders document (CloudEvents' HTTP 1.1 Web Hooks, section 4.2).
pub const REPLY_HEADER_NAMES: [&str; 4] = [
    "content-type",
    "allow",
    "webhook-allowed-origin",
    "webhook-allowed-rate",
];
/// How names begin that there may not be, since proxies act upon them: of nginx
/// (`ngx_http_proxy_module`), Apache's mod_xsendfile and lighttpd (`mod_proxy_core`), LiteSpeed,
/// Perlbal, and Envoy's router.
pub const REPLY_HEADERS_OF_PROXIES: [&str; 6] = [
    "x-accel-",
    "x-sendfile",
    "x-lighttpd-",
    "x-litespeed-",
    "x-reproxy-",
    "x-envoy-",
];
/// A message that a stranger may have a MAC of, bytes. Challenges are shorter by half: those of Zoom
/// have 22 bytes, those of X 43.
pub const CHALLENGE: usize = 128;
/// A line of the log, bytes: a Receiver's warnings together fit.
pub const LOG_LINE: usize = 16 << 10;
/// A reason or message of a component, bytes.
pub const GUEST_TEXT: usize = 512;
/// Credentials, places and methods of a binding, each: every delivery looks through them.
pub const BOUND: usize = 64;
/// Warnings of a component about one Receiver that are told.
pub const WARNINGS: usize = 16;
/// Warnings of one Receiver that are told: those of its component, and some of its targets' kinds.
pub const RECEIVER_WARNINGS: usize = 32;
/// Message of a condition, bytes: an API server takes no more characters
/// (k8s.io/apimachinery, `pkg/apis/meta/v1/types.go`, `Condition`).
pub const CONDITION_MESSAGE: usize = 32 << 10;
/// Events of one delivery: Azure Event Grid sends batches of dozens, by size.
pub const EVENTS: usize = 256;
/// Changes of one event, and of all events of a delivery: each is compared with every object that its
/// Receiver names.
pub const EVENT_CHANGES: usize = 512;
/// See [`EVENT_CHANGES`].
pub const CHANGES: usize = 2048;
/// All text of what a delivery tells, bytes.
pub const EVENT_BYTES: usize = 128 << 10;
/// JSON Schema of a component, bytes.
pub const CONFIG_SCHEMA: usize = 64 << 10;
/// `spec.config` as JSON, bytes: a component asks for no more of it in one `select`.
pub const CONFIG: usize = JSON_ANSWER_BYTES;
/// Credential checks of one delivery.
pub const CREDENTIAL_CHECKS: u32 = 16;
/// Host calls of one call of a component.
pub const HOST_CALLS: u32 = 1_000;
/// Documents that a delivery may have fetched.
pub const FETCHES: u32 = 4;
/// Lines of one call that reach the log.
pub const LOG_LINES: u32 = 64;
/// Hashed bytes beyond the body's, for headers and small messages.
pub const HASH_FLOOR: u64 = 64 << 10;
/// How often the body may be hashed: four signatures under two active keys.
pub const HASH_FACTOR: u64 = 8;
/// Bytes searched for values of the Secret beyond the body's: heads, and answers of small bodies.
pub const SEARCH_FLOOR: u64 = 4 << 20;
/// How often the body may be searched, as it stands and as it means to its readers.
pub const SEARCH_FACTOR: u64 = 48;
/// Bytes of JSON beyond the body's, for config and decoded parts.
pub const PARSE_FLOOR: u64 = 1 << 20;
/// How often the body may be asked.
pub const PARSE_FACTOR: u64 = 8;
