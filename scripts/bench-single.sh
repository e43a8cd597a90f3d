#!/usr/bin/env bash
# Measures one password reset, whole process, against what one would type instead: ldapsearch for the account,
# then ldappasswd. All on the same account of the same slapd: a sandbox of its own, with durable commits, a
# password policy, and an administrator who is not the root of the directory. In turn, so that a busy machine is
# busy for all of them.
#
# usage: scripts/bench-single.sh [RUNS]      (30; ENTCTL=path of the binary, target/release/entctl)
set -euo pipefail
umask 077

runs=${1:-30}
entctl=$(realpath "${ENTCTL:-target/release/entctl}")
home=$(mktemp -d)
export HOME=$home XDG_CONFIG_HOME=$home/config XDG_STATE_HOME=$home/state LC_ALL=C
export LDAPNOINIT=1
name=bench
finish() {
    "$entctl" sandbox down --name "$name" >"$home/down.log" 2>&1 || cat "$home/down.log" >&2
    rm -rf "$home"
}
trap finish EXIT

"$entctl" sandbox up --name "$name" --pupils "${PUPILS:-300}" --format json >"$home/up.log" 2>&1 || {
    cat "$home/up.log" >&2
    exit 1
}
field() {
    "$entctl" sandbox status --name "$name" --format json | sed -E "s/.*\"$1\":\"([^\"]*)\".*/\1/"
}
url=$(field url) base=$(field base_dn) bind=$(field bind_dn)
# ldap-utils take the file as it is, its last newline too.
tr -d '\n' <"$(field bind_password_file)" >"$home/secret"
as=(-x -H "$url" -D "$bind" -y "$home/secret")
login=$(ldapsearch -LLL "${as[@]}" -b "$base" '(objectClass=ENTEleve)' ENTPersonLogin |
    sed -n 's/^ENTPersonLogin: //p' | sed -n 20p)

find_peer() {
    dn=$(ldapsearch -LLL -o ldif-wrap=no "${as[@]}" -b "ou=personnes,$base" "(ENTPersonLogin=$login)" 1.1 | sed -n 's/^dn: //p')
}
reset_peer() {
    find_peer
    ldappasswd "${as[@]}" "$dn" >"$home/out"
}
find_peer_alone() { ldapsearch -LLL "${as[@]}" -b "ou=personnes,$base" "(ENTPersonLogin=$login)" >"$home/out"; }
reset_ours() { "$entctl" --profile "$name" password reset "$login" --yes --print >"$home/out" 2>"$home/err"; }
find_ours() { "$entctl" --profile "$name" account find "$login" >"$home/out" 2>"$home/err"; }
show_ours() { "$entctl" --profile "$name" account show "$login" >"$home/out" 2>"$home/err"; }
version_ours() { "$entctl" --version >"$home/out"; }
help_ours() { "$entctl" --help >"$home/out"; }

measures=(reset_peer reset_ours find_peer_alone find_ours show_ours version_ours help_ours)
for what in "${measures[@]}"; do "$what"; done
for ((i = 0; i < runs; i++)); do
    for what in "${measures[@]}"; do
        before=$EPOCHREALTIME
        "$what"
        after=$EPOCHREALTIME
        echo $((${after/[.,]/} - ${before/[.,]/})) >>"$home/$what.times"
    done
done

best() { sort -n "$home/$1.times" | head -n 1; }
median() { sort -n "$home/$1.times" | sed -n "$(((runs + 1) / 2))p"; }
ms() { printf '%d.%02d' $(($1 / 1000)) $(($1 % 1000 / 10)); }
ratio() { printf '%d.%02d' $(($1 / $2)) $(($1 * 100 / $2 % 100)); }
row() { printf '| %-34s | %8s | %8s |\n' "$1" "$(ms "$(best "$2")")" "$(ms "$(median "$2")")"; }
echo "| $runs runs each, in turn              |  best ms | median ms |"
echo "| ---------------------------------- | -------- | -------- |"
row 'ldapsearch, then ldappasswd' reset_peer
row 'entctl password reset' reset_ours
row 'ldapsearch' find_peer_alone
row 'entctl account find' find_ours
row 'entctl account show' show_ours
row 'entctl --version' version_ours
row 'entctl --help' help_ours
echo "reset: $(ratio "$(best reset_ours)" "$(best reset_peer)") times the two by the best run," \
    "$(ratio "$(median reset_ours)" "$(median reset_peer)") by the median"
