//! How much memory this process may take: the limit of its control group, or the machine's memory.

use std::fmt;
use std::fs;
use std::path::{Component, Path, PathBuf};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MemoryLimit {
    /// The limit of a control group in bytes. Kubernetes makes one for a container's limit.
    Group(usize),
    /// The memory of the machine in bytes.
    Machine(usize),
}

impl MemoryLimit {
    /// The smallest limit of this process's control group and of the groups around it, if it is below
    /// the machine's memory.
    pub(crate) fn now() -> Self {
        let own = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
        Self::of(machine(), &own, Path::new("/sys/fs/cgroup"))
    }

    fn of(machine: usize, own: &str, groups: &Path) -> Self {
        let limits = files(own, groups).into_iter().filter_map(|file| {
            // There is no limit if the file says `max`, or on version 1 a number beyond all memory.
            fs::read_to_string(file).ok()?.trim().parse().ok()
        });
        match limits.min() {
            Some(limit) if limit < machine => Self::Group(limit),
            _ => Self::Machine(machine),
        }
    }

    pub(crate) fn bytes(self) -> usize {
        match self {
            Self::Group(bytes) | Self::Machine(bytes) => bytes,
        }
    }
}

impl fmt::Display for MemoryLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Group(_) => "the memory limit of the control group",
            Self::Machine(_) => "the memory of the machine",
        })
    }
}

/// The memory of the machine in bytes. By the system call, since a service may see no `/proc/meminfo`
/// (`ProcSubset=` of systemd.exec(5)).
fn machine() -> usize {
    let found = rustix::system::sysinfo();
    let units = usize::try_from(found.totalram).unwrap_or(usize::MAX);
    units.saturating_mul(usize::try_from(found.mem_unit).unwrap_or(usize::MAX))
}

/// The files that may limit a process with this `/proc/self/cgroup` (cgroups(7)): those of its group
/// and of each group around it, of version 2 and of version 1. The root counts too: in a container the
/// names may be those of the host, while the mounted root is the container's own group.
fn files(own: &str, groups: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for line in own.lines() {
        let mut parts = line.splitn(3, ':').skip(1);
        let (Some(controllers), Some(group)) = (parts.next(), parts.next()) else {
            continue;
        };
        let (root, file) = if controllers.is_empty() {
            (groups.to_owned(), "memory.max")
        } else if controllers
            .split(',')
            .any(|controller| controller == "memory")
        {
            (groups.join("memory"), "memory.limit_in_bytes")
        } else {
            continue;
        };
        let mut folder = root;
        files.push(folder.join(file));
        for part in Path::new(group).components() {
            if let Component::Normal(name) = part {
                folder.push(name);
                files.push(folder.join(file));
            }
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    const MACHINE: usize = 8 << 30;

    /// The limit where `/proc/self/cgroup` is `own`, and these files exist.
    fn limit(own: &str, files: &[(&str, &str)]) -> MemoryLimit {
        let folder = tempfile::tempdir().unwrap();
        let groups = folder.path();
        for (file, text) in files {
            let file = groups.join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        MemoryLimit::of(MACHINE, own, groups)
    }

    #[test]
    fn the_smallest_limit_around_the_process_counts() {
        let half = "536870912\n";
        let v1 = "5:cpu,cpuacct:/a\n4:memory:/docker/b\n";
        let none = MemoryLimit::Machine(MACHINE);
        let limited = MemoryLimit::Group(512 << 20);
        type Files = [(&'static str, &'static str)];
        let cases: [(&str, &Files, MemoryLimit); 8] = [
            ("0::/\n", &[("memory.max", half)], limited),
            ("0::/\n", &[("memory.max", "max\n")], none),
            ("0::/\n", &[], none),
            ("", &[("memory.max", half)], none),
            (
                "0::/pod/app\n",
                &[("pod/memory.max", half), ("pod/app/memory.max", "max\n")],
                limited,
            ),
            (
                "0::/kubepods/of/the/host\n",
                &[("memory.max", half)],
                limited,
            ),
            (v1, &[("memory/memory.limit_in_bytes", half)], limited),
            (
                v1,
                &[("memory/memory.limit_in_bytes", "9223372036854771712\n")],
                none,
            ),
        ];
        for (own, files, expected) in cases {
            assert_eq!(limit(own, files), expected, "{own:?} {files:?}");
        }
    }
}
