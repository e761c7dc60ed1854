# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What the tests of the provider share: a folder and a configuration of their
# own, the fake hook, and checks that say what was expected. Sourced first.
set -u -o pipefail
: "${ENROLL_BUILD:?set by ctest}" "${ENROLL_SOURCE:?set by ctest}"
here=$ENROLL_SOURCE/tests/provider
bin=$ENROLL_BUILD/tests/provider
dir=$(mktemp -d)
failures=0

clean_up() {
    local status=$?
    [ -s "$dir/pid" ] && kill -9 "$(cat "$dir/pid")" 2>/dev/null
    rm -rf "$dir"
    [ "$status" != 0 ] || [ "$failures" = 0 ] || status=1
    exit "$status"
}
trap clean_up EXIT

skip() {
    echo "skipped: $*"
    trap 'rm -rf "$dir"' EXIT
    exit 77
}

need() {
    local program
    for program; do
        command -v "$program" >/dev/null || skip "$program is not installed"
    done
}

unset ENROLL_ACTIVE ENROLL_CONF ENROLL_STATE ENROLL_DEBUG
export OPENSSL_CONF=$dir/openssl.cnf
export ENROLL_SECRET_MAKE=$bin/make-identity
state=$dir/state
cp "$here/fake-hook" "$dir/hook"
mkfifo "$dir/never"
echo crash >"$dir/mode"
: >"$dir/requests"

# conf [LINE]... : both providers activated, default first.
# shellcheck disable=SC2120
conf() {
    {
        printf 'openssl_conf = init\n[init]\nproviders = providers\n'
        printf '[providers]\ndefault = standard\nenroll = enroll\n'
        printf '[standard]\nactivate = 1\n[enroll]\nactivate = 1\n'
        printf '%s\n' "module = $ENROLL_BUILD/provider/enroll.so" \
            "config = $dir/enroll.conf" "state = $state" "hook = $dir/hook"
        printf '%s\n' "$@"
    } >"$OPENSSL_CONF"
}
# shellcheck disable=SC2119
conf

identity() {
    "$bin/make-identity" "$state" "$@" || exit 70
}

# hook MODE [ARGUMENT OF make-identity]...
hook() {
    echo "$1" >"$dir/mode"
    : >"$dir/requests"
    shift
    echo "$state" "$@" >"$dir/publish"
}

asked() { grep -c '^op=' "$dir/requests"; }

# tool COMMAND... : output in $dir/out, errors in $dir/err; never hangs.
tool() {
    timeout -k 5 60 env ${ENROLL_PRELOAD:+LD_PRELOAD="$ENROLL_PRELOAD"} "$@" \
        >"$dir/out" 2>"$dir/err"
}

fail() {
    echo "FAILED: $*" >&2
    head -n 4 "$dir/out" "$dir/err" | tr -d '\000' | cut -c 1-250 >&2
    failures=$((failures + 1))
}

works() {
    local what=$1
    shift
    tool "$@" || fail "$what: status $?"
}

# fails WHAT COMMAND... : an error of its own, not a signal or the timeout
fails() {
    local what=$1 status=0
    shift
    tool "$@" || status=$?
    case $status in
    0 | 12[4-9] | 1[3-5]?) fail "$what: status $status" ;;
    esac
}

# says PATTERN FILE ; says_not likewise; same WHAT EXPECTED FOUND
says() { grep -qE -- "$1" "$dir/$2" || fail "no '$1' in $2"; }
says_not() { ! grep -qE -- "$1" "$dir/$2" || fail "'$1' in $2"; }
same() { [ "$2" = "$3" ] || fail "$1: expected '$2', found '$3'"; }

# refusal PATTERN : one line on stderr, and the same on the queue
refusal() {
    same "lines on stderr" 1 "$(grep -c '^enroll: ' "$dir/err")"
    says "^enroll: $1" err
    says ":error:.*:enroll:.*:$1" err
}

kinds() { sed -n 's/^[0-9]*: //p' "$dir/out" | tr '\n' ' '; }
sign() { tool openssl dgst -sha256 -sign "$1" "$ENROLL_SOURCE/LICENSE"; }
signs() { sign "$1" || fail "signing with $1: status $?"; }
signs_not() { ! sign "$1" || fail "signing with $1 went well"; }
