# Installs Debian's packages, together with others who do: waits for the locks of apt and dpkg, and says
# of a failure what it was and what to do. Sourced by setup.sh.
# shellcheck shell=bash

may_be_root() { [ "$(id -u)" -eq 0 ] || have sudo; }
# What it starts does not hold our own lock: an installed service may live on.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@" 9>&-; else sudo "$@" 9>&-; fi
}

# Who has a lock, as apt and dpkg say it; false where what they said is about something else. apt waits by
# itself for some of its locks and not for others, without a word that anybody would see: it is asked not
# to, and is started again.
lock_holder_in() {
  local line pid
  line="$(grep -m 1 -E 'Could not get lock|locked by another process|is another process using it' "$1")" || return 1
  pid="$(grep -m 1 -oE '(held by process|with pid) [0-9]+' "$1" | grep -oE '[0-9]+')"
  if [ -n "$pid" ]; then
    process_named "$pid"
  else
    printf '%s' "${line#E: }"
  fi
}

# apt_patiently <output> <argument>...: leaves in the file what the last try said.
apt_patiently() {
  local output="$1" holder
  shift
  waiting_since=
  until as_root env DEBIAN_FRONTEND=noninteractive LC_ALL=C \
    apt-get -o DPkg::Lock::Timeout=0 "$@" >"$output" 2>&1; do
    holder="$(lock_holder_in "$output")" || return 1
    wait_for "the package manager: $holder" || return 1
  done
}

# Why apt failed, as a sentence, from what it said while updating and while installing.
apt_failure() {
  local updating="$1" installing="$2" line
  local sudo_said='^sudo: |not in the sudoers|may not run sudo|not allowed to (execute|run sudo)'
  local unreachable='Could not resolve|Temporary failure resolving|Could not connect|Unable to connect|Cannot initiate the connection|Network is unreachable|[Cc]onnection (failed|timed out|refused)|Failed to fetch'
  if ! may_be_root; then
    echo 'Installing packages takes root: this user is not root, and there is no sudo.'
  elif line="$(lock_holder_in "$updating" || lock_holder_in "$installing")"; then
    echo "Another package manager has held its lock for $KEEPLINE_SETUP_WAIT_SECONDS s: $line. Let it finish, or end it."
  elif line="$(grep -h -m 1 -E "$sudo_said" "$updating" "$installing" | head -n 1)" && [ -n "$line" ]; then
    echo "Installing packages takes root, and sudo refused: $line"
  elif grep -qs 'dpkg --configure -a' "$installing"; then
    echo 'An earlier installation was interrupted: run "dpkg --configure -a" as root.'
  elif grep -qsE "No space left on device|don't have enough free space" "$updating" "$installing"; then
    echo 'The disk is full.'
  elif line="$(grep -h -m 1 -E "$unreachable" "$installing" "$updating" | head -n 1)" && [ -n "$line" ]; then
    echo "A source of packages could not be reached: is this machine online, and is its proxy set? apt said: $line"
  elif line="$(grep -s -m 1 -E 'Unable to locate package|has no installation candidate' "$installing")"; then
    echo "The sources of this system have no such package: is it an older release, or are components switched off? apt said: $line"
  else
    echo "apt-get could not install them; the whole log is $KEEPLINE_ROOT/build/logs/setup.log."
  fi
}

# Installs what stands in `packages`. Without what is not in `missing`, it goes on.
install_packages() {
  [ "${#packages[@]}" -gt 0 ] || return 0
  if ! have apt-get; then
    [ "${#missing[@]}" -eq 0 ] || give_up 'This is neither Debian nor Ubuntu.'
    return 0
  fi
  # The system's certificates are what every later download is checked against.
  [ -f /etc/ssl/certs/ca-certificates.crt ] || packages+=(ca-certificates)
  local logs="$KEEPLINE_ROOT/build/logs" why
  local updating="$logs/setup-update.log" installing="$logs/setup.log"
  mkdir -p "$logs"
  : >"$updating"
  : >"$installing"
  if may_be_root; then
    say "installing with apt: ${packages[*]}"
    # A source of somebody else's that fails is no reason yet: what is installed may come from another.
    if apt_patiently "$updating" update || ! lock_holder_in "$updating" >/dev/null; then
      if apt_patiently "$installing" install -y --no-install-recommends "${packages[@]}"; then
        hash -r
        return 0
      fi
    fi
    tail -n 15 "$installing" >&2
  fi
  why="$(apt_failure "$updating" "$installing")"
  [ "${#missing[@]}" -eq 0 ] || give_up "$why"
  say "going on without ${packages[*]}. $why"
}
