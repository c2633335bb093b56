#!/usr/bin/env bash
# Packs the chart with the version of the workspace: the same bytes wherever it is packed. Needs Go.
# usage: tests/release/chart.sh FOLDER
set -euo pipefail
to=$(realpath "$1")
cd "$(dirname "$0")/../.."
. tests/release/tools.sh
. tests/release/stamp.sh
helm_of_tests

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
HELM_CONFIG_HOME=$work HELM_CACHE_HOME=$work HELM_DATA_HOME=$work helm package examples/kubernetes/chart \
  --version "$version" --app-version "$version" --destination "$work" >&2
# Helm writes the time of day, so its files are packed once more.
tar --extract --file "$work/bellpull-$version.tgz" --directory "$work"
archive "$work/chart.tar" "$work" bellpull
gzip -9 --no-name <"$work/chart.tar" >"$to/bellpull-chart-$version.tgz"
