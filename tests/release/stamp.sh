# Sourced by the scripts of a release, in the folder of the repository: what is built. A build outside of
# git is given the commit and its date by these variables.

export BELLPULL_COMMIT=${BELLPULL_COMMIT:-$(git describe --always --abbrev=40 --exclude='*' --dirty)}
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}

# What Cargo.toml says of the binary.
read -r version license repository < <(cargo metadata --locked --offline --no-deps --format-version 1 |
  python3 -c '
import json, sys
[package] = [p for p in json.load(sys.stdin)["packages"] if p["name"] == "bellpull"]
print(package["version"], package["license"], package["repository"])')

# archive FILE FOLDER NAME…: a tar of these, the same bytes wherever it is made.
archive() {
  tar --create --file "$1" --directory "$2" --sort=name --format=ustar --mtime="@$SOURCE_DATE_EPOCH" \
    --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX "${@:3}"
}
