use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use bellpull_core::ReceiverId;
use bellpull_plan::{Objects, SecretState, UnreadableReceiver};
use bellpull_trust::{DeclaredPlugins, PluginObject};

use crate::listing::{self, Listing, Stamp};
use crate::manifest::{self, Contents, Identity, ManifestObject, PlacedObject};
use crate::watch::{self, DirectoryReader};
use crate::{DocumentPlace, ManifestError, TargetIndex};

/// The extensions of manifests.
const MANIFESTS: [&str; 3] = ["yaml", "yml", "json"];

/// A directory of manifests, with the Receivers of each file when it was last valid.
#[derive(Debug)]
pub struct Folder {
    dir: PathBuf,
    held: BTreeMap<PathBuf, HeldObjects>,
    /// The contents of each file, so that a change reads one file and not all.
    read: BTreeMap<PathBuf, ReadFile>,
}

/// What a file held when it was last valid, of what is closed while the file cannot be read.
#[derive(Clone, Debug, Default)]
struct HeldObjects {
    receivers: BTreeSet<ReceiverId>,
    plugins: BTreeSet<String>,
}

#[derive(Debug)]
struct ReadFile {
    stamp: Stamp,
    read_at: SystemTime,
    contents: Contents,
}

/// The contents of a folder at one time.
#[derive(Debug, Default)]
pub struct LoadedFolder {
    /// Receivers and Secrets. A file with an error contributes nothing.
    pub objects: Arc<Objects>,
    /// The other objects of the same files.
    pub targets: Arc<TargetIndex>,
    /// The ReceiverPlugins, and what they name.
    pub plugins: Arc<DeclaredPlugins>,
    /// The errors, in the order of the files.
    pub errors: Vec<ManifestError>,
}

impl DirectoryReader for Folder {
    type Snapshot = LoadedFolder;

    fn dir(&self) -> &Path {
        &self.dir
    }

    fn list(&self) -> Listing {
        listing::list(&self.dir, &MANIFESTS)
    }

    fn read(&mut self, listing: &Listing) -> LoadedFolder {
        self.load_listed(listing)
    }
}

impl Folder {
    /// The folder at `dir`. Nothing has been read yet.
    #[must_use]
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: dir.into(),
            held: BTreeMap::new(),
            read: BTreeMap::new(),
        }
    }

    /// Reads the files that have changed. Blocks on the file system.
    ///
    /// A file with an error contributes no object. The Receivers and ReceiverPlugins that the file held before, or
    /// names now, are unreadable. So are those of a directory that cannot be read. An object
    /// that its file no longer holds is gone, and so are all objects of a deleted file.
    pub fn load(&mut self) -> LoadedFolder {
        self.load_listed(&listing::list(&self.dir, &MANIFESTS))
    }

    fn load_listed(&mut self, listing: &Listing) -> LoadedFolder {
        let mut loading = Loading::default();
        loading.errors.extend(listing.errors.iter().cloned());
        for (path, stamp) in &listing.files {
            let Contents {
                found,
                receivers,
                plugins,
                errors,
            } = self.contents(path, stamp);
            let named = HeldObjects { receivers, plugins };
            match loading.take(path, found, errors) {
                Ok(()) => {
                    self.held.insert(path.clone(), named);
                }
                Err(Broken) => {
                    loading.close(path, &named);
                    if let Some(held) = self.held.get(path) {
                        loading.close(path, held);
                    }
                }
            }
        }
        self.held.retain(|path, held| {
            let unseen = listing.is_blind_to(path);
            if unseen {
                loading.close(path, held);
            }
            unseen || listing.files.contains_key(path)
        });
        self.read.retain(|path, _| listing.files.contains_key(path));
        loading.done()
    }

    fn contents(&mut self, path: &Path, stamp: &Stamp) -> Contents {
        let earlier = self.read.get(path);
        if let Some(earlier) = earlier.filter(|earlier| earlier.holds(stamp)) {
            return earlier.contents.clone();
        }
        self.read.remove(path);
        let read_at = SystemTime::now();
        let contents = match listing::read(path) {
            Ok(text) => manifest::contents(path, &text),
            Err(error) => {
                return Contents {
                    errors: vec![error],
                    ..Contents::default()
                };
            }
        };
        let file = ReadFile {
            stamp: stamp.clone(),
            read_at,
            contents: contents.clone(),
        };
        self.read.insert(path.to_owned(), file);
        contents
    }
}

