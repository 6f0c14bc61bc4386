#!/usr/bin/env bash
# Measures the foreclosure watch and prints the table of bench/README.md: an import while 10,000 alerts
# are on, and a change of a property on its way to 1,000 people who watch it. A minute on two cores.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Server and sockets are one process: two descriptors a connection.
ulimit -n "$(ulimit -Hn)"
cargo build --release -p openbell
target/release/openbell bench watch
