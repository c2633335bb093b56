//! What a delivery may ask for, by name.

mod excess;
mod facts;
mod lax;
mod leaks;
mod proof;
mod reading;

use bellpull_sdk::{Event, Receiver, Refusal, Verdict};

/// What comes of it.
type Outcome = Result<Verdict, Refusal>;
type Behaviour = fn(&Receiver) -> Outcome;

/// Does what the name says.
pub(crate) fn follow(name: &str, receiver: &Receiver) -> Outcome {
    let tables = [
        proof::TABLE,
        excess::TABLE,
        facts::TABLE,
        lax::TABLE,
        reading::TABLE,
        leaks::TABLE,
    ];
    let mut known = tables.into_iter().flatten();
    match known.find(|(known, _)| *known == name) {
        Some((_, behaviour)) => behaviour(receiver),
        None => Err(Refusal::Malformed(format!("cannot {name}"))),
    }
}

fn accept() -> Outcome {
    Ok(Verdict::accept(Event::new("done")))
}
