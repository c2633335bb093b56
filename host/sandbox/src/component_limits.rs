use std::time::Duration;

use bellpull_engine::ClassLimits;

/// Limits of one component, below those of its class and of the process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ComponentLimits {
    /// Most bytes of memory.
    pub memory: Option<usize>,
    /// Most time of a call.
    pub time: Option<Duration>,
}

impl ComponentLimits {
    /// The limits of a class, lowered to these.
    pub(crate) fn lower(self, class: ClassLimits) -> ClassLimits {
        ClassLimits {
            memory: self
                .memory
                .map_or(class.memory, |most| most.min(class.memory)),
            ..class
        }
    }

    /// The time of a call, lowered to this.
    pub(crate) fn shorten(self, time: Duration) -> Duration {
        self.time.map_or(time, |most| most.min(time))
    }
}

#[cfg(test)]
mod tests {
    use bellpull_engine::Class;

    use super::*;

    #[test]
    fn limits_are_lowered_and_never_raised() {
        let class = Class::Small.limits();
        let second = Duration::from_secs(1);
        let cases = [
            (None, None, class.memory, second),
            (
                Some(1 << 20),
                Some(second / 4),
                1 << 20,
                Duration::from_millis(250),
            ),
            (Some(1 << 40), Some(second * 9), class.memory, second),
        ];
        for (memory, time, expected_memory, expected_time) in cases {
            let limits = ComponentLimits { memory, time };
            let got = (limits.lower(class).memory, limits.shorten(second));
            assert_eq!(got, (expected_memory, expected_time), "{limits:?}");
        }
    }
}
