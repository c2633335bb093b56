use std::time::Duration;

use clap::Parser as _;
use clap::error::ErrorKind;

use bellpull_cluster::Scope;

use super::*;

fn parse(arguments: &[&str]) -> Result<ServeArgs, clap::Error> {
    let arguments = ["bellpull", "serve", "--manifests", "m"]
        .iter()
        .chain(arguments);
    Cli::try_parse_from(arguments).map(|cli| match cli.command {
        Command::Serve(arguments) => *arguments,
        other => panic!("parsed {other:?}"),
    })
}

#[test]
fn usage_errors_name_the_flag_the_value_and_what_is_accepted() {
    let cases: &[(&[&str], &[&str])] = &[
        (
            &["--log-format", "xml"],
            &["--log-format", "xml", "json", "text"],
        ),
        (
            &["--receiver-addr", "here"],
            &["--receiver-addr", "here", "IP:PORT"],
        ),
        (&["--max-body", "lots"], &["--max-body", "lots", "3MiB"]),
        (&["--max-body", "0"], &["--max-body", "0", "at least 1"]),
        (
            &["--max-connections", "0"],
            &["--max-connections", "1 to 65536"],
        ),
        (
            &["--read-timeout", "soon"],
            &["--read-timeout", "soon", "10s"],
        ),
        (&["--read-timeout", "0s"], &["--read-timeout", "above zero"]),
        (
            &["--flux-status-codes=maybe"],
            &["--flux-status-codes", "maybe"],
        ),
        (
            &["--trusted-proxies", "nginx"],
            &["--trusted-proxies", "nginx", "192.0.2.7,2001:db8::/32"],
        ),
        (&["--on-notify", ""], &["--on-notify", "''", "a program"]),
        (&["--on-notify", " "], &["--on-notify", "' '", "a program"]),
        (&["--on-notify", "'' a"], &["--on-notify", "a program"]),
        (
            &["--on-notify", "echo 'a"],
            &["--on-notify", "echo 'a", "closing quote", "quoted as for"],
        ),
        (&["--on-notify-timeout", "0s"], &["--on-notify-timeout"]),
        (&["--no-such-flag"], &["--no-such-flag"]),
    ];
    for (arguments, parts) in cases {
        let error = parse(arguments).expect_err("a usage error").to_string();
        for part in *parts {
            assert!(
                error.contains(part),
                "{arguments:?}: {part:?} is not in {error}"
            );
        }
    }
}

#[test]
fn commands_are_split_and_nothing_is_expanded() {
    let cases: &[(&str, &str, &[&str])] = &[
        ("true", "true", &[]),
        ("  /a/b  c\td ", "/a/b", &["c", "d"]),
        (
            r#"'my deploy' "a b" c\ d '' e'f'"#,
            "my deploy",
            &["a b", "c d", "", "ef"],
        ),
        (
            "a $HOME `id` ~ * | b > c && d",
            "a",
            &["$HOME", "`id`", "~", "*", "|", "b", ">", "c", "&&", "d"],
        ),
        ("sh -c 'a && b'", "sh", &["-c", "a && b"]),
    ];
    for (text, program, arguments) in cases {
        let parsed = parse(&["--on-notify", text]).unwrap().on_notify.unwrap();
        assert_eq!(parsed.program, *program, "{text}");
        assert_eq!(parsed.arguments, *arguments, "{text}");
    }
    assert_eq!(parse(&[]).unwrap().on_notify, None);
}

#[test]
fn arguments_of_flux_can_be_kept() {
    let parsed = parse(&[
        "--receiverAddr=:9292",
        "--events-addr=http://notification-controller/",
        "--watch-all-namespaces=true",
        "--no-cross-namespace-refs=true",
        "--enable-leader-election",
        "--log-level=info",
        "--log-encoding=console",
        "--concurrent=4",
    ])
    .unwrap();
    assert_eq!(parsed.receiver_addr.to_string(), "[::]:9292");
    assert!(parsed.no_cross_namespace_refs);
    assert_eq!(parsed.log_format, LogFormat::Text);
    assert_eq!(parsed.cluster.watch_all_namespaces, Some(true));
    assert_eq!(parsed.cluster.enable_leader_election, Some(true));
    let warned: Vec<String> = parsed.flux.warnings();
    for flag in ["events-addr", "concurrent"] {
        assert!(
            warned.iter().any(|text| text.contains(flag)),
            "{flag} is not in {warned:?}"
        );
    }
    assert_eq!(warned.len(), 2, "{warned:?}");
}

