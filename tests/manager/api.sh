# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: Apache-2.0
# Talking to a demo manager with curl, as a client that is not ours would.
# Sourced by each test of this folder; `serve` then starts a manager.
. "$ENROLL_SOURCE/tests/lib.sh"
need curl jq openssl

TOKEN=''
# A check that is a plain command says at least where it was.
set -E
trap 'echo "line $LINENO: $BASH_COMMAND" >&2' ERR

# serve [OPTION...]: a manager in $DEMO, its addresses, and a token.
serve() {
    demo demo "$@"
    addresses
    authenticate
}

addresses() {
    API=$(sed -n 's/^api=//p' "$DEMO/urls")
    TOKEN_URL=$(sed -n 's/^token=//p' "$DEMO/urls")
    CRL=$(sed -n 's/^crl=//p' "$DEMO/urls")
    AIA=$(sed -n 's/^aia=//p' "$DEMO/urls")
    CLIENT_ID=$(sed -n 's/^client-id *= *//p' "$DEMO/enroll.conf")
}

# http CURL-ARGUMENT...: the status in HTTP (000: none), curl's own in RC, the
# reply in ./body and ./headers.
http() {
    RC=0
    : >body
    : >headers
    HTTP=$(curl -sS -m "${LIMIT:-20}" --cacert "$DEMO/tls-ca.pem" -o body \
        -D headers -w '%{http_code}' "$@" 2>curl.err) || RC=$?
}

# call METHOD PATH [CURL-ARGUMENT...]: the same on the API, with the token.
call() {
    local method=$1 path=$2
    shift 2
    http -X "$method" -H "Authorization: Bearer $TOKEN" "$@" "$API$path"
}

# ask_token [CURL-ARGUMENT...]: with the right credentials.
# shellcheck disable=SC2119,SC2120
ask_token() {
    http --data-urlencode grant_type=client_credentials \
        --data-urlencode "client_id=$CLIENT_ID" \
        --data-urlencode "client_secret@$DEMO/client-secret" "$@" "$TOKEN_URL"
}

authenticate() {
    ask_token
    expect 200
    TOKEN=$(jq -er .access_token body)
}

# expect STATUS [CODE]: what the last call must have come to.
expect() {
    [ "$HTTP" = "$1" ] || {
        cat curl.err headers body >&2
        fail "HTTP $HTTP (curl $RC) instead of $1"
    }
    [ "$#" = 1 ] || [ "$(jq .code body)" = "$2" ] || {
        cat body >&2
        fail "not code $2"
    }
}

# new_csr NAME [GENPKEY-ARGUMENT...]: NAME.key, NAME.csr and the base64 in CSR.
new_csr() {
    local name=$1
    shift
    [ "$#" != 0 ] || set -- -algorithm EC -pkeyopt ec_paramgen_curve:P-256
    openssl genpkey -quiet "$@" -out "$name.key" 2>/dev/null ||
        openssl genpkey "$@" -out "$name.key" 2>/dev/null
    openssl req -new -key "$name.key" -subj "/CN=ignored" -outform DER \
        -out "$name.csr"
    CSR=$(base64 -w 0 "$name.csr")
}

# order JSON-FIELDS: enrolls $CSR; further fields as jq's object syntax.
order() {
    jq -cn --arg csr "$CSR" \
        "{email: \"release@example.com\", csr: \$csr} + ${1:-{\}}" >request.json
    call POST /api/v1/certificates -H 'Content-Type: application/json' \
        --data-binary @request.json
}

# enroll [JSON-FIELDS]: the same, which must work; the order's number in ID.
enroll() {
    order "$@"
    expect 200
    ID=$(jq -er '.certId | strings' body)
}

status_is() {
    call GET "/api/v1/certificates/$ID/status"
    expect 200
    [ "$(jq -r .status body)" = "$1" ] || {
        cat body >&2
        fail "not $1"
    }
}

# download: the chain in chain.pem
download() {
    call GET "/api/v1/certificates/$ID"
    expect 200
    cp body chain.pem
}

fault() {
    "$MANAGER" fault "$DEMO" "$@"
}
