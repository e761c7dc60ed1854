# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: Apache-2.0
# Simulated time, for the experiments with clocks. Sourced after lib.sh.
#
# The tool and, by `pass-env`, the hook that its provider starts live SINCE
# seconds ahead, by libfaketime; what waits goes by CLOCK_MONOTONIC, which is
# left alone. The manager's clock is its own: see pass.
need osslsigncode faketime jq
[ -z "${ENROLL_PRELOAD:-}" ] ||
    skip 'libfaketime and the sanitizers exclude each other'
FAKE_LIBRARY=$(find /usr/lib -name libfaketime.so.1 | head -n 1)
[ -n "$FAKE_LIBRARY" ] || skip 'no libfaketime.so.1 here'

SINCE=0   # seconds that have passed, for tool and hook
BEHIND=0  # how many of them the manager's process knows by itself

# pass_time: has the hook live at the tool's time
pass_time() {
    sed -i '/^pass-env *=/d
        s/^ensure *=.*/&\npass-env = LD_PRELOAD, FAKETIME*, NO_FAKE_STAT/' "$CONF"
    grep -q '^pass-env' "$CONF" || fail "no ensure in $CONF"
}

# now COMMAND...: at the simulated time
now() {
    LD_PRELOAD=$FAKE_LIBRARY FAKETIME=$(offset "$SINCE") \
        FAKETIME_DONT_FAKE_MONOTONIC=1 NO_FAKE_STAT=1 OPENSSL_CONF=$CONF \
        timeout -k 5 "${LIMIT:-60}" "$@"
}
offset() {
    if [ "$1" -lt 0 ]; then echo "${1}s"; else echo "+${1}s"; fi
}

# jumping COMMAND...: at a time that `jump SECONDS` changes meanwhile
jumping() {
    LD_PRELOAD=$FAKE_LIBRARY FAKETIME_TIMESTAMP_FILE=$WORK/clock \
        FAKETIME_NO_CACHE=1 FAKETIME_DONT_FAKE_MONOTONIC=1 NO_FAKE_STAT=1 \
        OPENSSL_CONF=$CONF \
        timeout -k 5 "${LIMIT:-60}" "$@"
}
jump() {
    offset "$1" >clock.new
    mv clock.new clock
}

# pass SECONDS: so much later, here and at the manager
pass() {
    SINCE=$((SINCE + $1))
    "$MANAGER" fault "$DEMO" "clock=+$((SINCE - BEHIND))s" >/dev/null
}

# restart_manager: its certificate for TLS lasts a year, so from time
# to time it has to start anew, in the present.
restart_manager() {
    "$MANAGER" stop "$DEMO" >/dev/null 2>&1 || true
    BEHIND=$SINCE
    now "$MANAGER" demo "$DEMO" --background >/dev/null
    "$MANAGER" fault "$DEMO" clock=+0s >/dev/null
}

# settled: waits until nobody works on the identity any more.
idle() {
    local lock=$DEMO/state/release/lock
    [ ! -e "$lock" ] ||
        ! grep -q "^.*OFDLCK.*:$(stat -c %i "$lock") " /proc/locks
}
settled() {
    until_true idle
}

# had_expired: what is there can't sign any more, so the next one has to wait
had_expired() {
    local facts=$DEMO/state/release/current/facts end
    [ -e "$facts" ] || return 1
    end=$(sed -n 's/^not-after=//p' "$facts")
    [ "$end" -lt $(($(date +%s) + SINCE)) ]
}

# sign_now: an unmodified osslsigncode signs at the simulated time, with a
# certificate that is good then; what it said is in sign.out.
sign_now() {
    rm -f signed.efi
    now osslsigncode sign -certs "$IDENTITY" -key "$IDENTITY" -in "$PE" \
        -out signed.efi >sign.out 2>&1 && good_now >>sign.out 2>&1
}

# Its verification fetches a CRL, which a manager that is AWAY does not give:
# then the dates have to do.
good_now() {
    local each
    if [ -z "${AWAY:-}" ]; then
        now osslsigncode verify -CAfile "$DEMO/ca.pem" -in signed.efi
        return
    fi
    rm -f signed.der cert-*
    osslsigncode extract-signature -in signed.efi -out signed.der
    openssl pkcs7 -inform DER -in signed.der -print_certs |
        csplit -s -z -f cert- - '/BEGIN CERT/' '{*}'
    rm cert-00 # what stands before the first
    for each in cert-*; do
        openssl verify -attime $(($(date +%s) + SINCE)) -CAfile "$DEMO/ca.pem" \
            -untrusted <(cat cert-*) "$each" || return 1
    done
    [ -n "${each:-}" ]
}