#[test]
fn a_cluster_is_served_as_flux_would() {
    let cluster = |arguments: &[&str]| {
        let arguments = ["bellpull", "serve"].iter().chain(arguments);
        match Cli::try_parse_from(arguments).map(|cli| cli.command) {
            Ok(Command::Serve(arguments)) => arguments.cluster,
            other => panic!("parsed {other:?}"),
        }
    };
    let only = |names: &[&str]| {
        let names = names.iter().map(|&name| name.to_owned());
        Ok(Scope::Namespaces(names.collect()))
    };
    let cases: [(&[&str], Result<Scope, &str>); 5] = [
        (&[], Ok(Scope::All)),
        (&["--watch-all-namespaces"], Ok(Scope::All)),
        (
            &["--watch-all-namespaces=false", "--runtime-namespace=a"],
            only(&["a"]),
        ),
        (&["--watch-namespace=a,b"], only(&["a", "b"])),
        (
            &["--watch-namespace", "a", "--watch-namespace", "b"],
            only(&["a", "b"]),
        ),
    ];
    for (arguments, expected) in cases {
        assert_eq!(cluster(arguments).scope(), expected, "{arguments:?}");
    }
    let error = cluster(&["--watch-all-namespaces=false"]).scope();
    assert!(error.is_err_and(|error| error.contains("RUNTIME_NAMESPACE")));

    let lease = |arguments: &[&str], here: &str| {
        let lease = cluster(arguments).lease(here, "me".to_owned());
        lease.map(|lease| lease.map(|lease| (lease.namespace, lease.grace.as_secs())))
    };
    assert_eq!(lease(&[], ""), Ok(Some(("flux-system".to_owned(), 30))));
    assert_eq!(lease(&[], "own"), Ok(Some(("own".to_owned(), 30))));
    let elsewhere = ["--leader-election-namespace=other"];
    assert_eq!(lease(&elsewhere, "own"), Ok(Some(("other".to_owned(), 30))));
    assert_eq!(lease(&["--enable-leader-election=false"], ""), Ok(None));
    let too_short = ["--leader-election-lease-duration=5s"];
    assert!(lease(&too_short, "").is_err());
}

#[test]
fn a_directory_and_a_cluster_are_not_served_at_once() {
    for arguments in [
        ["--kubeconfig", "k"],
        ["--context", "c"],
        ["--watch-namespace", "n"],
        ["--allow-target", "apps/Deployment"],
    ] {
        let error = parse(&arguments).expect_err("a usage error").to_string();
        assert!(error.contains("--manifests"), "{arguments:?}: {error}");
    }
    let command = ["bellpull", "serve", "--on-notify", "true"];
    let error = Cli::try_parse_from(command).expect_err("a usage error");
    assert!(error.to_string().contains("--manifests"), "{error}");
}

#[test]
fn defaults_are_the_limits_of_core() {
    use bellpull_core::limits;
    let parsed = parse(&[]).unwrap();
    assert_eq!(parsed.max_body, limits::MAX_BODY);
    assert_eq!(parsed.max_bodies_in_flight, None);
    assert_eq!(parsed.max_connections, None);
    assert_eq!(parsed.header_timeout, limits::HEADER_TIMEOUT);
    assert_eq!(parsed.read_timeout, limits::READ_TIMEOUT);
    assert_eq!(parsed.answer_deadline, limits::ANSWER_DEADLINE);
    assert_eq!(parsed.verify.max_verifications, limits::MAX_VERIFICATIONS);
    assert_eq!(parsed.verify.verify_timeout, limits::VERIFY_TIMEOUT);
    assert_eq!(parsed.cache.compile_timeout, None);
    assert_eq!(parsed.max_notifications, limits::MAX_NOTIFICATIONS);
    assert_eq!(parsed.notify_retry, limits::NOTIFY_RETRY);
    assert_eq!(parsed.on_notify_timeout, limits::COMMAND_TIMEOUT);
    assert_eq!(parsed.drain_delay, limits::DRAIN_DELAY);
    assert_eq!(parsed.drain_timeout, limits::DRAIN_TIMEOUT);
    let cluster = parsed.cluster;
    let (duration, renewal) = (limits::LEASE_DURATION, limits::LEASE_RENEWAL);
    assert_eq!(cluster.leader_election_lease_duration, duration);
    assert_eq!(cluster.leader_election_retry_period, renewal);
}

