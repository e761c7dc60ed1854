# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: Apache-2.0
# What the behaviour tests share. A test sources it first:
#
#   . "$ENROLL_SOURCE/tests/lib.sh"
#
# and is then in $WORK, a folder of its own that goes away at the end, with the
# environment of nobody in particular. Managers it started are stopped.
set -euo pipefail

: "${ENROLL_BUILD:?run through ctest, or set ENROLL_BUILD to the build folder}"
: "${ENROLL_SOURCE:?run through ctest, or set ENROLL_SOURCE to the source tree}"

HOOK=$ENROLL_BUILD/hook/enroll-hook
MANAGER=$ENROLL_BUILD/manager/enroll-manager
MODULE=$ENROLL_BUILD/provider/enroll.so
PE=/usr/lib/shim/shimx64.efi

WORK=$(mktemp -d "${TMPDIR:-/tmp}/enroll-test.XXXXXX")
chmod 755 "$WORK"
cd "$WORK"
unset OPENSSL_CONF ENROLL_CONF ENROLL_STATE ENROLL_ACTIVE ENROLL_DEBUG
unset XDG_CONFIG_HOME XDG_STATE_HOME http_proxy https_proxy all_proxy
export HOME=$WORK LC_ALL=C.UTF-8
# Tools that were not built with sanitizers start with their runtime, which
# curl and what else links libcurl hang with.
PRELOAD=()
if [ -n "${ENROLL_PRELOAD:-}" ]; then
    export LD_PRELOAD=$ENROLL_PRELOAD
    PRELOAD=("LD_PRELOAD=$ENROLL_PRELOAD")
fi
curl() {
    env -u LD_PRELOAD curl "$@"
}

leave() {
    local status=$? folder
    trap - EXIT
    for folder in "$WORK"/*/pid; do
        [ ! -e "$folder" ] || "$MANAGER" stop "${folder%/pid}" >/dev/null 2>&1 ||
            true
    done
    if [ "$status" != 0 ] && [ "$status" != 77 ] && [ -n "${KEEP:-}" ]; then
        echo "kept: $WORK" >&2
    else
        # What works on in the background may write once more.
        cd / && { rm -rf "$WORK" 2>/dev/null || rm -rf "$WORK" 2>/dev/null ||
            rm -rf "$WORK"; }
    fi
    exit "$status"
}
trap leave EXIT
trap 'exit 130' INT TERM

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

skip() {
    echo "skipped: $*" >&2
    exit 77
}

# need COMMAND...: the test is skipped where one is missing.
need() {
    local command
    for command in "$@"; do
        command -v "$command" >/dev/null || skip "no $command here"
    done
}

need_root() {
    [ "$(id -u)" = 0 ] || skip 'needs root'
}

# Mounts of its own that nobody else sees; a chroot has none.
need_mounts() {
    need_root
    unshare -m true 2>/dev/null || skip 'no private mounts here (a chroot?)'
}

# demo NAME [OPTION...]: a manager in $WORK/NAME, and its openssl.cnf in CONF.
demo() {
    local name=$1
    shift
    "$MANAGER" demo "$WORK/$name" --background "$@" >"$name.start" 2>&1 || {
        cat "$name.start" >&2
        fail "the demo manager did not start"
    }
    DEMO=$WORK/$name
    CONF=$DEMO/openssl.cnf
    IDENTITY=$DEMO/state/release/identity.pem
    TSA=$(sed -n 's/^tsa=//p' "$DEMO/urls")
}

# tool COMMAND...: with the provider activated, and never for ever.
tool() {
    OPENSSL_CONF=$CONF timeout -k 5 "${LIMIT:-60}" "$@"
}

hook() {
    timeout -k 5 "${LIMIT:-60}" "$HOOK" --config "$DEMO/enroll.conf" \
        --state "$DEMO/state" "$@"
}

# fails CODE COMMAND...: it must end with CODE (any but 0 and 124: "any");
# what it printed is in $WORK/out and $WORK/err.
fails() {
    local expected=$1 status=0
    shift
    "$@" >out 2>err || status=$?
    case $status in 124 | 137) fail "hangs: $*" ;; esac
    if [ "$expected" = any ]; then
        [ "$status" != 0 ] || fail "succeeded, but must not: $*"
    elif [ "$status" != "$expected" ]; then
        cat out err >&2
        fail "ended with $status instead of $expected: $*"
    fi
}

# says PATTERN [FILE]: what must stand in what was printed.
says() {
    grep -qE -- "$1" "${2:-err}" || {
        cat "${2:-err}" >&2
        fail "does not say '$1'"
    }
}

orders() {
    "$MANAGER" orders "$DEMO" --json | jq length
}

expect_orders() {
    local count
    count=$(orders)
    [ "$count" = "$1" ] || {
        "$MANAGER" orders "$DEMO" >&2
        fail "$count orders instead of $1"
    }
}

# change FILE KEY VALUE: sets a key of the profile in an enroll.conf.
change() {
    grep -q "^$2 *=" "$1" || fail "$1 has no $2"
    sed -i "s|^$2 *=.*|$2 = $3|" "$1"
}

# until_true COMMAND...: polls with a deadline, for what others do.
until_true() {
    local deadline=$((SECONDS + ${LIMIT:-60}))
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$deadline" ] || fail "never came true: $*"
        read -rt 0.05 <> <(:) || true
    done
}

# The osslsigncodes there are: the installed one, and those of other suites
# where tests/tools/fetch-osslsigncode brought them.
osslsigncodes() {
    local each what seen=' '
    for each in "$(command -v osslsigncode)" \
        "$ENROLL_SOURCE"/build/tools/osslsigncode-*/osslsigncode; do
        [ -x "$each" ] || continue
        what=$("$each" --version 2>/dev/null | head -n 2 | cksum)
        [[ $seen != *" $what "* ]] || continue
        seen+="$what "
        echo "$each"
    done
}

# version_of PROGRAM: 2.9
version_of() {
    "$1" --version 2>/dev/null | sed -n 's/^osslsigncode \([0-9.]*\).*/\1/p'
}

# at_least VERSION WANTED
at_least() {
    [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]
}

# verifies PROGRAM FILE: osslsigncode's own verdict, stamps included.
verifies() {
    "$1" verify -CAfile "$DEMO/ca.pem" -TSA-CAfile "$DEMO/tsa.pem" \
        -in "$2" >verify.out 2>&1 || {
        cat verify.out >&2
        fail "$2 does not verify with $1"
    }
}

# with_private CONF: the key and chain of the identity as plain files.
plain_files() {
    openssl pkey -inform DER -in "$DEMO/state/release/current/key.p8" \
        -out plain-key.pem
    sed -n '/BEGIN CERT/,/END CERT/p' "$IDENTITY" >plain-chain.pem
}