impl ReadFile {
    /// Whether the file is still as it was read.
    fn holds(&self, stamp: &Stamp) -> bool {
        self.stamp == *stamp && stamp.settled_at(self.read_at)
    }
}

impl Folder {
    /// Reads the folder now and after each change, for as long as a receiver of the channel lives. Each
    /// value is the whole folder at one time, and the first one counts as changed. Blocks until the
    /// first reading is done.
    ///
    /// # Errors
    /// When no thread can be started. A folder that cannot be read or watched is listed each second.
    pub fn watch(self) -> std::io::Result<tokio::sync::watch::Receiver<Arc<LoadedFolder>>> {
        watch::watch(self)
    }
}

/// A file has an error, so that none of its objects count.
struct Broken;

#[derive(Default)]
struct Loading {
    objects: Objects,
    targets: TargetIndex,
    plugins: DeclaredPlugins,
    errors: Vec<ManifestError>,
    unreadable: BTreeSet<ReceiverId>,
    /// ReceiverPlugins that cannot be read, with their file.
    unreadable_plugins: BTreeMap<String, PathBuf>,
    /// The place of each object.
    defined: HashMap<Identity, (PathBuf, DocumentPlace)>,
}

impl Loading {
    /// Takes the objects of a file, all of them or none.
    fn take(
        &mut self,
        path: &Path,
        found: Vec<PlacedObject>,
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
                errors.push(duplicate(path, one, file, place));
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
                ManifestObject::Receiver(receiver) => self.objects.receivers.push(receiver),
                ManifestObject::Secret(secret) => {
                    let key = (secret.namespace.clone(), secret.name.clone());
                    let secret = Arc::new(secret);
                    self.plugins
                        .secrets
                        .insert(key.clone(), Arc::clone(&secret));
                    self.objects
                        .secrets
                        .insert(key, SecretState::Present(secret));
                }
                ManifestObject::Plugin(plugin, target) => {
                    self.plugins.plugins.insert(plugin.name.clone(), plugin);
                    self.targets.insert(target);
                }
                ManifestObject::ConfigMap(content, target) => {
                    let key = (target.namespace.clone(), target.name.clone());
                    self.plugins.config_maps.insert(key, content);
                    self.targets.insert(target);
                }
                ManifestObject::Target(target) => {
                    if target.kind == "Namespace" && target.api_version == "v1" {
                        let labels = target.labels.clone();
                        self.plugins.namespaces.insert(target.name.clone(), labels);
                    }
                    self.targets.insert(target);
                }
            }
        }
        Ok(())
    }

    /// Closes what a file holds that cannot be read.
    fn close(&mut self, path: &Path, held: &HeldObjects) {
        self.unreadable.extend(held.receivers.iter().cloned());
        for plugin in &held.plugins {
            self.unreadable_plugins
                .insert(plugin.clone(), path.to_owned());
        }
    }

    fn done(mut self) -> LoadedFolder {
        for (name, file) in std::mem::take(&mut self.unreadable_plugins) {
            let wrong = format!("{} has an error, which the log tells", file.display());
            let closed = || {
                Arc::new(PluginObject {
                    name: name.clone(),
                    spec: Some(Err(wrong)),
                    ..PluginObject::default()
                })
            };
            self.plugins
                .plugins
                .entry(name.clone())
                .or_insert_with(closed);
        }
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
        LoadedFolder {
            objects: Arc::new(self.objects),
            targets: Arc::new(self.targets),
            plugins: Arc::new(DeclaredPlugins {
                synced: true,
                ..self.plugins
            }),
            errors: self.errors,
        }
    }
}

fn duplicate(path: &Path, one: &PlacedObject, file: &Path, place: DocumentPlace) -> ManifestError {
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

        let known = folder.read.get_mut(&path).expect("it was read");
        known.read_at += Duration::from_secs(60);
        let third = Arc::clone(&folder.load().objects.receivers[0]);
        assert!(Arc::ptr_eq(&second, &third), "it is known");

        std::fs::write(&path, RECEIVER.replace("name: a}", "name: other}")).expect("written");
        let fourth = Arc::clone(&folder.load().objects.receivers[0]);
        assert_eq!(fourth.id.name, "other");
        std::fs::remove_file(&path).expect("removed");
        folder.load();
        assert!(folder.read.is_empty());
    }
}
