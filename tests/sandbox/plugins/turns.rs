use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use bellpull_tests::hostile::{self, SPIN};
use bellpull_tests::manifests::{TOKEN, path};
use bellpull_tests::push::large_push;
use bellpull_tests::serve::{Served, request};

use super::World;

/// Refuses after that, which is nothing to be held against it.
const REFUSES: &str = "
(func $receive (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
  (call $harm)
  (i32.store8 (i32.const 4096) (i32.const 1))
  (i32.const 4096))";
/// Guests that spin at once.
const SPINNING: usize = 32;
/// So large that a guest needs more than a tick or two for it.
const LARGE: usize = 3 << 19;

fn push(served: &Served) -> u16 {
    let (headers, body) = large_push(TOKEN, LARGE);
    let target = path("good", TOKEN);
    request(served.receiver, "POST", &target, &headers, &body).0
}

/// Those of one component, and of several that each are good for half of it.
#[test]
fn guests_that_spin_leave_turns_to_a_large_push() {
    for components in [1, 4] {
        let world = World::new();
        let names: Vec<String> = (0..components).map(|at| format!("spin-{at}")).collect();
        for name in &names {
            let text = format!("{SPIN}{REFUSES}");
            world.put(&format!("{name}.wasm"), &hostile::component(name, &text));
            world.receives(name, name);
            world.receives(&format!("{name}-too"), name);
        }
        let served = world.serve(&["--answer-deadline", "20s"]);
        assert_eq!(push(&served), 200, "alone");
        let over = AtomicBool::new(false);
        let answers: Vec<u16> = thread::scope(|scope| {
            for at in 0..SPINNING {
                let (served, over) = (&served, &over);
                let name = &names[at % components];
                let too = if at % 2 == 0 { "" } else { "-too" };
                let target = path(&format!("{name}{too}"), TOKEN);
                scope.spawn(move || {
                    while !over.load(Ordering::Relaxed) {
                        request(served.receiver, "POST", &target, &[], b"{}");
                    }
                });
            }
            let answers = (0..20).map(|_| push(&served)).collect();
            over.store(true, Ordering::Relaxed);
            answers
        });
        assert_eq!(
            answers, [200; 20],
            "beside guests of {components} components"
        );
    }
}
