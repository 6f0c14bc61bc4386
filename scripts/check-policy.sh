#!/usr/bin/env bash
# The checks that need no compiler. Tools that are not installed are named and passed over: what
# they guard is also guarded by the tidy tests (crates/openbell/tests/it/tidy), except advisories
# and spelling.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

for script in scripts/*.sh examples/*.sh .ci/run; do
  bash -n "$script"
done

has() {
  command -v "$1" >/dev/null && return
  echo "check-policy: $1 is not installed, passed over" >&2
  return 1
}

if has cargo-deny; then cargo deny --log-level error check bans licenses sources; fi
if has cargo-machete; then cargo machete; fi
if has typos; then typos; fi
