# What one types here. Each target does all it needs, says little, and can be run again.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help demo test prove bench bench-quality bench-speed bench-inside check man messages

# rustup looks for its toolchains below HOME. Where HOME is another folder than the one Rust was installed
# from, they are beside the folder that cargo is in (~/.cargo/bin, ~/.rustup).
CARGO_FOLDER := $(patsubst %/,%,$(dir $(shell command -v cargo 2>/dev/null)))
RUSTUP_BESIDE := $(abspath $(CARGO_FOLDER)/../../.rustup)
ifeq ($(origin RUSTUP_HOME),undefined)
ifeq ($(wildcard $(HOME)/.rustup),)
ifneq ($(wildcard $(RUSTUP_BESIDE)/toolchains),)
export RUSTUP_HOME := $(RUSTUP_BESIDE)
endif
endif
endif

help:
	@echo 'make demo      installs what is missing, builds, shows the main job in a throw-away directory'
	@echo 'make test      installs what the tests need, runs them all'
	@echo 'make prove     the integration tests again, with their large variants'
	@echo 'make bench     how well duplicates are found, then how fast all is: bench-quality, bench-speed'
	@echo 'make bench-quality  how well duplicates are found among made-up families (SEED=n NOISE=n PEOPLE=n)'
	@echo 'make bench-speed    how fast entctl is beside what one would use instead (ROWS=… TURNS=n SCALE=n)'
	@echo 'make bench-inside   how fast its parts are, without a server (ONLY=name)'
	@echo 'make check     format and lints'
	@echo 'make man       writes the man pages anew (man/)'
	@echo 'make messages  writes the list of messages anew (docs/messages.md)'

demo:
	@scripts/install-packages.sh demo
	@echo 'Building entctl (some minutes the first time)…'
	@cargo build --quiet --locked
	@scripts/demo.sh

test:
	@scripts/install-packages.sh test
	@cargo test --locked --workspace

prove:
	@scripts/install-packages.sh test
	@ENTCTL_PROVE=1 cargo test --locked --test integration

# Both, whatever the first one says; the worse of the two is the answer.
bench:
	@status=0; $(MAKE) bench-quality || status=1; $(MAKE) bench-speed || status=1; exit $$status

bench-quality: export SEED := $(SEED)
bench-quality: export NOISE := $(NOISE)
bench-quality: export PEOPLE := $(PEOPLE)
bench-quality: export KEEP := $(KEEP)
bench-quality:
	@scripts/bench-quality.sh

bench-speed: export ROWS := $(ROWS)
bench-speed: export TURNS := $(TURNS)
bench-speed: export SCALE := $(SCALE)
bench-speed:
	@scripts/install-packages.sh bench >&2
	@scripts/bench-speed.sh

bench-inside:
	@cargo bench --quiet --locked --bench inside -- $(ONLY)

check:
	@cargo fmt --all --check
	@cargo clippy --quiet --workspace --all-targets --locked -- -D warnings

man:
	@cargo run --quiet --locked -- man --out man

messages:
	@scripts/install-packages.sh test
	@ENTCTL_UPDATE_DOCS=1 cargo test --quiet --locked --test integration the_document_shows_what_is_said
