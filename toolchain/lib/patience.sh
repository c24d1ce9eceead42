# How set-up shares a machine: it waits for whoever holds what it needs, says once for whom, and ends
# with a sentence when it has waited long enough. Sourced by setup.sh.
# shellcheck shell=bash

# A distribution's nightly upgrade holds the package manager for minutes; one that takes longer than
# this hangs, or asks somebody something.
KEEPLINE_SETUP_WAIT_SECONDS="${KEEPLINE_SETUP_WAIT_SECONDS:-600}"
setup_retry_seconds=1

# wait_for <who>: called between two tries. False when the time is over.
waiting_since=
wait_for() {
  if [ -z "$waiting_since" ]; then
    waiting_since=$SECONDS
    say "waiting for $1, $KEEPLINE_SETUP_WAIT_SECONDS s at most (KEEPLINE_SETUP_WAIT_SECONDS)"
  fi
  [ $((SECONDS - waiting_since)) -lt "$KEEPLINE_SETUP_WAIT_SECONDS" ] || return 1
  sleep "$setup_retry_seconds"
}

# process_named <pid>: the process as people know it.
process_named() {
  local command
  command="$(ps -o args= -p "$1" 2>/dev/null | head -n 1 | cut -c 1-60)"
  printf 'process %s%s' "$1" "${command:+ ($command)}"
}

# One set-up at a time in a clone: two verbs that start together would run npm ci over each other. The
# kernel drops flock's lock with the process; where there is none, a folder names its owner.
setup_lock="$KEEPLINE_LOCAL/setup.lock"
setup_lock_owner() { { cat "$setup_lock" "$setup_lock.d/owner" 2>/dev/null || true; } | head -n 1; }
try_setup_lock() {
  if have flock; then
    flock --nonblock 9 || return 1
    echo "$$" >"$setup_lock"
    return 0
  fi
  if ! mkdir "$setup_lock.d" 2>/dev/null; then
    local owner
    owner="$(setup_lock_owner)"
    if [ -z "$owner" ] || kill -0 "$owner" 2>/dev/null; then return 1; fi
    rm -rf "$setup_lock.d" # of a set-up that was ended
    mkdir "$setup_lock.d" 2>/dev/null || return 1
  fi
  echo "$$" >"$setup_lock.d/owner"
}
lock_setup() {
  local owner
  mkdir -p "$KEEPLINE_LOCAL"
  if have flock; then exec 9>>"$setup_lock"; fi
  waiting_since=
  until try_setup_lock; do
    owner="$(setup_lock_owner)"
    wait_for "another set-up of this clone${owner:+, $(process_named "$owner")}" ||
      give_up "Another set-up of this clone has not ended in $KEEPLINE_SETUP_WAIT_SECONDS s${owner:+: $(process_named "$owner")}. Let it finish, or end it."
  done
}
unlock_setup() {
  if have flock; then exec 9>&-; else rm -rf "$setup_lock.d"; fi
}

# npm has no lock: two of them in one tree remove each other's files. It names its process after what it
# was asked; a shell that only mentions npm does not count.
npm_at_work() {
  local process command
  for process in /proc/[0-9]*; do
    if ! [ "$process/cwd" -ef "$KEEPLINE_ROOT" ]; then continue; fi
    command="$(tr '\0' ' ' 2>/dev/null <"$process/cmdline")" || continue
    if [[ "$command" =~ ^(npm|[^ ]*node\ [^ ]*/npm(-cli\.js)?)\ (ci|clean-install|i|install|add|update|uninstall)(\ |$) ]]; then
      process_named "${process#/proc/}"
      return 0
    fi
  done
  return 1
}
wait_for_npm() {
  local who
  waiting_since=
  while who="$(npm_at_work)"; do
    wait_for "the npm that is at work in this clone, $who" ||
      give_up "The npm that is at work in this clone has not ended in $KEEPLINE_SETUP_WAIT_SECONDS s: $who. Let it finish, or end it."
  done
}
