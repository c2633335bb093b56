//! No tenant, plugin or sender stops the others. `make attack` runs the same attacks for minutes.

use bellpull_tests::attack::{self, Siege};

#[test]
fn a_neighbour_is_served_whatever_the_others_do() {
    let attacks = attack::all();
    let harmed: Vec<String> = attacks
        .iter()
        .filter_map(|attack| {
            let fate = attack.run(Siege::Brief);
            let harm = fate.unharmed().err()?;
            Some(format!("{}: {harm}", attack.name))
        })
        .collect();
    assert!(harmed.is_empty(), "{}", harmed.join("\n"));
}
