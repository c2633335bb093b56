//! Flags that are on or off. As in Go, `--flag` means `--flag=true`, so that arguments of Flux can be
//! kept.

use clap::builder::BoolishValueParser;
use clap::{Arg, ArgAction};

pub(super) trait Switch {
    /// The value may be left out: `--flag` is `--flag=true`.
    fn or_true(self) -> Self;

    /// `--flag`, `--flag=true` or `--flag=false`, without a default.
    fn on_or_off(self) -> Self;

    /// The same, with the default `false`.
    fn switch(self) -> Self;

    /// The same, with the default `true`.
    fn on(self) -> Self;
}

impl Switch for Arg {
    fn or_true(self) -> Self {
        self.num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true")
    }

    fn on_or_off(self) -> Self {
        self.or_true()
            .value_name("BOOL")
            .value_parser(BoolishValueParser::new())
    }

    fn switch(self) -> Self {
        with_default(self, "false")
    }

    fn on(self) -> Self {
        with_default(self, "true")
    }
}

fn with_default(flag: Arg, value: &'static str) -> Arg {
    flag.on_or_off()
        .action(ArgAction::Set)
        .default_value(value)
        .hide_default_value(true)
        .hide_possible_values(true)
}
