//! Limits that more than one crate needs. A flag sets some of them; then the value here is the
//! default. A limit that only one crate needs is in that crate.

use std::time::Duration;

/// Body of a delivery, in bytes. This is Flux's limit; GitHub sends up to 25 MB, so there is a
/// flag.
pub const MAX_BODY: usize = 3 << 20;
/// Memory of all deliveries in hand, in bytes: bodies, headers and what is derived from them. Room
/// for 85 of the largest bodies.
pub const MAX_BODIES_IN_FLIGHT: usize = 256 << 20;
/// Open connections.
pub const MAX_CONNECTIONS: usize = 4096;
/// Deliveries that prove nothing, from one address, within a minute: more than a sender with a wrong
/// secret repeats, and far fewer than a guess of a path needs.
pub const UNPROVEN_PER_MINUTE: u32 = 60;
/// Memory of the records of deliveries, in bytes.
pub const RECORDS: usize = 32 << 20;
/// The newest records of each Receiver that other Receivers do not push out.
pub const RECORDS_PER_RECEIVER: usize = 50;
/// Age of the oldest record in a database.
pub const RECORDS_MAX_AGE: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// Bytes of the file of a database: a record takes two KiB, so that there are 100 000 of them.
pub const RECORDS_MAX_SIZE: usize = 256 << 20;
/// Memory of the records that wait for the database, or are being written, in bytes.
pub const RECORDS_QUEUE: usize = 8 << 20;
/// Bytes of records, as JSON, that are read from the database for one query.
pub const RECORDS_READ: usize = 8 << 20;
/// Memory that a database takes, in bytes: the queue, the pages that writing and reading keep, and three
/// times what is read.
pub const RECORDS_DATABASE: usize = RECORDS_QUEUE + (8 << 20) + 3 * RECORDS_READ;
/// Receivers that have metrics of their own. Each takes about twenty series: a thousand are a scrape of two
/// megabytes.
pub const RECEIVER_SERIES: usize = 1000;
/// Spans of traces that wait for the collector: the default of OpenTelemetry's SDKs.
pub const WAITING_SPANS: usize = 2048;
/// Memory of such a span, in bytes: its texts are bounded. The request that carries it is included.
pub const SPAN: usize = 6 << 10;
/// The longest body that is kept with a record, in bytes.
pub const RECORDED_BODY: usize = 64 << 10;
/// Addresses that are known to have sent deliveries that prove nothing, at most.
pub const LIMITED_SOURCES: usize = 32 << 10;
/// Memory of one such address, in bytes, with its place in the table.
pub const LIMITED_SOURCE: usize = 400;
/// Memory of one connection without its deliveries, in bytes, at most: its task, and a buffer that
/// holds a header section and grows in steps.
pub const CONNECTION: usize = 80 << 10;
/// What a TLS session adds to a connection, in bytes: its state, and the records that it buffers.
pub const TLS_SESSION: usize = 16 << 10;
/// Concurrent verifications of each class of components. They compute and do not wait, so more than
/// a few per core would only queue.
pub const MAX_VERIFICATIONS: usize = 64;
/// Memory of all running components, in bytes: 64 of 16 MiB and 16 of 64 MiB. Less if the process
/// has a memory limit.
pub const MAX_GUEST_MEMORY: usize = 2 << 30;
/// Memory of the process that compiles one component, in bytes: CPython takes 400 MB. Less if the
/// process has a memory limit.
pub const COMPILE_MEMORY: usize = 2 << 30;
/// Time of one verification, in the component and in the host.
pub const VERIFY_TIMEOUT: Duration = Duration::from_millis(250);
/// Processor time of compiling a small component, such as one in Rust, C or Go: 0.1 to 3 s on a current
/// machine.
pub const COMPILE_TIMEOUT: Duration = Duration::from_secs(30);
/// Processor time of compiling a component that contains a language's runtime: CPython takes 10 s on a
/// current machine.
pub const COMPILE_RUNTIME_TIMEOUT: Duration = Duration::from_secs(120);
/// Time after which a delivery is answered 202: Harbor gives up after 3 s.
pub const ANSWER_DEADLINE: Duration = Duration::from_millis(2500);
/// Time to receive the headers of a request.
pub const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
/// Time to receive the body of a request.
pub const READ_TIMEOUT: Duration = Duration::from_secs(30);
/// Bytes of an incomplete body that must arrive in each [`ARRIVAL_WINDOW`]: 1 KiB a second.
/// Kestrel, the web server of .NET, demands 240 bytes a second after 5 s; senders of webhooks are
/// in data centres and are faster.
pub const LEAST_ARRIVAL: usize = 10 << 10;
/// Time in which [`LEAST_ARRIVAL`] bytes must arrive: longer than TCP takes to send a lost segment
/// for the third time.
pub const ARRIVAL_WINDOW: Duration = Duration::from_secs(10);
/// Time to go on serving after a signal, because load balancers lag.
pub const DRAIN_DELAY: Duration = Duration::from_secs(5);
/// Time to finish the deliveries in hand after that.
pub const DRAIN_TIMEOUT: Duration = Duration::from_secs(20);
/// Header section of a request, in bytes: three proxies in a row have produced 40 KiB. A connection
/// reads as much ahead, so [`CONNECTION`] depends on it.
pub const MAX_HEADERS: usize = 48 << 10;
/// Concurrent attempts to notify.
pub const MAX_NOTIFICATIONS: usize = 32;
/// Time of one attempt to notify.
pub const NOTIFY_ATTEMPT: Duration = Duration::from_secs(10);
/// Time for which a notification is retried.
pub const NOTIFY_RETRY: Duration = Duration::from_secs(300);
/// Time of one run of a command that notifies: it may pull an image and restart a service.
pub const COMMAND_TIMEOUT: Duration = Duration::from_secs(60);
/// One environment variable of such a command, in bytes: longer than any ref or URL that Git
/// accepts in practice.
pub const COMMAND_FACT: usize = 4 << 10;
/// Logged lines of each output stream of such a command.
pub const COMMAND_LINES: usize = 200;
/// Logged bytes of each such line.
pub const COMMAND_LINE: usize = 1 << 10;
/// Time for which the Lease is held without renewal.
pub const LEASE_DURATION: Duration = Duration::from_secs(35);
/// Time between renewals of the Lease.
pub const LEASE_RENEWAL: Duration = Duration::from_secs(5);
/// Targets that wait for their notification.
pub const MAX_PENDING_TARGETS: usize = 10_000;
/// The longest least interval between notifications of a target. Flux's objects reconcile by
/// themselves at intervals of minutes to an hour, so a longer one would replace the webhook.
pub const LONGEST_MIN_INTERVAL: Duration = Duration::from_secs(3600);
/// Time for which the filters of one delivery are evaluated before other tasks get the thread.
pub const FILTER_SLICE: Duration = Duration::from_millis(1);
/// Memory, in bytes, that the filters of a delivery may need without counting as long: some
/// milliseconds of parsing.
pub const QUICK_READING: usize = 2 << 20;
/// Concurrent long evaluations. One, because a filter is seldom meant to take long.
pub const LONG_FILTERS: usize = 1;
/// Text of all different expressions of one Receiver, in bytes: they are compiled within half a
/// second.
pub const EXPRESSIONS: usize = 64 << 10;
/// Memory of the compiled expressions of one Receiver, in bytes.
pub const COMPILED_EXPRESSIONS: usize = 4 << 20;
/// Memory of the compiled expressions of all Receivers, in bytes. A namespace takes at most as
/// much as it leaves free for others.
pub const ALL_COMPILED_EXPRESSIONS: usize = 64 << 20;
/// Total time for which a delivery may wait for the network (an issuer's keys, a fetched document),
/// queueing included.
pub const EGRESS_WAIT: Duration = Duration::from_secs(2);
/// Issuers of one Receiver: each costs a request at start and memory for its keys.
pub const ISSUERS: usize = 16;
/// Value of `Retry-After`, in seconds.
pub const RETRY_AFTER_SECONDS: u64 = 10;

