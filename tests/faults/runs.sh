# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: Apache-2.0
# The runs of enroll-hook in which something is made to fail, and what must
# have come of each in the end. Sourced after lib.sh; this is what to replace
# for another program:
#
#   RUNS         their names; each_run goes through them
#   begin NAME   once: RUN (the command), ENDS (its exit code), VALID (there is
#                a certificate that must go on signing), STATE (the folder)
#   restore      STATE as it was before the run
#   sane         whatever has happened to RUN: the state can be read, and what
#                was valid still signs
#   settle       a plain run, or two, brings everything to its end: one order,
#                one certificate, nothing left lying about
RUNS=(first renewal rotation ordered collected revoked wrong)

# set_up [NAME...]: the managers that those runs want
set_up() {
    demo by-hand --ca-key ec:P-256 --approval manual
    demo issuing --ca-key ec:P-256
    for DEMO in "$WORK/by-hand" "$WORK/issuing"; do
        change "$DEMO/enroll.conf" key-type ec:P-256
        sed -i -e '/^max-orders/d' -e '/^key-policy/d' \
            -e '/^\[release\]/a renew-by = timer\nmax-orders = 1000/1d' \
            "$DEMO/enroll.conf"
    done
}

# each_run FUNCTION: calls it with the name of each run, in a folder and with
# managers of its own, several at a time: they mostly wait. What
# it says comes in the order of RUNS; what it adds to `counts`, see sum_of.
each_run() {
    local run running=0 failed=0 most
    most=$(by_mode 3 7)
    for run in "${RUNS[@]}"; do
        if [ "$running" = "$most" ]; then
            wait -n || failed=1
            running=$((running - 1))
        fi
        alone "$1" "$run" >"$run.said" 2>"$run.err" &
        running=$((running + 1))
    done
    for ((; running > 0; running--)); do wait -n || failed=1; done
    for run in "${RUNS[@]}"; do
        cat "$run.said"
        cat "$run.err" >&2
    done
    [ "$failed" = 0 ] || exit 1
}

stop_managers() {
    local each
    for each in "$WORK"/*/pid; do
        "$MANAGER" stop "${each%/pid}" >/dev/null 2>&1 || true
    done
}

alone() {
    WORK=$WORK/run-$2
    mkdir "$WORK"
    cd "$WORK" || exit
    trap stop_managers EXIT
    set_up
    "$1" "$2"
}

# sum_of NAME: over the lines "NAME NUMBER" in `counts` of all runs
sum_of() {
    cat "$WORK"/run-*/counts | awk -v name="$1" '
        $1 == name { sum += $2 }
        END { print sum + 0 }'
}

begin() {
    WHICH=$1 DEMO=$WORK/issuing VALID='' ADDS=1 ENDS=0
    RUN=("$HOOK")
    case $1 in ordered | collected) DEMO=$WORK/by-hand ;; esac
    sed -i -e '/^key-policy/d' -e '/^overlap/d' "$DEMO/enroll.conf"
    "$MANAGER" fault "$DEMO" --clear >/dev/null
    STATE=$DEMO/state
    CONF=$DEMO/openssl.cnf
    IDENTITY=$STATE/release/identity.pem
    rm -rf "$STATE"
    RUN+=(--config "$DEMO/enroll.conf" --state "$STATE")
    case $1 in
        first) RUN+=(ready release) ;;
        renewal | rotation)
            # A key that can't be read is taken for another one: steps too.
            sed -i '/^\[release\]/a overlap = 1s' "$DEMO/enroll.conf"
            [ "$1" = renewal ] ||
                sed -i '/^\[release\]/a key-policy = rotate' "$DEMO/enroll.conf"
            due_since_long
            VALID=1
            RUN+=(renew release --if-due)
            ;;
        ordered)
            ENDS=11
            RUN+=(ready release --wait 0)
            ;;
        collected)
            fails 11 hook ready release --wait 0
            approve_last
            ADDS=0
            RUN+=(ready release)
            ;;
        revoked)
            ADDS=0
            RUN+=(revoke release --reason keyCompromise --yes)
            ;;
        wrong)
            "$MANAGER" fault "$DEMO" enroll:cert=wrong-eku >/dev/null
            ENDS=17
            RUN+=(ready release)
            ;;
        *) fail "there is no run $1" ;;
    esac
    rm -rf start
    [ ! -e "$STATE" ] || cp -a "$STATE" start
}

restore() {
    rm -rf "$STATE"
    [ ! -e start ] || cp -a start "$STATE"
    # What is revoked at the manager can not be taken back: a new one.
    [ "$WHICH" != revoked ] || hook ready release 2>/dev/null
    BEFORE=$(orders)
}

