#!/bin/sh
# Pulls a checkout to the state of its upstream branch, then restarts what runs from it.
#
#   deploy.sh KIND/NAMESPACE/NAME CHECKOUT [RESTART [ARGUMENT...]]
#
# For --on-notify. It acts if the notified target is KIND/NAMESPACE/NAME, and exits with 0 for every
# other target. RESTART runs in the checkout; without it nothing is restarted. It uses nothing that the
# sender says: the branch and the remote are those of the checkout. So a delivery can only cause,
# sooner, what a pull by hand would cause.
set -eu

target=${1:?KIND/NAMESPACE/NAME of the target}
checkout=${2:?directory of a Git checkout}
shift 2

notified="$BELLPULL_EVENT_TARGET_KIND/$BELLPULL_EVENT_TARGET_NAMESPACE/$BELLPULL_EVENT_TARGET_NAME"
[ "$notified" = "$target" ] || exit 0

# Nobody is there to enter a password.
export GIT_TERMINAL_PROMPT=0
exec < /dev/null
cd "$checkout"

git pull --quiet --ff-only
pulled=$(git rev-parse HEAD)
# Written after the restart: if that fails, the next run tries it again.
deployed=$(git rev-parse --quiet --verify refs/bellpull/deployed || echo none)
if [ "$pulled" = "$deployed" ]; then
  echo "$target is at $pulled already"
  exit 0
fi
if [ $# -gt 0 ]; then
  "$@"
fi
git update-ref refs/bellpull/deployed "$pulled"
echo "$target went from $deployed to $pulled"
