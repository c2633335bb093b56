# Sourced by the scripts of a release, in the folder of the repository: installs what they need once,
# in target/tools or in RELEASE_TOOLS, and puts it in front of PATH.

tools=${RELEASE_TOOLS:-$PWD/target/tools}
export PATH=$tools/venv/bin:$tools/bin:$PATH

# By PyPI, by the digests of the requirements.
wheels() {
  local stamp=$tools/venv/requirements.sha256
  if sha256sum --check --status "$stamp" 2>/dev/null; then return; fi
  rm -rf "$tools/venv"
  python3 -m venv "$tools/venv"
  "$tools/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --only-binary :all: \
    --require-hashes --requirement tests/release/requirements.txt
  sha256sum tests/release/requirements.txt >"$stamp"
}

# crate CRATE VERSION: a program of crates.io.
crate() {
  if [ "$(cat "$tools/$1.version" 2>/dev/null)" = "$2" ]; then return; fi
  cargo install --quiet --locked --root "$tools" --version "$2" "$1"
  echo "$2" >"$tools/$1.version"
}

# Helm, of the version that the tests of the chart use.
helm_of_tests() {
  go -C tests/kit/source-controller build -trimpath -buildvcs=false -o "$tools/bin/helm" helm.sh/helm/v4/cmd/helm
}