/// Pointers in one `select`.
pub const JSON_POINTERS: usize = 64;
/// Segments of a pointer.
pub const JSON_POINTER_SEGMENTS: usize = 16;
/// Values in the answer of one `select`.
pub const JSON_ANSWERS: usize = 16_384;
/// Bytes in the answer of one `select`: the paths of a large push fit.
pub const JSON_ANSWER_BYTES: usize = 128 << 10;

/// Nesting depth of a body that filters read. Less than the 127 of the JSON parser, which does not
/// distinguish a body that is too deep from one that is not JSON.
pub const FILTERED_DEPTH: usize = 126;

/// Length, in bytes, below which deliveries are not searched for a value of a Secret: a short value
/// would be found by chance.
pub const SHORTEST_SEARCHED: usize = 8;
/// Values of a Secret that deliveries are searched for: those of all keys that a component may
/// know, and previous ones.
pub const SEARCHED_VALUES: usize = 512;

/// Body of a reply, in bytes.
pub const REPLY_BODY: usize = 4 << 10;
/// Headers of a reply.
pub const REPLY_HEADERS: usize = 8;
/// Allowed headers of a reply, besides names that begin with `x-`: those of handshakes that senders
/// document (CloudEvents' HTTP 1.1 Web Hooks, section 4.2).
pub const REPLY_HEADER_NAMES: [&str; 4] = [
    "content-type",
    "allow",
    "webhook-allowed-origin",
    "webhook-allowed-rate",
];
/// Forbidden prefixes of a reply's header names, because proxies act upon these headers: nginx
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
/// Length, in bytes, of a message whose MAC a reply may give to a stranger. Challenges are less
/// than half as long: Zoom's have 22 bytes, X's 43.
pub const CHALLENGE: usize = 128;
/// A line of the log, in bytes: all warnings of a Receiver fit.
pub const LOG_LINE: usize = 16 << 10;
/// A reason or message of a component, in bytes.
pub const GUEST_TEXT: usize = 512;
/// Entries of each list of a binding: credentials, places, methods. Each delivery searches them.
pub const BINDING_ENTRIES: usize = 64;
/// Names of client certificates of one binding. Each delivery compares them.
pub const CLIENT_NAMES: usize = 64;
/// Length of one name of a client certificate, in bytes: subjects with several units are shorter.
pub const CLIENT_NAME: usize = 1 << 10;
/// Warnings of a component about one Receiver that are reported.
pub const WARNINGS: usize = 16;
/// All reported warnings of one Receiver: those of its component, and some about the kinds of its
/// targets.
pub const RECEIVER_WARNINGS: usize = 32;
/// Message of a condition, in bytes: an API server accepts no more characters (k8s.io/apimachinery,
/// `pkg/apis/meta/v1/types.go`, `Condition`).
pub const CONDITION_MESSAGE: usize = 32 << 10;
/// Events of one delivery: Azure Event Grid sends batches of dozens.
pub const EVENTS: usize = 256;
/// Changes of one event. Each is compared with every object that its Receiver names.
pub const EVENT_CHANGES: usize = 512;
/// Changes of all events of one delivery.
pub const CHANGES: usize = 2048;
/// All text in the events of one delivery, in bytes.
pub const EVENT_BYTES: usize = 128 << 10;
/// JSON Schema of a component, in bytes.
pub const CONFIG_SCHEMA: usize = 64 << 10;
/// `spec.config` as JSON, in bytes: as much as the answer of one `select` can hold.
pub const CONFIG: usize = JSON_ANSWER_BYTES;
/// Credential checks of one delivery.
pub const CREDENTIAL_CHECKS: u32 = 16;
/// Calls of the host during one call of a component.
pub const HOST_CALLS: u32 = 1_000;
/// Documents fetched for one delivery.
pub const FETCHES: u32 = 4;
/// Log lines of one call of a component.
pub const LOG_LINES: u32 = 64;
/// Bytes that may be hashed in addition to [`HASH_FACTOR`] times the body: headers and small messages.
pub const HASH_FLOOR: u64 = 64 << 10;
/// How many times the body may be hashed: four signatures under two active keys.
pub const HASH_FACTOR: u64 = 8;
/// Bytes that may be searched for values of the Secret beyond multiples of the body: headers, and
/// answers about small bodies.
pub const SEARCH_FLOOR: u64 = 4 << 20;
/// How many times the body may be searched, raw and decoded.
pub const SEARCH_FACTOR: u64 = 48;
/// Bytes of JSON that may be parsed beyond multiples of the body, for config and decoded parts.
pub const PARSE_FLOOR: u64 = 1 << 20;
/// How many times the body may be parsed.
pub const PARSE_FACTOR: u64 = 8;
