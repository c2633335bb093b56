//! The headings in the help of `serve`.

use clap::{Arg, ArgAction};

pub(super) const MOST_USED: &str = "Most used";
pub(super) const LISTENERS: &str = "Listeners";
pub(super) const TLS: &str = "TLS";
pub(super) const LIMITS: &str = "Limits";
pub(super) const CLUSTER: &str = "Cluster";
pub(super) const PLUGINS: &str = "Plugins";
pub(super) const EGRESS: &str = "Egress";
pub(super) const NOTIFICATION: &str = "Notification";
pub(super) const RECORDS: &str = "Records";
pub(super) const TRACES: &str = "Traces";
pub(super) const LOG: &str = "Log";

/// The flags that most deployments set, in the order of the help.
pub(super) const MOST_USED_FLAGS: [&str; 10] = [
    "manifests",
    "watch-namespace",
    "receiver-addr",
    "plugins",
    "grant",
    "on-notify",
    "allow-target",
    "max-body",
    "flux-status-codes",
    "log-level",
];

/// Moves a flag out of its group if it is one of the most used.
pub(super) fn lift(arg: Arg) -> Arg {
    let place = MOST_USED_FLAGS
        .iter()
        .position(|flag| arg.get_long() == Some(flag));
    match place {
        Some(place) => arg.help_heading(MOST_USED).display_order(place),
        None => arg,
    }
}

/// `--help` under a heading. clap would print its own above all headings.
pub(super) fn help() -> Arg {
    Arg::new("help")
        .short('h')
        .long("help")
        .action(ArgAction::Help)
        .help("Print help (see more with '--help')")
        .long_help("Print help (see a summary with '-h')")
        .help_heading(MOST_USED)
        .display_order(MOST_USED_FLAGS.len())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::settings::Cli;

    /// The headings of a help in order, each with its flags.
    fn groups(help: &str) -> Vec<(&str, Vec<&str>)> {
        let mut groups = Vec::new();
        for line in help.lines() {
            let text = line.trim_start();
            let indent = line.len() - text.len();
            if let (0, Some(heading)) = (indent, text.strip_suffix(':')) {
                groups.push((heading, Vec::new()));
            }
            // Descriptions are further to the right.
            let names = text.split([',', ' ', '=', '[']);
            let long = names.take(3).find_map(|name| name.strip_prefix("--"));
            if let (1..=6, Some((_, flags)), Some(flag)) = (indent, groups.last_mut(), long) {
                flags.push(flag);
            }
        }
        groups
    }

    #[test]
    fn each_flag_of_serve_stands_under_one_heading() {
        let mut command = Cli::command();
        command.build();
        let serve = command.find_subcommand_mut("serve").unwrap();
        let visible = serve.get_arguments().filter(|flag| !flag.is_hide_set());
        let mut expected: Vec<String> = visible
            .filter_map(|flag| flag.get_long().map(str::to_owned))
            .collect();
        expected.sort_unstable();
        for help in [serve.render_help(), serve.render_long_help()] {
            let help = help.to_string();
            let groups = groups(&help);
            let headings: Vec<&str> = groups.iter().map(|(heading, _)| *heading).collect();
            let all = [
                MOST_USED,
                LISTENERS,
                TLS,
                LIMITS,
                CLUSTER,
                PLUGINS,
                EGRESS,
                NOTIFICATION,
                RECORDS,
                TRACES,
                LOG,
            ];
            assert_eq!(headings, all, "{help}");
            let first = [&MOST_USED_FLAGS[..], &["help"]].concat();
            assert_eq!(groups[0].1, first, "{help}");
            let mut flags: Vec<&str> = groups.iter().flat_map(|(_, flags)| flags.clone()).collect();
            flags.sort_unstable();
            assert_eq!(flags, expected, "{help}");
        }
    }

    #[test]
    fn help_is_no_wider_than_a_terminal() {
        let mut command = Cli::command();
        command.build();
        let serve = command.find_subcommand_mut("serve").unwrap();
        for help in [serve.render_help(), serve.render_long_help()] {
            for line in help.to_string().lines() {
                assert!(line.chars().count() <= 100, "{line}");
            }
        }
    }
}
