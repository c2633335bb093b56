#!/usr/bin/env bash
# Tries the languages beside Rust as their authors do: tests each SDK, makes a project by `bellpull new`, builds and
# serves it, and replays the cases of the examples and of guests that misbehave. Needs the registries of npm and
# PyPI.
set -euo pipefail
cd "$(dirname "$0")/.."

bellpull=target/debug/bellpull
out=target/languages
javascript=examples/provider-javascript
python=examples/provider-python

step() { printf '\n== %s\n' "$*"; }

lacks() {
  printf 'test-languages needs %s\n' "$*" >&2
  exit 1
}

command -v go >/dev/null || lacks "go: install Go 1.26 or later (https://go.dev/dl)"
command -v node >/dev/null || lacks "node: install Node.js 20.6 or later"
command -v npm >/dev/null || lacks "npm: it comes with Node.js, in Debian as the package npm"
command -v python3 >/dev/null || lacks "python3: install Python 3.11 or later"
node -e "process.exit(typeof module.constructor.register === 'function' ? 0 : 1)" ||
  lacks "Node.js 20.6 or later: this is $(node --version)"
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
  lacks "Python 3.11 or later: this is $(python3 --version)"
python3 -c 'import ensurepip, venv' 2>/dev/null ||
  lacks "Python's venv: in Debian the package python3-venv"
echo 'int main(void) {}' | clang --target=wasm32-wasi -nodefaultlibs -lc -x c - -o /dev/null 2>/dev/null ||
  lacks "a C compiler for WebAssembly: in Debian the packages clang, lld and wasi-libc"
command -v cc >/dev/null || lacks "cc: in Debian the package gcc"
mkdir -p "$out"

step "bellpull"
make build

step "C"
tests/languages/sdk-c/run.sh
tests/languages/kit.sh c
make -C "$out/kit-c" test

step "tools"
npm ci --prefix "$javascript" --no-audit --no-fund
python3 -m venv "$out/venv"
"$out/venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$python/requirements.txt"

componentize_qjs=$javascript/node_modules/.bin/componentize-qjs
componentize_py=$out/venv/bin/componentize-py

step "the SDKs for JavaScript and Python"
(cd plugins/sdk-javascript && node --import ./testing/register.js --test tests/)
rm -rf "$out/bindings"
"$componentize_py" --wit-path wit/v0.1 --world provider bindings "$out/bindings"
PYTHONPATH=$out/bindings PYTHONDONTWRITEBYTECODE=1 \
  python3 -m unittest discover --top-level-directory plugins/sdk-python --start-directory plugins/sdk-python/tests

step "components"
npm run --prefix "$javascript" --silent build
mv "$javascript/buildkite.wasm" "$out/"
"$componentize_qjs" --sync --opt-size --module-root . --js tests/guests/javascript/guest.js \
  --wit tests/guests/javascript/wit --world misbehaving --output "$out/misbehaving.wasm"
"$componentize_py" --wit-path "$python/wit" --world teamcity componentize app \
  --python-path "$python" --python-path plugins/sdk-python --output "$out/teamcity.wasm"
"$componentize_qjs" --sync --opt-size --module-root . --js tests/guests/sdk/guest.js \
  --wit tests/guests/sdk/wit --world sdk --output "$out/sdk-javascript.wasm"
"$componentize_py" --wit-path tests/guests/sdk/wit --world sdk componentize app \
  --python-path tests/guests/sdk --python-path plugins/sdk-python --output "$out/sdk-python.wasm"
GOOS=wasip1 GOARCH=wasm go build -C tests/guests/go -buildmode=c-shared -o "$PWD/$out/guest-go.core.wasm" .
"$bellpull" pack "$out/guest-go.core.wasm" -o "$out/guest-go.wasm"

step "the SDK for Go"
go -C plugins/sdk-go vet . ./clock ./form
go -C plugins/sdk-go test ./...
# Only here the bindings compile. They make pointers of numbers, as the canonical ABI has it.
GOOS=wasip1 GOARCH=wasm go -C plugins/sdk-go vet -unsafeptr=false ./...

step "a new project in Go"
tests/languages/kit.sh go

step "a new project in JavaScript"
tests/languages/kit.sh javascript
npm test --prefix "$out/kit-javascript"

step "a new project in Python"
tests/languages/kit.sh python
make -C "$out/kit-python" test

differing=()
check() {
  local name=$1 cases=$2
  step "check $name"
  if ! "$bellpull" check "${@:3}" "$out/$name.wasm" "$cases" --cache-dir "$out/cache" --log-level info \
    2>"$out/$name.log"; then
    tail -n 20 "$out/$name.log"
    differing+=("$cases")
  fi
}

# What a guest prints and throws is told to whoever reads the log, and to nobody else.
logged() {
  grep -q "$2" "$out/$1.log" || differing+=("$out/$1.log has no line \"$2\"")
}

check buildkite "$javascript/cases" --hostile
check teamcity "$python/cases" --hostile
check misbehaving tests/guests/javascript/cases
logged misbehaving "printed as it was asked to"
logged misbehaving "thrown as it was asked to"
logged misbehaving "at receive"
check sdk-javascript tests/guests/sdk/cases --hostile
check sdk-python tests/guests/sdk/cases --hostile
check guest-go tests/guests/go/cases --hostile
logged guest-go "panicked as it was asked to"

if [ ${#differing[@]} -gt 0 ]; then
  printf '\nnot as it should be:\n' >&2
  printf '  %s\n' "${differing[@]}" >&2
  exit 1
fi
