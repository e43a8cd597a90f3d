#!/usr/bin/env bash
#
# Measures account duplicates on made-up families: docs/duplicates-bench.md.
#
#   scripts/bench-quality.sh      SEED="1 2" NOISE="1 2" PEOPLE=20000 KEEP=folder
#
# Exit 1 where the answer is not good enough on one of the directories, 2 where it could not be measured.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

people=${PEOPLE:-20000}
target=${CARGO_TARGET_DIR:-$PWD/target}
entctl=$target/release/entctl
families=$target/release/families

cargo build --quiet --release --locked --workspace

if [[ -n ${KEEP:-} ]]; then
    mkdir -p "$KEEP"
    folder=$(cd "$KEEP" && pwd)
else
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
fi

status=0
for seed in ${SEED:-1 2}; do
    for noise in ${NOISE:-1 2}; do
        here=$folder/seed-$seed-noise-$noise
        printf '=== seed %s, noise %s\n' "$seed" "$noise"
        "$families" generate --people "$people" --seed "$seed" --noise "$noise" --out "$here" || exit 2
        # Nothing of whoever measures: no configuration, no history, no language of theirs.
        mkdir -p "$here/home"
        "$families" measure --answer "$here/answer.csv" -- \
            env -i PATH="$PATH" HOME="$here/home" LC_ALL=C.UTF-8 \
            "$entctl" account duplicates --from-ldif "$here/directory.ldif" --tier possible --format csv \
            || exit 2
        code=0
        "$families" evaluate --from "$here" --answer "$here/answer.csv" || code=$?
        [[ $code -le 1 ]] || exit 2
        [[ $code -eq 0 ]] || status=1
        printf '\n'
    done
done
exit $status
