#!/usr/bin/env bash
# A walk through the REST API with curl, beside `make run`:
#
#   examples/walk.sh
#
# It makes an account of its own and takes away what it puts there; the opening bid of one property
# is a dollar lower afterwards. Another server: OPENBELL_URL, and OPENBELL_OPERATOR and
# OPENBELL_OPERATOR_PASSWORD for somebody who may write properties. Needs curl, and node to read
# JSON.
set -euo pipefail

api=${OPENBELL_URL:-http://localhost:8000}/api/v1
operator=${OPENBELL_OPERATOR:-operator@demo.openbell.local}
operator_password=${OPENBELL_OPERATOR_PASSWORD:-openbell-demo}
run=$(date +%s)-$$
head=$(mktemp)
trap 'rm -f "$head"' EXIT

say() { printf '\n# %s\n' "$*"; }

# Sends a request, shows it and its answer, and ends the walk if the status is not the one expected.
# The answer is in $body, its headers are in the file $head.
#   call STATUS METHOD PATH [JSON] [ARGUMENT OF CURL…]
call() {
  local expected=$1 method=$2 path=$3 data=${4:-} extra status
  shift "$(($# < 4 ? $# : 4))"
  extra=$*
  [ -z "$data" ] || set -- "$@" -H 'content-type: application/json' --data "$data"
  body=$(curl -sS -X "$method" "$api$path" -D "$head" -H "authorization: Bearer $token" "$@")
  status=$(sed -n '1s/[^ ]* \([0-9]*\).*/\1/p' "$head")
  printf '%s %s %s %s\n  %s %s\n' "$method" "$path" "$extra" "$data" "$status" "$body" |
    sed -E 's/("(password|access|refresh)":")[^"]*/\1.../g' | cut -c 1-300
  [ "$status" = "$expected" ] || { echo "expected $expected" >&2; exit 1; }
}

# What an expression gives of the last answer: field .items[0].id
field() { node -p "JSON.parse(process.argv[1])$1" "$body"; }

header() { tr -d '\r' <"$head" | grep -i "^$1:" | cut -d ' ' -f 2-; }

token=none
say "Somebody new, and somebody who may write properties"
account="{\"email\":\"walk-$run@example.org\",\"password\":\"correct horse $run\"}"
call 201 POST /auth/register "$account"
walker=$(field .access)
call 200 POST /auth/login "{\"email\":\"$operator\",\"password\":\"$operator_password\"}"
writer=$(field .access)
token=$walker
call 200 GET /auth/me

say "Auctions with a filter, page by page"
call 200 GET '/properties?status=auction&min_bid=1000&sort=auction_date&limit=2'
property=$(field .items[0].id)
cursor=$(field .next_cursor)
call 200 GET "/properties?status=auction&min_bid=1000&sort=auction_date&limit=2&cursor=$cursor"

say "Watch the first of them"
call 201 POST /watchlist "{\"property_id\":\"$property\",\"notes\":\"seen on a walk\"}"
watched=$(field .id)

say "An alert: how many would it match now, and then in earnest"
alert='{"name":"Cheaper","max_opening_bid":100000,"alert_types":["price_change"]}'
call 200 POST /alerts/preview "$alert"
call 201 POST /alerts "$alert" -H "idempotency-key: walk-$run"
alert_id=$(field .id)

say "The same under the same key: the answer comes again, and there is still one alert"
call 201 POST /alerts "$alert" -H "idempotency-key: walk-$run"
[ "$(field .id)" = "$alert_id" ]
call 200 GET /alerts
[ "$(field .items.length)" = 1 ]

say "Something else under that key is an error, as problem+json"
another='{"name":"Another","alert_types":["cancelled"]}'
call 422 POST /alerts "$another" -H "idempotency-key: walk-$run"
header content-type
[ "$(field .code)" = key_reused ]

say "The operator lowers the opening bid of what is watched, if nobody else has changed it since"
token=$writer
call 200 GET "/properties/$property"
lower="{\"opening_bid\":\"$(field '.opening_bid.toFixed() - 1')\"}"
etag=$(header etag)
call 200 PATCH "/properties/$property" "$lower" -H "if-match: $etag"
call 412 PATCH "/properties/$property" "$lower" -H "if-match: $etag"

say "The inbox has it a moment later"
token=$walker
for _ in $(seq 50); do
  call 200 GET '/notifications?limit=1'
  [ "$(field .items.length)" = 0 ] || break
  sleep 0.1
done
field .items[0].title
call 200 POST /notifications/read "{\"up_to\":$(field .items[0].inbox_no)}"

say "Whatever is not there, or not one's own, is not found"
call 404 GET /alerts/00000000-0000-7000-8000-000000000000

say "Leave things as they were"
call 204 DELETE "/alerts/$alert_id"
call 204 DELETE "/watchlist/$watched"
call 204 POST /auth/logout
