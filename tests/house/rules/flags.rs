//! A flag's default is said once.

use bellpull_house::tokens::of_file;
use bellpull_house::{files_below, none, root, shown};

#[test]
fn the_default_of_a_row_has_a_name() {
    let mut found = Vec::new();
    let mut rows = 0;
    for file in files_below(&root().join("host/bellpull/src/settings")) {
        for window in of_file(&file).windows(3) {
            let [name, is, value] = window else { continue };
            if !["default_value", "default_value_t"].contains(&name.text.as_str()) || is.text != "="
            {
                continue;
            }
            rows += 1;
            if value
                .text
                .starts_with(|first: char| first == '"' || first.is_ascii_digit())
            {
                found.push(format!("{}:{}: {}", shown(&file), value.line, value.text));
            }
        }
    }
    assert!(rows > 0, "no row has a default");
    none(
        &found,
        "say it in bellpull_core::limits, or in a constant where it is no limit",
    );
}
