#!/usr/bin/env bash
# Runs a command with the browser that the tests of the web app need:
#
#   scripts/browser.sh npx vitest run --config e2e/vitest.config.ts
#
# Finds a Chromium and hands its path over as OPENBELL_TEST_CHROMIUM. A browser that is already named
# by that variable is used as it is.
set -euo pipefail

say() { echo "browser: $*" >&2; }
fail() { say "$*"; exit 1; }

[ $# -gt 0 ] || fail "usage: scripts/browser.sh COMMAND [ARGUMENT…]"

find_chromium() {
  local candidate
  for candidate in chromium chromium-browser google-chrome google-chrome-stable \
    "/Applications/Chromium.app/Contents/MacOS/Chromium" \
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
    if command -v "$candidate"; then return; fi
  done
  return 1
}

install_chromium() {
  if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    say "installing Chromium"
    {
      apt-get update -qq </dev/null
      DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends chromium </dev/null
    } >&2 || fail "apt-get could not install chromium"
  elif command -v brew >/dev/null; then
    fail "Chromium is missing; install it with: brew install --cask chromium"
  elif command -v apt-get >/dev/null; then
    fail "Chromium is missing; install it with: sudo apt-get install chromium"
  else
    fail "Chromium is missing; install it so that chromium or google-chrome is on PATH"
  fi
}

if [ -z "${OPENBELL_TEST_CHROMIUM:-}" ]; then
  OPENBELL_TEST_CHROMIUM=$(find_chromium) || {
    install_chromium
    OPENBELL_TEST_CHROMIUM=$(find_chromium)
  } || fail "chromium is missing"
fi
export OPENBELL_TEST_CHROMIUM
[ -x "$OPENBELL_TEST_CHROMIUM" ] || fail "there is no browser at $OPENBELL_TEST_CHROMIUM"
exec "$@"