# A certificate in its last third, as if it had been taken into use in time.
due_since_long() {
    "$MANAGER" fault "$DEMO" clock=-300d >/dev/null
    hook ready release 2>err || {
        cat err >&2
        fail 'nothing to renew'
    }
    "$MANAGER" fault "$DEMO" --clear >/dev/null
    sed -i 's/^renew-at=.*/renew-at=1/' "$STATE/release/verdict"
    sed -i "s/^issued=.*/issued=$(($(date +%s) - 300 * 86400))/" \
        "$STATE/release/current/facts"
}

approve_last() {
    "$MANAGER" approve "$DEMO" \
        "$("$MANAGER" orders "$DEMO" --json | jq -r '.[-1].id')" >/dev/null
}

# What a tool gets: a signature by the key of the certificate that is there.
signs() {
    openssl x509 -in "$IDENTITY" -pubkey -noout >public.pem 2>/dev/null &&
        tool openssl dgst -sha256 -sign "$IDENTITY" -out signature \
            "$ENROLL_SOURCE/LICENSE" 2>signs.err &&
        openssl dgst -sha256 -verify public.pem -signature signature \
            "$ENROLL_SOURCE/LICENSE" >/dev/null
}

sane() {
    local status=0
    hook status release >status.out 2>&1 || status=$?
    case $status in
        0 | 10 | 11 | 13) ;;
        17) [ "$WHICH" = wrong ] || fail "status ends with 17: $1" ;;
        *)
            cat status.out >&2
            fail "status ends with $status: $1"
            ;;
    esac
    says '^release: ' status.out
    [ -z "$VALID" ] || {
        [ "$status" = 0 ] || fail "what was valid is not: $1"
        signs || fail "what was valid does not sign: $1"
    }
}

# The order was sent, and nobody has noted what came of it.
in_doubt() {
    grep -q '^posted=' "$STATE/release/intent" 2>/dev/null &&
        ! grep -q '^order=' "$STATE/release/intent"
}

settle() {
    local status=0
    case $WHICH in
        ordered)
            # What is in doubt takes longer than an answer that is at hand.
            fails 11 hook ready release \
                --wait "$(if in_doubt; then echo 13s; else echo 0; fi)"
            approve_last
            ;;
        wrong) settle_wrong "$1"; return ;;
        revoked) settle_revoked "$1"; return ;;
    esac
    hook ready release >out 2>err || status=$?
    case $WHICH in
        renewal | rotation)
            [ "$status" != 0 ] ||
                hook renew release --if-due >out 2>err || status=$?
            [[ $(readlink "$STATE/release/current") != *1 ]] ||
                fail "not renewed: $1"
            LIMIT=20 until_true in_one_piece
            ;;
    esac
    [ "$status" = 0 ] || {
        cat err >&2
        fail "the next run ends with $status: $1"
    }
    hook status release >/dev/null || fail "not usable in the end: $1"
    signs || fail "does not sign in the end: $1"
    expect_orders $((BEFORE + ADDS))
    nothing_left "$1"
}

# A new key is published in steps; whoever comes takes the next one.
in_one_piece() {
    [ ! -e "$STATE/release/publishing" ] || {
        hook ready release
        false
    }
}

nothing_left() {
    local left
    left=$(cd "$STATE/release" && ls -A -d intent* .intent.p8* backoff \
        generations/.tmp* generations/damaged* 2>/dev/null) || true
    [ -z "$left" ] || fail "left lying about (${left//$'\n'/, }): $1"
}

settle_revoked() {
    hook revoke release --reason keyCompromise --generation 1 --yes \
        >out 2>err || {
        cat err >&2
        fail "can not be repeated: $1"
    }
    fails 10 hook status release
    "$MANAGER" orders "$DEMO" --json | jq -e '.[-1].state == "Revoked"' \
        >/dev/null || fail "the manager does not know: $1"
    expect_orders "$BEFORE"
}

# Each order that the manager took is kept, with its key: set aside, or in the
# intent where that has not come to its end yet, perhaps as a doubt.
settle_wrong() {
    local record kept
    fails any hook ready release
    kept=$(for record in "$STATE"/release/intent*; do
        [ ! -s "$record.p8" ] || ! grep -qE '^(order|posted)=' "$record" ||
            sed -n 's/^client-order-id=//p' "$record"
    done | sort -u | wc -l)
    [ "$kept" -ge $(($(orders) - BEFORE)) ] || fail "lost an order: $1"
}
