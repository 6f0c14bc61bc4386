#!/usr/bin/env bash
# Runs a command with the services that the tests need:
#
#   scripts/test-services.sh cargo test -p openbell-store
#
# Starts one private PostgreSQL and one private Redis on free loopback ports, in a temporary folder,
# and hands their addresses over as OPENBELL_TEST_POSTGRES and OPENBELL_TEST_REDIS. The servers and
# the folder are gone when the command has ended, however it ended. A server that is already named by
# its variable is used as it is.
#
# With OPENBELL_TEST_DURABLE=1 that PostgreSQL waits for the disk, as one for people's data does.
#
# The command's TMPDIR lies in the same folder: what a killed test leaves there, servers of its own
# included, is cleared away with it.
set -euo pipefail

say() { echo "test-services: $*" >&2; }
fail() { say "$*"; exit 1; }

[ $# -gt 0 ] || fail "usage: scripts/test-services.sh COMMAND [ARGUMENT…]"
given_postgres=${OPENBELL_TEST_POSTGRES:-}
given_redis=${OPENBELL_TEST_REDIS:-}
if [ -n "$given_postgres" ] && [ -n "$given_redis" ]; then exec "$@"; fi

# Prints the folder of PostgreSQL's programs, of the newest version that is here.
find_postgres() {
  local folder
  for folder in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -Vr) \
    /opt/homebrew/opt/postgresql@*/bin /usr/local/opt/postgresql@*/bin; do
    if [ -x "$folder/initdb" ]; then echo "$folder"; return; fi
  done
  folder=$(command -v initdb) && dirname "$folder"
}

install_postgres() {
  if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    say "installing PostgreSQL"
    # Without this, Debian's package makes and starts a server of its own.
    mkdir -p /etc/postgresql-common
    echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
    {
      apt-get update -qq </dev/null
      DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends postgresql </dev/null
    } >&2 || fail "apt-get could not install postgresql"
  elif command -v brew >/dev/null; then
    fail "PostgreSQL is missing; install it with: brew install postgresql@16"
  elif command -v apt-get >/dev/null; then
    fail "PostgreSQL is missing; install it with: sudo apt-get install postgresql"
  else
    fail "PostgreSQL 15 or newer is missing; install it so that initdb and pg_ctl are on PATH"
  fi
}

install_redis() {
  if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    say "installing Redis"
    {
      apt-get update -qq </dev/null
      # As in single-user mode, where Debian's package does not start a server of its own.
      RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends redis-server </dev/null
    } >&2 || fail "apt-get could not install redis-server"
  elif command -v brew >/dev/null; then
    fail "Redis is missing; install it with: brew install redis"
  elif command -v apt-get >/dev/null; then
    fail "Redis is missing; install it with: sudo apt-get install redis-server"
  else
    fail "Redis 7 or newer is missing; install it so that redis-server is on PATH"
  fi
}

command -v redis-server >/dev/null || install_redis
command -v redis-server >/dev/null || fail "redis-server is missing"
if [ -z "$given_postgres" ]; then
  bin=$(find_postgres) || { install_postgres; bin=$(find_postgres); } || fail "initdb is missing"
fi

# PostgreSQL refuses to run as root, so it runs as nobody then.
as_owner=()
base=${TMPDIR:-/tmp}
if [ "$(id -u)" = 0 ]; then
  command -v setpriv >/dev/null || fail "as root, setpriv (util-linux) is needed to run PostgreSQL"
  as_owner=(setpriv --reuid=nobody --regid="$(id -g nobody)" --clear-groups)
  "${as_owner[@]}" test -x "$base" || base=/tmp
fi

folder=$(mktemp -d "$base/openbell-test.XXXXXX")
data=$folder/postgres

