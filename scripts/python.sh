#!/usr/bin/env bash
# Runs a command with the Python that the tests of examples/python need:
#
#   scripts/python.sh npm --prefix web run e2e
#
# Finds a Python 3.10 or newer that has `websockets` and hands its path over as
# OPENBELL_TEST_PYTHON. One that is already named by that variable is used as it is.
set -euo pipefail

say() { echo "python: $*" >&2; }
fail() { say "$*"; exit 1; }

[ $# -gt 0 ] || fail "usage: scripts/python.sh COMMAND [ARGUMENT…]"
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
venv=$root/target/python

# Whether a Python does; sys.exit turns False into 0.
serves() {
  [ -x "$(command -v "$1")" ] &&
    "$1" -c 'import sys, websockets; sys.exit(sys.version_info < (3, 10))' 2>/dev/null
}

# The system's own stands beside the one on PATH, which does not see the packages of apt.
find_python() {
  local candidate
  for candidate in python3 /usr/bin/python3 "$venv/bin/python"; do
    if serves "$candidate"; then command -v "$candidate"; return; fi
  done
  return 1
}

install_package() {
  command -v apt-get >/dev/null && [ "$(id -u)" = 0 ] || return 1
  say "installing python3-websockets"
  {
    apt-get update -qq </dev/null
    DEBIAN_FRONTEND=noninteractive \
      apt-get install -y -qq --no-install-recommends python3 python3-websockets </dev/null
  } >&2
}

make_venv() {
  command -v python3 >/dev/null || return 1
  say "installing websockets into $venv"
  {
    python3 -m venv "$venv" &&
      "$venv/bin/pip" install --quiet --disable-pip-version-check \
        -r "$root/examples/python/requirements.txt"
  } >&2
}

if [ -z "${OPENBELL_TEST_PYTHON:-}" ]; then
  OPENBELL_TEST_PYTHON=$(find_python) ||
    { install_package && OPENBELL_TEST_PYTHON=$(find_python); } ||
    { make_venv && OPENBELL_TEST_PYTHON=$(find_python); } ||
    fail "Python 3.10 or newer with websockets is missing; see examples/python/requirements.txt"
fi
export OPENBELL_TEST_PYTHON
serves "$OPENBELL_TEST_PYTHON" || fail "no Python with websockets at $OPENBELL_TEST_PYTHON"
exec "$@"
