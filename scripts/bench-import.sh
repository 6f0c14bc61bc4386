#!/usr/bin/env bash
# How fast properties come in: 20,000 rows with one per cent broken, three times into a new database
# each, then the same file again, then with 500 changes. On SQLite, or on the PostgreSQL that
# DATABASE_URL names (an empty database). Prints rows per second as the command reports them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
cargo build --release --quiet -p openbell
openbell=$PWD/target/release/openbell
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
export OPENBELL_LOG=warn

list() { # list CHANGED: the first CHANGED rows have another date, bid or state
  awk -v changed="$1" 'BEGIN {
    split("Orlando Tampa Miami Jacksonville Tallahassee", city, " ")
    print "source_id,street,city,state,zip_code,property_type,status,auction_date,auction_time,opening_bid"
    for (n = 0; n < 20000; n++) {
      state = "FL"; date = sprintf("2027-%02d-%02d", 1 + n % 9, 1 + n % 27); bid = 100000 + n * 37 % 400000; status = "auction"
      if (n % 100 == 17) state = "Freedonia"
      else if (n < changed) { if (n % 3 == 0) date = "2027-11-24"; else if (n % 3 == 1) bid += 1000; else status = "cancelled" }
      printf "FC-%06d,%d Orange Blossom Ln,%s,%s,328%02d,single_family,%s,%s,10:00 AM,%d.00\n", n, n + 1, city[n % 5 + 1], state, n % 100, status, date, bid
    }
  }'
}
list 0 > "$place/list.csv"
list 505 > "$place/changed.csv"

import() { # import LABEL FILE
  local result count
  result=$("$openbell" --json import properties "$2" --source county)
  for count in added changed unchanged rejected seconds; do
    printf '%s=%s ' "$count" "$(grep -o "\"$count\":[0-9.]*" <<<"$result" | cut -d: -f2)"
  done
  echo "($1)"
}
for round in 1 2 3; do
  export OPENBELL_DATA_DIR="$place/data-$round"
  import "new, round $round" "$place/list.csv"
done
import "the same again" "$place/list.csv"
import "500 changed" "$place/changed.csv"
