#!/usr/bin/env bash
# The console in a real browser. Needs Node.js 20.6, Chromium (in Debian the package chromium, or its path in
# CHROMIUM), and the registry of npm. With SCREENSHOTS=DIR it keeps pictures of the pages there.
# usage: tests/console.sh BELLPULL
set -euo pipefail
BELLPULL=$(realpath "$1")
CHROMIUM=${CHROMIUM:-$(command -v chromium)} || {
  echo "console.sh needs chromium: in Debian the package chromium; or name it in CHROMIUM" >&2
  exit 1
}
[ -z "${SCREENSHOTS:-}" ] || SCREENSHOTS=$(realpath --canonicalize-missing "$SCREENSHOTS")
export BELLPULL CHROMIUM SCREENSHOTS=${SCREENSHOTS:-}
cd "$(dirname "$0")/console"
npm ci --silent --no-audit --no-fund
node --test --test-timeout 120000
