#!/usr/bin/env bash
# Measures bidding beside a program that has a transaction for each bid, on SQLite and on the
# PostgreSQL of the tests, and prints the tables of bench/README.md. Two minutes on two cores.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Server and sockets are one process: two descriptors a connection.
ulimit -n "$(ulimit -Hn)"
cargo build --release -p openbell
cargo build --release --manifest-path bench/yardstick/Cargo.toml
yardstick=bench/yardstick/target/release/one-by-one

target/release/openbell bench bids --beside "$yardstick"
OPENBELL_TEST_DURABLE=1 scripts/test-services.sh scripts/bench-bids-postgres.sh "$yardstick"
