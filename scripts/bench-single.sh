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
export LDAPCONF=/dev/null
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
url=$(field url) tls_url=$(field ldaps_url) base=$(field base_dn) bind=$(field bind_dn)
LDAPTLS_CACERT=$(field ca_file)
export LDAPTLS_CACERT
# ldap-utils take the file as it is, its last newline too.
tr -d '\n' <"$(field bind_password_file)" >"$home/secret"
as=(-x -D "$bind" -y "$home/secret")
# The sandbox's own profile, with one way to the server.
for way in url tls_url; do
    sed -E "s|^urls = .*|urls = [\"${!way}\"]|" "$(field config)" >"$home/$way.toml"
done
ldapsearch -LLL -H "$url" "${as[@]}" -b "$base" '(objectClass=ENTEleve)' ENTPersonLogin >"$home/pupils"
login=$(sed -n 's/^ENTPersonLogin: //p' "$home/pupils" | sed -n 20p)

# Nothing but the two programs: what they say is read by the shell itself.
search() { ldapsearch -LLL -o ldif-wrap=no -H "$1" "${as[@]}" -b "ou=personnes,$base" "(ENTPersonLogin=$login)" "${@:2}" >"$home/found"; }
peers() {
    search "$1" 1.1
    read -r _ dn <"$home/found"
    ldappasswd -H "$1" "${as[@]}" "$dn" >"$home/out"
}
ours() { "$entctl" --config "$home/$1.toml" --profile "$name" "${@:2}" >"$home/out" 2>"$home/err"; }

reset_peers() { peers "$url"; }
reset_ours() { ours url password reset "$login" --yes --print; }
tls_reset_peers() { peers "$tls_url"; }
tls_reset_ours() { ours tls_url password reset "$login" --yes --print; }
find_peer() { search "$url"; }
find_ours() { ours url account find "$login"; }
show_ours() { ours url account show "$login"; }
version_ours() { "$entctl" --version >"$home/out"; }
help_ours() { "$entctl" --help >"$home/out"; }

measures=(reset_peers reset_ours tls_reset_peers tls_reset_ours find_peer find_ours show_ours version_ours help_ours)
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
row 'ldapsearch, then ldappasswd' reset_peers
row 'entctl password reset' reset_ours
row 'ldapsearch, then ldappasswd, TLS' tls_reset_peers
row 'entctl password reset, TLS' tls_reset_ours
row 'ldapsearch' find_peer
row 'entctl account find' find_ours
row 'entctl account show' show_ours
row 'entctl --version' version_ours
row 'entctl --help' help_ours
for way in '' tls_; do
    echo "reset${way:+ with TLS}:" \
        "$(ratio "$(best "${way}reset_ours")" "$(best "${way}reset_peers")") times the two by the best run," \
        "$(ratio "$(median "${way}reset_ours")" "$(median "${way}reset_peers")") by the median"
done
