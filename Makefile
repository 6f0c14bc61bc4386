# The index of commands. `make` alone prints it.

SHELL := bash
.DEFAULT_GOAL := help
.PHONY: help run dev test check bench docs clean

# Cargo's nextest where it is installed (it runs every test in a process of its own), cargo test
# elsewhere. No crate has doc tests, so both run the same tests.
TEST_RUNNER := $(shell cargo nextest --version >/dev/null 2>&1 && echo nextest run || echo test)

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# The demonstration has a folder of its own: it never stands among your records.
DEMO := OPENBELL_DATA_DIR=$${OPENBELL_DATA_DIR:-./data/demo}

run: ## build with optimisation and serve http://localhost:8000 with demo data, in ./data/demo
	$(DEMO) cargo run --release -p openbell -- serve --demo

dev: ## the same from a debug build, which compiles faster and runs slower
	$(DEMO) cargo run -p openbell -- serve --demo

test: ## all tests, with a private PostgreSQL and Redis that are started and removed here
	scripts/test-services.sh cargo $(TEST_RUNNER) --workspace --no-fail-fast

check: ## formatting, lints, dependency policy, spelling, shell syntax
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	scripts/check-policy.sh

bench: ## measure what bench/README.md records: the store's writes, the import, sockets, alerts
	cargo bench -p openbell-store
	scripts/bench-import.sh
	scripts/bench-sockets.sh
	scripts/bench-watch.sh

docs: ## write the generated documents anew: interfaces, tables, example configuration
	cargo build -p openbell
	target/debug/openbell openapi > openapi.json
	target/debug/openbell asyncapi > asyncapi.json
	target/debug/openbell errors > docs/errors.md
	target/debug/openbell events > docs/events.md
	cd / && env -i "$(CURDIR)/target/debug/openbell" config --print > "$(CURDIR)/openbell.example.toml"
	cd / && env -i "$(CURDIR)/target/debug/openbell" config --print --env > "$(CURDIR)/.env.example"

clean: ## remove what was built; ./data stays
	cargo clean
