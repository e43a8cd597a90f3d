#!/usr/bin/env bash
#
# How long account duplicates takes on a directory, beside ldapsearch that reads the same attributes of the same
# people: docs/duplicates-bench.md. Both against one slapd, in turn, in one run.
#
#   scripts/bench-reading.sh      PEOPLE=100000 TURNS=3
#
# Exit 1 where it takes more than one and a half times as long, 2 where it could not be measured.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
PATH=$PATH:/usr/sbin

people=${PEOPLE:-100000}
turns=${TURNS:-3}
target=${CARGO_TARGET_DIR:-$PWD/target}
entctl=$target/release/entctl
families=$target/release/families
most=1.5

cargo build --quiet --release --locked --workspace || exit 2

folder=$(mktemp -d)
server=
finish() {
    if [[ -n $server ]]; then
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    rm -rf "$folder"
}
trap finish EXIT
mkdir -p "$folder"/{config,data,home}
"$families" generate --people "$people" --seed 11 --noise 1 --out "$folder" || exit 2

suffix=dc=ent,dc=test
(umask 077 && printf 'measured' >"$folder/password")
{
    printf 'dn: cn=config\nobjectClass: olcGlobal\ncn: config\n\n'
    printf 'dn: cn=module,cn=config\nobjectClass: olcModuleList\ncn: module\n'
    printf 'olcModulePath: /usr/lib/ldap\nolcModuleLoad: back_mdb\n\n'
    printf 'dn: cn=schema,cn=config\nobjectClass: olcSchemaConfig\ncn: schema\n\n'
    for name in core cosine inetorgperson nis misc; do
        printf 'include: file:///etc/ldap/schema/%s.ldif\n\n' "$name"
    done
    cat src/sandbox/schema.ldif
    printf '\ndn: olcDatabase={1}mdb,cn=config\nobjectClass: olcDatabaseConfig\nobjectClass: olcMdbConfig\n'
    printf 'olcDatabase: {1}mdb\nolcSuffix: %s\nolcRootDN: cn=root,%s\nolcRootPW: measured\n' "$suffix" "$suffix"
    printf 'olcDbDirectory: %s\nolcDbMaxSize: 8589934592\nolcDbEnvFlags: nosync\n' "$folder/data"
    printf 'olcDbIndex: objectClass eq\nolcDbIndex: uid eq\nolcDbIndex: member eq\nolcDbIndex: ENTPersonLogin eq\n'
} >"$folder/config.ldif"
slapadd -n 0 -F "$folder/config" -l "$folder/config.ldif" >&2 || exit 2
slapadd -q -n 1 -F "$folder/config" -l "$folder/directory.ldif" >&2 || exit 2

socket=$folder/ldapi
url=ldapi://${socket//\//%2F}
slapd -F "$folder/config" -h "$url" -d 0 >"$folder/slapd.log" 2>&1 &
server=$!
for _ in {1..100}; do
    ldapsearch -x -LLL -H "$url" -D "cn=root,$suffix" -y "$folder/password" -b "$suffix" -s base 1.1 >/dev/null 2>&1 && break
    kill -0 "$server" 2>/dev/null || { cat "$folder/slapd.log" >&2; exit 2; }
    sleep 0.1
done

cat >"$folder/config.toml" <<TOML
[profiles.bench]
urls = ["$url"]
base_dn = "$suffix"
history = "$folder/history"
[profiles.bench.bind]
dn = "cn=root,$suffix"
password_file = "$folder/password"
TOML

# The attributes that entctl asks for ([compared] and what stands beside it in src/schema/compared.rs).
attributes=(uid ENTPersonLogin sn givenName ENTPersonNomPatro ENTPersonDateNaissance personalTitle
    ENTPersonJointure ENTAuxPersRelEleveEleve pwdReset pwdChangedTime authTimestamp ENTPersonAutresPrenoms
    ENTPersonSexe mail ENTPersonAutresMails ENTPersonMailDiffusion mobile ENTPersonMobileSMS
    ENTPersonAutresMobiles homePhone ENTPersonAdresse ENTPersonCodePostal ENTPersonVille
    ENTPersRelRapprochPrincipal ENTPersRelRapprochSecondaire ENTPersRelFusionPrincipal
    ENTPersRelFusionSecondaire)

seconds() { # seconds FILE COMMAND...: how long, its output to the file
    local begin=$EPOCHREALTIME answer=$1
    shift
    "$@" >"$answer" || return 1
    local end=$EPOCHREALTIME
    awk -v a="$begin" -v b="$end" 'BEGIN { printf "%.3f", b - a }'
}

best_search=
best_entctl=
for turn in $(seq "$turns"); do
    search=$(seconds "$folder/search.ldif" ldapsearch -x -LLL -o ldif-wrap=no -E pr=1000/noprompt -H "$url" \
        -D "cn=root,$suffix" -y "$folder/password" -b "ou=personnes,$suffix" '(objectClass=ENTAuxPersRelEleve)' \
        "${attributes[@]}") || exit 2
    took=$(seconds "$folder/pairs.csv" env -i PATH="$PATH" HOME="$folder/home" LC_ALL=C.UTF-8 \
        "$entctl" --config "$folder/config.toml" account duplicates --format csv) || exit 2
    printf 'turn %s: ldapsearch %s s, entctl %s s\n' "$turn" "$search" "$took"
    best_search=$(printf '%s\n' "$search" $best_search | sort -n | head -1)
    best_entctl=$(printf '%s\n' "$took" $best_entctl | sort -n | head -1)
done
found=$(($(wc -l <"$folder/pairs.csv") - 1))
printf '%s accounts read, %s pairs\n' "$(grep -c '^dn:' "$folder/search.ldif")" "$found"
awk -v a="$best_entctl" -v b="$best_search" -v most="$most" \
    'BEGIN { printf "best of each: entctl %.2f times ldapsearch (at most %.1f)\n", a / b, most; exit a / b > most }'
