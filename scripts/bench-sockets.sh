#!/usr/bin/env bash
# Measures sockets beside the yardstick and prints the tables of bench/README.md. Some ten minutes on
# two cores; nothing else should run meanwhile.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Server and sockets each need a descriptor a connection.
ulimit -n "$(ulimit -Hn)"
cargo build --release -p openbell
cargo build --release --manifest-path bench/yardstick/Cargo.toml
openbell=target/release/openbell
yardstick=bench/yardstick/target/release/plain-broadcast

"$openbell" bench fanout --beside "$yardstick"
# What sending takes at least.
"$openbell" bench fanout --deliveries 400000 --beside "$(dirname "$yardstick")/bare-sends"
"$openbell" bench idle --beside "$yardstick"
"$openbell" bench rooms
"$openbell" bench resume
