use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use bellpull_core::ReceiverId;
use bellpull_plan::{Objects, SecretState, UnreadableReceiver};

use crate::files::{self, Listing, Stamp};
use crate::manifest::{self, Contents, Found, Identity, Object};
use crate::watch::{self, Source};
use crate::{DocumentPlace, ManifestError, TargetIndex};

/// Extensions of manifests.
const MANIFESTS: [&str; 3] = ["yaml", "yml", "json"];

/// A directory of manifests, and which Receivers each file held when it was last right.
#[derive(Debug)]
pub struct Folder {
    dir: PathBuf,
    held: BTreeMap<PathBuf, BTreeSet<ReceiverId>>,
    /// What was read of each file, so that one that is long to read delays no change of another.
    known: BTreeMap<PathBuf, Known>,
}

#[derive(Debug)]
struct Known {
    stamp: Stamp,
    read: SystemTime,
    contents: Contents,
}

/// What a directory says at one time.
#[derive(Debug, Default)]
pub struct Loaded {
    /// Receivers and Secrets, of files without error alone.
    pub objects: Arc<Objects>,
    /// The other objects of those files.
    pub targets: Arc<TargetIndex>,
    /// What is wrong with the others, by file.
    pub errors: Vec<ManifestError>,
}

impl Source for Folder {
    type Value = Loaded;

    fn dir(&self) -> &Path {
        &self.dir
    }

    fn list(&self) -> Listing {
        files::list(&self.dir, &MANIFESTS)
    }

    fn read(&mut self, listing: &Listing) -> Loaded {
        self.load_listed(listing)
    }
}

impl Folder {
    /// The folder at `dir`, of which nothing is known yet.
    #[must_use]
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: dir.into(),
            held: BTreeMap::new(),
            known: BTreeMap::new(),
        }
    }

    /// Reads what has changed. Blocks on the file system.
    ///
    /// A file with an error gives none of its objects, and the Receivers that it held before, or
    /// names now, are unreadable. So are those of a directory that cannot be read. What a file no
    /// longer names, and what a file that is gone held, is gone.
    pub fn load(&mut self) -> Loaded {
        self.load_listed(&files::list(&self.dir, &MANIFESTS))
    }

    fn load_listed(&mut self, listing: &Listing) -> Loaded {
        let mut loading = Loading::default();
        loading.errors.extend(listing.errors.iter().cloned());
        for (path, stamp) in &listing.files {
            let Contents {
                found,
                receivers,
                errors,
            } = self.contents(path, stamp);
            match loading.take(path, found, errors) {
                Ok(()) => {
                    self.held.insert(path.clone(), receivers);
                }
                Err(Broken) => {
                    let held = self.held.get(path).into_iter().flatten().cloned();
                    loading.unreadable.extend(held.chain(receivers));
                }
            }
        }
        self.held.retain(|path, receivers| {
            let unseen = listing.is_blind_to(path);
            if unseen {
                loading.unreadable.extend(receivers.iter().cloned());
            }
            unseen || listing.files.contains_key(path)
        });
        self.known
            .retain(|path, _| listing.files.contains_key(path));
        loading.done()
    }

    fn contents(&mut self, path: &Path, stamp: &Stamp) -> Contents {
        let known = self.known.get(path);
        if let Some(known) = known.filter(|known| known.holds(stamp)) {
            return known.contents.clone();
        }
        self.known.remove(path);
        let read = SystemTime::now();
        let contents = match files::read(path) {
            Ok(text) => manifest::contents(path, &text),
            Err(error) => {
                return Contents {
                    errors: vec![error],
                    ..Contents::default()
                };
            }
        };
        let known = Known {
            stamp: stamp.clone(),
            read,
            contents: contents.clone(),
        };
        self.known.insert(path.to_owned(), known);
        contents
    }
}

impl Known {
    fn holds(&self, stamp: &Stamp) -> bool {
        self.stamp == *stamp && stamp.settled_at(self.read)
    }
}

impl Folder {
    /// Reads the folder, and again whenever it changes, for as long as a receiver of the channel
    /// lives. Each value is the whole folder at one time, the first one counts as changed, and of
    /// several that nobody has seen the last stays. Blocks until the first is read.
    ///
    /// # Errors
    /// When no thread can be had. A folder that cannot be read or heard is looked at each second.
    pub fn watch(self) -> std::io::Result<tokio::sync::watch::Receiver<Arc<Loaded>>> {
        watch::watch(self)
    }
}

