#!/usr/bin/env bash
#
# Measures how fast entctl is on a real slapd, beside what one would use instead: docs/performance.md. The tables go
# to standard output, as Markdown; what it is doing goes to standard error.
#
#   scripts/bench-speed.sh      ROWS=bulk,far,refused,single,duplicates,ldif,sync,growth TURNS=3 SCALE=1
#
# Exit 1 where a target is missed, 2 where it could not be measured.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

target=${CARGO_TARGET_DIR:-$PWD/target}
cargo build --quiet --release --locked --workspace || exit 2

# Beside the programs: a disk for certain, which a temporary folder need not be.
folder=$(mktemp -d "${TMPDIR:-$target}/speed.XXXXXX")
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

TMPDIR=$folder "$target/release/speed" run --turns "${TURNS:-3}" --scale "${SCALE:-1}" ${ROWS:+--rows "$ROWS"}