stop() {
  trap '' INT TERM HUP
  local pid_file
  for pid_file in "$data/postmaster.pid" "$folder"/tmp/*/postmaster.pid \
    "$folder"/tmp/*/*/postmaster.pid; do
    if [ -f "$pid_file" ]; then
      run_as_owner pg_ctl -D "$(dirname "$pid_file")" -m immediate -w stop >/dev/null 2>&1 || true
    fi
  done
  for pid_file in "$folder/redis.pid" "$folder"/tmp/*/redis.pid; do
    if [ -f "$pid_file" ]; then kill -KILL "$(cat "$pid_file")" 2>/dev/null || true; fi
  done
  rm -rf "$folder"
}
# The shell gets to its traps when the command has ended. Ctrl-C reaches the command as well, but
# not PostgreSQL, which pg_ctl starts in a session of its own.
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

run_as_owner() {
  local program=$1
  shift
  # In a folder that the owner may enter, and without anything from the caller's PG* variables.
  (cd "$folder" && env -u PGHOST -u PGPORT -u PGUSER -u PGDATABASE -u PGDATA \
    ${as_owner[@]+"${as_owner[@]}"} "$bin/$program" "$@")
}

chmod 755 "$folder"
mkdir -m 1777 "$folder/tmp"
chmod 1777 "$folder/tmp"
is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

start_postgres() {
  mkdir -m 700 "$data"
  touch "$folder/log"
  if [ "$(id -u)" = 0 ]; then chown nobody "$data" "$folder/log"; fi

  # Text sorts by the rules of English where ICU is built in, so that a query which needs byte order
  # and does not say `collate "C"` is found out here and not in production.
  initdb=(initdb -D "$data" -U openbell -A trust --encoding=UTF8 --locale=C --no-sync)
  run_as_owner "${initdb[@]}" --locale-provider=icu --icu-locale=en-US >"$folder/initdb" 2>&1 ||
    run_as_owner "${initdb[@]}" >"$folder/initdb" 2>&1 ||
    fail "initdb failed: $(tail -n 3 "$folder/initdb" | tr '\n' ' ')"

  # Nothing here outlives the run, so nothing waits for the disk, but where that is measured.
  settings="-c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200"
  if [ -z "${OPENBELL_TEST_DURABLE:-}" ]; then
    settings+=" -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
  fi

  # Below the range from which systems give out ports of themselves. Another process may take the
  # port between the look and the start; then the next one is tried.
  port=
  for _ in 1 2 3 4 5 6 7 8; do
    candidate=$((15000 + RANDOM % 15000))
    is_free "$candidate" || continue
    if run_as_owner pg_ctl -D "$data" -l "$folder/log" -w -t 60 -o "$settings -p $candidate" \
      start >/dev/null 2>&1; then
      port=$candidate
      break
    fi
  done
  [ -n "$port" ] || fail "PostgreSQL did not start: $(tail -n 3 "$folder/log" | tr '\n' ' ')"
  export OPENBELL_TEST_POSTGRES="postgres://openbell@127.0.0.1:$port/postgres"
}

# Everything that it holds is gone with it.
start_redis() {
  local candidate
  for _ in 1 2 3 4 5 6 7 8; do
    candidate=$((15000 + RANDOM % 15000))
    is_free "$candidate" || continue
    (cd "$folder" && redis-server --port "$candidate" --bind 127.0.0.1 --save '' --appendonly no \
      --daemonize yes --pidfile "$folder/redis.pid" --logfile "$folder/redis.log" >/dev/null) || continue
    # It has left the caller before it listens.
    for _ in $(seq 200); do
      if grep -q "Ready to accept connections" "$folder/redis.log" 2>/dev/null; then
        export OPENBELL_TEST_REDIS="redis://127.0.0.1:$candidate"
        return
      fi
      sleep 0.05
    done
  done
  fail "Redis did not start: $(tail -n 3 "$folder/redis.log" | tr '\n' ' ')"
}

if [ -z "$given_postgres" ]; then start_postgres; fi
if [ -z "$given_redis" ]; then start_redis; fi
status=0
TMPDIR=$folder/tmp "$@" || status=$?
exit "$status"