#[test]
fn defaults_are_shown_as_they_are_read() {
    let durations = [
        (1, "1ms"),
        (250, "250ms"),
        (2500, "2500ms"),
        (1000, "1s"),
        (60_000, "60s"),
        (90_000, "90s"),
        (120_000, "2m"),
        (300_000, "5m"),
        (300_001, "300001ms"),
        (86_400_000, "1d"),
        (604_800_000, "7d"),
    ];
    for (milliseconds, text) in durations {
        let duration = Duration::from_millis(milliseconds);
        assert_eq!(values::shown_duration(duration), text);
        assert_eq!(values::duration(text), Ok(duration));
    }
    for (bytes, text) in [
        (1, "1"),
        (4096, "4096"),
        (3 << 20, "3MiB"),
        ((3 << 20) + 1, "3145729"),
        (2 << 30, "2048MiB"),
    ] {
        assert_eq!(values::shown_bytes(bytes), text);
        assert_eq!(values::bytes(text), Ok(bytes));
    }
}

#[test]
fn a_flag_that_is_on_or_off_is_said_in_three_ways() {
    for (said, expected) in [
        (None, false),
        (Some("--flux-status-codes"), true),
        (Some("--flux-status-codes=true"), true),
        (Some("--flux-status-codes=off"), false),
    ] {
        let parsed = parse(said.as_slice()).unwrap();
        assert_eq!(parsed.flux_status_codes, expected, "{said:?}");
    }
    for (said, expected) in [
        (None, true),
        (Some("--receiver-metrics"), true),
        (Some("--receiver-metrics=false"), false),
    ] {
        let parsed = parse(said.as_slice()).unwrap();
        assert_eq!(parsed.receiver_metrics, expected, "{said:?}");
    }
    for (said, expected) in [
        (None, None),
        (Some("--enable-leader-election"), Some(true)),
        (Some("--enable-leader-election=false"), Some(false)),
    ] {
        let parsed = parse(said.as_slice()).unwrap();
        let cluster = parsed.cluster;
        assert_eq!(cluster.enable_leader_election, expected, "{said:?}");
    }
}

#[test]
fn every_flag_of_serve_has_an_environment_twin() {
    use clap::CommandFactory as _;
    let command = Cli::command();
    let serve = command.find_subcommand("serve").unwrap();
    for argument in serve
        .get_arguments()
        .filter(|argument| !argument.is_hide_set())
    {
        let Some(long) = argument.get_long().filter(|long| *long != "help") else {
            continue;
        };
        let expected = format!("BELLPULL_{}", long.replace('-', "_").to_uppercase());
        let got = argument
            .get_env()
            .map(|name| name.to_string_lossy().into_owned());
        assert_eq!(got, Some(expected), "--{long}");
    }
}

#[test]
fn help_and_version_are_no_errors() {
    for (flag, kind) in [
        ("--help", ErrorKind::DisplayHelp),
        ("--version", ErrorKind::DisplayVersion),
    ] {
        let error = Cli::try_parse_from(["bellpull", flag]).expect_err("printed");
        assert_eq!(error.kind(), kind, "{flag}");
    }
}

#[test]
fn unproven_deliveries_are_limited_where_addresses_are_the_senders_own() {
    for (flags, expected) in [
        (&[][..], None),
        (&["--unproven-limit=7"], Some(7)),
        (&["--trusted-proxies=10.0.0.0/8"], Some(60)),
        (&["--proxy-protocol"], Some(60)),
        (&["--proxy-protocol", "--unproven-limit=0"], None),
        (&["--trusted-proxies=::1", "--unproven-limit=9"], Some(9)),
    ] {
        let limit = parse(flags).unwrap().unproven_per_minute();
        let limit = limit.map(std::num::NonZeroU32::get);
        assert_eq!(limit, expected, "{flags:?}");
    }
}

#[test]
fn records_are_kept_over_restarts_where_a_directory_is_named() {
    let records = |more: &[&str]| {
        let admin = ["--admin-addr", "127.0.0.1:0"];
        parse(&[&admin[..], more].concat()).map(|parsed| parsed.records.database())
    };
    assert_eq!(records(&[]).unwrap(), None);
    for (more, max_age, max_size) in [
        (
            &[][..],
            Some(bellpull_core::limits::RECORDS_MAX_AGE),
            256 << 20,
        ),
        (&["--records-max-age=0"], None, 256 << 20),
        (
            &["--records-max-age=1d12h", "--records-max-size=4MiB"],
            Some(Duration::from_secs(36 * 3600)),
            4 << 20,
        ),
    ] {
        let settings = records(&[&["--records-dir=d"][..], more].concat()).unwrap();
        let expected = bellpull_records::DatabaseSettings {
            directory: "d".into(),
            max_age,
            max_size,
        };
        assert_eq!(settings, Some(expected), "{more:?}");
    }
    for wrong in ["--records-max-size=1MiB", "--records-max-age=old"] {
        assert!(records(&["--records-dir=d", wrong]).is_err(), "{wrong}");
    }
    let alone = parse(&["--records-dir=d"]).unwrap_err();
    assert_eq!(alone.kind(), ErrorKind::MissingRequiredArgument);
}