/// A file of which nothing is taken.
struct Broken;

#[derive(Default)]
struct Loading {
    objects: Objects,
    targets: TargetIndex,
    errors: Vec<ManifestError>,
    unreadable: BTreeSet<ReceiverId>,
    /// Where each object is defined.
    defined: HashMap<Identity, (PathBuf, DocumentPlace)>,
}

impl Loading {
    /// Takes the objects of a file, all or none.
    fn take(
        &mut self,
        path: &Path,
        found: Vec<Found>,
        mut errors: Vec<ManifestError>,
    ) -> Result<(), Broken> {
        let mut own: HashMap<&Identity, DocumentPlace> = HashMap::new();
        for one in &found {
            let first = match self.defined.get(&one.identity) {
                Some((file, place)) => Some((file.as_path(), *place)),
                None => own
                    .insert(&one.identity, one.place)
                    .map(|place| (path, place)),
            };
            if let Some((file, place)) = first {
                errors.push(twice(path, one, file, place));
            }
        }
        if !errors.is_empty() {
            self.errors.append(&mut errors);
            return Err(Broken);
        }
        for one in found {
            self.defined
                .insert(one.identity, (path.to_owned(), one.place));
            match one.object {
                Object::Receiver(receiver) => self.objects.receivers.push(receiver),
                Object::Secret(secret) => {
                    let key = (secret.namespace.clone(), secret.name.clone());
                    let secret = SecretState::Present(Arc::new(secret));
                    self.objects.secrets.insert(key, secret);
                }
                Object::Other(other) => self.targets.insert(other),
            }
        }
        Ok(())
    }

    fn done(mut self) -> Loaded {
        for receiver in &self.objects.receivers {
            self.unreadable.remove(&receiver.id);
            if let Some(reference) = &receiver.spec.secret_ref {
                let key = (receiver.id.namespace.clone(), reference.name.clone());
                let absent = || SecretState::not_found(&reference.name);
                self.objects.secrets.entry(key).or_insert_with(absent);
            }
        }
        let unreadable = |id| UnreadableReceiver { id, problem: None };
        self.objects.unreadable = self.unreadable.into_iter().map(unreadable).collect();
        Loaded {
            objects: Arc::new(self.objects),
            targets: Arc::new(self.targets),
            errors: self.errors,
        }
    }
}

fn twice(path: &Path, one: &Found, file: &Path, place: DocumentPlace) -> ManifestError {
    let Identity {
        kind,
        namespace,
        name,
        ..
    } = &one.identity;
    let DocumentPlace { document, line, .. } = place;
    ManifestError {
        file: path.to_owned(),
        place: Some(one.place),
        message: format!(
            "{kind} {namespace}/{name} is already in {}:{line}, document {document}: remove one of \
             the two",
            file.display()
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const RECEIVER: &str = "apiVersion: notification.toolkit.fluxcd.io/v1\nkind: Receiver\n\
                            metadata: {name: a}\nspec: {type: github, secretRef: {name: t}, \
                            resources: [{kind: GitRepository, name: app}]}\n";

    #[test]
    fn a_file_that_has_not_changed_is_not_read_again() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("a.yaml");
        std::fs::write(&path, RECEIVER).expect("written");
        let mut folder = Folder::new(dir.path());
        let mut loaded = || Arc::clone(&folder.load().objects.receivers[0]);
        let (first, second) = (loaded(), loaded());
        assert!(
            !Arc::ptr_eq(&first, &second),
            "it may have changed in the same tick"
        );

        let known = folder.known.get_mut(&path).expect("it was read");
        known.read += Duration::from_secs(60);
        let third = Arc::clone(&folder.load().objects.receivers[0]);
        assert!(Arc::ptr_eq(&second, &third), "it is known");

        std::fs::write(&path, RECEIVER.replace("name: a}", "name: other}")).expect("written");
        let fourth = Arc::clone(&folder.load().objects.receivers[0]);
        assert_eq!(fourth.id.name, "other");
        std::fs::remove_file(&path).expect("removed");
        folder.load();
        assert!(folder.known.is_empty());
    }
}
