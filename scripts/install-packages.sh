#!/usr/bin/env bash
#
# Installs what the demonstration, the tests or the measures need on Debian 12, and says nothing when nothing is missing.
#
#   scripts/install-packages.sh demo|test|bench
#
# What it installs starts no service and listens on no port, now or after a reboot: entctl starts its own
# slapd, and the tests their own Postfix, in folders of their own. A Postfix that is there already keeps its
# configuration and its service; another mail server is never removed to make room for one.

set -euo pipefail

readonly POLICY=/usr/sbin/policy-rc.d
readonly POLICY_MARK='# entctl: no service starts while packages are installed'

die() {
    printf 'install-packages: %s\n' "$1" >&2
    exit 1
}

root_folder=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly root_folder

case "${1:-}" in
    demo) wanted=(slapd ldap-utils) ;;
    test) wanted=(slapd ldap-utils faketime man-db groff-base python3-minimal python3-ldap3 postfix postfix-ldap libreoffice-calc-nogui) ;;
    bench) wanted=(slapd ldap-utils python3-ldap3) ;;
    *) die 'say what for: scripts/install-packages.sh demo|test|bench' ;;
esac

# --- the toolchain: not ours to install --------------------------------------------------------------------

check_toolchain() {
    local needed found
    needed=$(sed -n 's/^rust-version *= *"\([0-9.]*\)".*/\1/p' "$root_folder/Cargo.toml")
    command -v make >/dev/null || die 'make is missing; install it with: apt-get install make'
    command -v cc >/dev/null || die 'a C compiler (cc) is missing; install one with: apt-get install gcc libc6-dev'
    command -v cargo >/dev/null \
        || die "Rust is missing (cargo); install Rust $needed or later from https://rustup.rs"
    command -v rustc >/dev/null \
        || die "Rust is missing (rustc); install Rust $needed or later from https://rustup.rs"
    found=$(rustc --version 2>/dev/null | sed -n 's/^rustc \([0-9.]*\).*/\1/p') || true
    [[ -n $found ]] \
        || die "rustc does not run; install Rust $needed or later from https://rustup.rs"
    # The older of the two must be the one needed.
    [[ $(printf '%s\n%s\n' "$needed" "$found" | sort -V | head -n 1) == "$needed" ]] \
        || die "Rust $found is too old; entctl needs $needed or later: rustup update stable"
}

# --- packages ----------------------------------------------------------------------------------------------

is_installed() {
    [[ $(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null || true) == installed ]]
}

find_missing() {
    local package
    missing=()
    for package in "${wanted[@]}"; do
        is_installed "$package" || missing+=("$package")
    done
}

# Sets `as_root` to the words that run a command as root; none where we are root.
find_root() {
    local command="apt-get install --no-install-recommends ${missing[*]}"
    as_root=()
    [[ $(id -u) -ne 0 ]] || return 0
    command -v sudo >/dev/null \
        || die "${missing[*]} must be installed by root, and sudo is missing; run as root: $command"
    as_root=(sudo)
    # Without a terminal a question for a password would wait for ever.
    [[ -t 0 ]] || as_root=(sudo -n)
    "${as_root[@]}" true 2>/dev/null \
        || die "${missing[*]} must be installed by root, and sudo refused; run as root: $command"
}

run_as_root() {
    "${as_root[@]}" "$@"
}

has_lists() {
    compgen -G '/var/lib/apt/lists/*_Packages*' >/dev/null
}

apt() {
    run_as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -qq -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 "$@" </dev/null >>"$log" 2>&1
}

install_missing() {
    # A machine has one mail server: Debian would take exim away to put Postfix there. Not by us.
    apt install -y --no-install-recommends --no-remove "${missing[@]}"
}

# Nothing may start while packages are installed. A policy that stands there already is somebody else's and
# stays as it is.
forbid_services() {
    if [[ -e $POLICY ]] && ! grep -qxF "$POLICY_MARK" "$POLICY" 2>/dev/null; then
        return 0
    fi
    # Made beside it and linked: it is there whole or not at all, and where another one appears at this very
    # moment, ln leaves that one alone. One with our mark is left over from a run that was killed.
    # shellcheck disable=SC2016 # $1 and $2 are for the inner shell.
    if run_as_root sh -c '
            set -e
            rm -f "$1.entctl"
            printf "#!/bin/sh\n%s\nexit 101\n" "$2" >"$1.entctl"
            chmod 755 "$1.entctl"
            ln "$1.entctl" "$1" 2>/dev/null || true
            rm -f "$1.entctl"
            grep -qxF "$2" "$1"
            ' sh "$POLICY" "$POLICY_MARK"; then
        policy_is_ours=yes
    fi
}

cleanup() {
    local status=$?
    trap - EXIT
    # Also after an interruption: what is half installed must not start at the next boot.
    keep_quiet_after_reboot
    if [[ -n ${policy_is_ours:-} ]]; then
        run_as_root rm -f "$POLICY" || true
    fi
    [[ -z ${log:-} ]] || rm -f "$log"
    exit "$status"
}

installing=()

# Takes a unit away from the ones that start by themselves.
disable_unit() {
    if command -v systemctl >/dev/null; then
        run_as_root systemctl --quiet disable "$1" >>"$log" 2>&1 || true
    elif command -v deb-systemd-helper >/dev/null; then
        run_as_root deb-systemd-helper disable "$1" >>"$log" 2>&1 || true
    fi
}

keep_quiet_after_reboot() {
    local package
    for package in "${installing[@]}"; do
        case "$package" in
            slapd)
                run_as_root update-rc.d slapd disable >>"$log" 2>&1 || true
                disable_unit slapd.service
                ;;
            postfix)
                run_as_root update-rc.d postfix disable >>"$log" 2>&1 || true
                disable_unit postfix.service
                ;;
            man-db)
                disable_unit man-db.timer
                ;;
        esac
    done
}

install_packages() {
    printf 'Installing %s (they start no service)…\n' "${missing[*]}"
    log=$(mktemp)
    trap cleanup EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    forbid_services
    installing=("${missing[@]}")
    case " ${missing[*]} " in
        *' slapd '*)
            # No configuration: without one the package's own service has nothing to start.
            printf 'slapd slapd/no_configuration boolean true\n' \
                | run_as_root debconf-set-selections >>"$log" 2>&1 || true
            ;;
    esac
    case " ${missing[*]} " in
        *' postfix '*)
            # No configuration here either: without one the package's own service has nothing to start.
            printf 'postfix postfix/main_mailer_type select No configuration\n' \
                | run_as_root debconf-set-selections >>"$log" 2>&1 || true
            ;;
    esac
    if ! has_lists; then
        apt update || true
        install_missing || failed
    elif ! install_missing; then
        # The lists are older than the archive: once more with fresh ones.
        apt update || true
        install_missing || failed
    fi
    find_missing
    [[ ${#missing[@]} -eq 0 ]] || failed
}

failed() {
    tail -n 20 "$log" >&2
    die "${missing[*]} could not be installed; the reason stands above; try: apt-get update && apt-get install --no-install-recommends ${missing[*]}"
}

check_toolchain
if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    die "this is not Debian: install by your own means what ${wanted[*]} hold there"
fi
find_missing
[[ ${#missing[@]} -gt 0 ]] || exit 0
find_root
install_packages
