#!/usr/bin/env bash
# The part of bench-bids.sh that runs on the PostgreSQL which test-services.sh has started.
set -euo pipefail
yardstick=$1
url=${OPENBELL_TEST_POSTGRES:?run scripts/bench-bids.sh}

psql -q "$url" -c "create database bids"
target/release/openbell bench bids --database "${url%/*}/bids" --beside "$yardstick" ${BENCH_ARGS:-}
psql -q "$url" -c "create database ends"
target/release/openbell bench ends --database "${url%/*}/ends"
