#!/usr/bin/env bash
# Makes a project of a language by `bellpull new`, types the commands that it prints, and serves the
# result: what a newcomer does. Usage: kit.sh LANGUAGE
set -euo pipefail
cd "$(dirname "$0")/../.."

language=$1
folder=$PWD/target/languages/kit-$language
export PATH="$PWD/target/debug:$PATH"
export XDG_CACHE_HOME=$PWD/target/languages/cache

rm -rf "$folder"
printed=$(bellpull new acme --language "$language" --path "$folder")
# The commands are indented by two spaces, after "Next:"; the last one serves until it is ended.
commands=$(sed -e '1,/^Next:/d' -e 's/^  //' <<<"$printed" | grep -v '^bellpull serve')
printf '%s\n' "$commands"
bash -euo pipefail -c "$commands"

cd "$folder"
# It is read before the server writes to it.
touch served.log
bellpull serve --plugins plugins --manifests manifests \
  --receiver-addr 127.0.0.1:0 --health-addr 127.0.0.1:0 --metrics-addr 127.0.0.1:0 \
  >served.out 2>>served.log &
server=$!
trap 'kill "$server" 2>/dev/null || true' EXIT
line() {
  timeout 60 grep -m1 "$1" <(tail -n +1 -f --pid="$server" served.log) ||
    { cat served.log >&2; exit 1; }
}
line 'receiver ready' >/dev/null
address=$(line 'listening.*receiver-addr' | grep -o '127\.0\.0\.1:[0-9]*')

bellpull send acme --case cases/accepted --plugins plugins --manifests manifests --to "http://$address"
grep -q '"name":"app"' served.out || { echo "app was not notified" >&2; exit 1; }
