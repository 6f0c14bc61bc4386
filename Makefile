# The index of commands. `make` alone prints it.

SHELL := bash
.DEFAULT_GOAL := help
.PHONY: help run dev web test check bench docs clean

# Cargo's nextest where it is installed (it runs every test in a process of its own), cargo test
# elsewhere. No crate has doc tests, so both run the same tests.
TEST_RUNNER := $(shell cargo nextest --version >/dev/null 2>&1 && echo nextest run || echo test)

# What the web workspace needs, installed anew when its lock has changed.
WEB := web/node_modules/.package-lock.json

# Where cargo puts what it builds.
BUILT := $(or $(CARGO_TARGET_DIR),$(CURDIR)/target)

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# The demonstration has a folder of its own: it never stands among your records.
DEMO := OPENBELL_DATA_DIR=$${OPENBELL_DATA_DIR:-./data/demo}

# The web app, built into the folder that the binary takes it from, when something of it is newer.
APP := crates/openbell/assets/index.html
APP_SOURCES := $(shell find web/app web/client/src web/react/src -type f \
	-not -path '*/node_modules/*' -not -path '*/dist/*' 2>/dev/null)

$(APP): $(WEB) $(APP_SOURCES)
	npm --prefix web run build
	node web/scripts/embed.mjs
	touch $@

web: $(APP) ## build the web app for the binary

run: $(APP) ## build with optimisation and serve http://localhost:8000 with demo data, in ./data/demo
	$(DEMO) cargo run --release -p openbell -- serve --demo

dev: $(APP) ## the same from a debug build, which compiles faster and runs slower
	$(DEMO) cargo run -p openbell -- serve --demo

$(WEB): web/package-lock.json
	npm --prefix web ci --no-audit --no-fund
	touch $@

# The tests of the web workspace run against the binary that the others have built, which takes the
# app from its folder.
test: $(APP) ## all tests, with a private PostgreSQL and Redis that are started and removed here
	scripts/test-services.sh cargo $(TEST_RUNNER) --workspace --no-fail-fast
	OPENBELL_BIN=$(BUILT)/debug/openbell npm --prefix web test
	OPENBELL_BIN=$(BUILT)/debug/openbell npm --prefix web run e2e

check: $(WEB) ## formatting, lints, types, dependency policy, spelling, shell syntax
	cargo fmt --all --check
	npm --prefix web run check
	cargo clippy --workspace --all-targets -- -D warnings
	scripts/check-policy.sh

bench: ## measure what bench/README.md records: the store's writes, the import, sockets, alerts, bids
	cargo bench -p openbell-store
	scripts/bench-import.sh
	scripts/bench-sockets.sh
	scripts/bench-watch.sh
	scripts/bench-bids.sh

docs: $(WEB) ## write the generated documents anew: interfaces, tables, example configuration
	cargo build -p openbell
	$(BUILT)/debug/openbell openapi > openapi.json
	$(BUILT)/debug/openbell asyncapi > asyncapi.json
	$(BUILT)/debug/openbell errors > docs/errors.md
	$(BUILT)/debug/openbell events > docs/events.md
	cd / && env -i "$(BUILT)/debug/openbell" config --print > "$(CURDIR)/openbell.example.toml"
	cd / && env -i "$(BUILT)/debug/openbell" config --print --env > "$(CURDIR)/.env.example"
	npm --prefix web run generate

clean: ## remove what was built; ./data stays
	git clean -qfdX crates/openbell/assets
	cargo clean
	rm -rf web/node_modules web/*/dist web/e2e/screenshots
