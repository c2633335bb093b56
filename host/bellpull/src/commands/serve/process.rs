//! Limits of the operating system for this process. They are set before it holds anything secret.

use rustix::process::{
    DumpableBehavior, Resource, Rlimit, getrlimit, set_dumpable_behavior, setrlimit,
};

/// Descriptors for everything but the connections of senders: fetches, the API server, files, and the
/// pipes of commands and of the compiler.
const RESERVED: u64 = 256;

/// The name of this machine, in a cluster the pod's.
pub(super) fn host_name() -> String {
    let system = rustix::system::uname();
    system.nodename().to_string_lossy().into_owned()
}

/// Disables core dumps, which would contain Secrets, and raises the limit of open files as far as it
/// may. If the system refuses, a warning is logged and the process serves all the same.
pub(super) fn prepare() {
    let cores = set_dumpable_behavior(DumpableBehavior::NotDumpable)
        .and_then(|()| raise(Resource::Core, |_| Some(0)));
    if let Err(error) = cores {
        tracing::warn!(%error, "a crash may leave a core with Secrets in it");
    }
    if let Err(error) = raise(Resource::Nofile, |limit| limit.maximum) {
        tracing::warn!(%error, "the limit of open files stays as it is");
    }
}

fn raise(resource: Resource, to: impl Fn(&Rlimit) -> Option<u64>) -> rustix::io::Result<()> {
    let limit = getrlimit(resource);
    let current = to(&limit);
    setrlimit(resource, Rlimit { current, ..limit })
}

/// How many connections may be open of the number that was asked for. Descriptors for everything else
/// stay free.
pub(super) fn connections(asked: usize) -> usize {
    let files = getrlimit(Resource::Nofile).current;
    let open = within(asked, files);
    if open < asked {
        tracing::warn!(
            asked,
            open,
            files,
            "fewer connections than --max-connections: raise the limit of open files"
        );
    }
    open
}

/// `files` is the limit of open files; `None`: there is no limit.
fn within(asked: usize, files: Option<u64>) -> usize {
    let Some(files) = files else { return asked };
    let left = files.saturating_sub(RESERVED).max(files / 2).max(1);
    usize::try_from(left).map_or(asked, |left| asked.min(left))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptors_are_left_for_everything_else() {
        let table = [
            (4096, None, 4096),
            (4096, Some(1 << 20), 4096),
            (4096, Some(1024), 768),
            (4096, Some(256), 128),
            (100, Some(1024), 100),
            (4096, Some(1), 1),
        ];
        for (asked, files, expected) in table {
            assert_eq!(within(asked, files), expected, "{asked} of {files:?}");
        }
    }
}
