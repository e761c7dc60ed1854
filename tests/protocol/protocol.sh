# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# What the tests of the client side of managers share:
#
#   . "$ENROLL_SOURCE/tests/protocol/protocol.sh"
#
# DRIVE is drive.c; with_demo and with_script choose whom it talks to.
. "$ENROLL_SOURCE/tests/lib.sh"

DRIVE=$ENROLL_BUILD/tests/protocol/protocol-drive
CANARY='c4nary!=]~.%&+ secret'

# Servers that were started here end with the test.
SERVERS=()
end() {
    local status=$? server
    for server in "${SERVERS[@]}"; do
        kill "$server" 2>/dev/null || true
    done
    set +e
    (exit "$status")
    leave
}
trap end EXIT

# serve LOG COMMAND...: in the background, without a sanitizer's runtime.
serve() {
    local log=$1
    shift
    env -u LD_PRELOAD timeout 300 "$@" >"$log" 2>&1 </dev/null &
    SERVERS+=("$!")
}

# with_demo [OPTION...]: against enroll-manager.
with_demo() {
    demo demo "$@"
    SETTINGS=(
        "url=$(sed -n 's/^api=//p' "$DEMO/urls")"
        "client-id=$(sed -n 's/^client-id *= *//p' "$DEMO/enroll.conf")"
        "client-secret=file:$DEMO/client-secret"
        "ca-file=$DEMO/tls-ca.pem" email=a@example.com
        order-id-field=clientOrderId)
}

# server_certificate NAME SUBJECT-ALTERNATIVE-NAME: NAME/cert.pem and key.pem
server_certificate() {
    mkdir -p "$1"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
        -subj "/CN=$1" -addext "subjectAltName=$2" -days 2 \
        -keyout "$1/key.pem" -out "$1/cert.pem" 2>/dev/null
}

# with_script NAME: against server.py with the JSON on standard input; the
# requests it got are in NAME/requests. The secret is CANARY.
with_script() {
    need python3
    server_certificate "$1" IP:127.0.0.1
    cat >"$1/script.json"
    : >"$1/requests"
    serve "$1/log" python3 "$ENROLL_SOURCE/tests/protocol/server.py" "$1"
    until_true test -e "$1/port"
    printf '%s\n' "$CANARY" >"$1/secret"
    chmod 600 "$1/secret"
    REQUESTS=$1/requests
    BASE=https://127.0.0.1:$(cat "$1/port")
    SETTINGS=("url=$BASE" client-id=canary-client
        "client-secret=file:$WORK/$1/secret" "ca-file=$WORK/$1/cert.pem"
        email=a@example.com)
}

# drive ARGUMENT...: SETTINGS first; what it says is in $WORK/out.
drive() {
    LIMIT=${LIMIT:-60}
    timeout -k 5 "$LIMIT" "$DRIVE" "${SETTINGS[@]}" "$@" >out 2>err || {
        cat out err >&2
        fail "drive $*"
    }
    ! grep -qF "$CANARY" out || fail "shows the secret: $(cat out)"
}

# out PATTERN: what drive has to have said.
out() {
    says "$1" out
    # A line names the profile and has no control characters in it.
    ! grep -E 'class=(unreachable|rejected|throttled|configuration|policy|verification|not-usable|pending|internal) ' out |
        grep -qvE ' retry=[0-9]+ release: .{20,}' ||
        fail "a line without profile or reason: $(cat out)"
    ! LC_ALL=C grep -q '[[:cntrl:]]' out || fail 'control characters in a line'
}

# fault SPEC...: that, and nothing else.
fault() {
    "$MANAGER" fault "$DEMO" --clear "$@" >/dev/null
}

# requests METHOD PATH: how many of these server.py has got.
requests() {
    jq -r '.method + " " + .path' "$REQUESTS" | grep -cxF "$1 $2" || true
}

# has_requests METHOD PATH COUNT: at least so many
has_requests() {
    [ "$(requests "$1" "$2")" -ge "$3" ]
}

expect_requests() {
    local count
    count=$(requests "$1" "$2")
    [ "$count" = "$3" ] || fail "$count times $1 $2 instead of $3"
}
