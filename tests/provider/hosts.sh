#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Hosts with habits: threads, signals of their own, no descriptors, daemons.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh"
conf "wait = 20s"

fresh() {
    rm -rf "$state"
    hook ok release generation=9
}

for habit in ignoring reaping blocking bare; do
    fresh
    works "$habit" "$bin/host" "$habit" enroll:release
    same "$habit: asked" 1 "$(asked)"
    works "$habit, fast path" "$bin/host" "$habit" enroll:release
done

fresh
works "threads that all have to wait" "$bin/host" threads 8 enroll:release
same "asked once for all" 1 "$(asked)"
works "threads" "$bin/host" threads 8 enroll:release
fresh
hook pending
fails "threads that all fail" "$bin/host" threads 8 enroll:release
same "asked once for all" 1 "$(asked)"
same "said once for all" 1 "$(grep -c '^enroll: ' "$dir/err")"

# One clear line, whichever descriptor is the first that is missing.
for kind in fast asking; do
    for spare in 0 1 2 3 4 5 6 7 8 9 10; do
        fresh
        [ "$kind" = asking ] || identity release
        tool "$bin/host" starved "$spare" enroll:release
        status=$?
        if [ "$status" != 0 ]; then
            same "no descriptor: status" 1 "$status"
            same "said once" 1 "$(grep -c '^enroll: ' "$dir/err")"
            says '^enroll: release: .*file descriptor.* \(ulimit -n\)' err
        fi
    done
    same "enough descriptors" 0 "$status"
done
identity release

if [ -z "${ENROLL_PRELOAD:-}" ]; then
    works "loaded and unloaded" "$bin/host" cycles 200 enroll:release
fi

# One generation per process, whatever is published meanwhile.
make="$bin/make-identity $state release"
works "switch between key and certificate" "$bin/host" pair enroll:release \
    "$make generation=2"
works "the next process" openssl storeutl -noout enroll:release
# The pinned one is revoked: what is current, and no false pair.
fails "revoked between key and certificate" "$bin/host" pair enroll:release \
    "$make generation=2 current=no revoked=x && $make generation=3"
says_not 'enroll:' err

# With raised privileges nothing is started and no environment believed.
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null &&
    [ -z "${ENROLL_PRELOAD:-}" ]; then
    chmod 755 "$dir"
    install -m 4755 "$bin/host" "$dir/raised"
    fresh
    identity release
    export ENROLL_DEBUG=$dir/log
    tool setpriv --reuid 65534 --clear-groups "$dir/raised" \
        context enroll:release || fail "usable identity with raised privileges"
    [ ! -e "$dir/log" ] || fail "the environment is believed"
    rm -rf "$state"
    fails "nothing usable" setpriv --reuid 65534 --clear-groups "$dir/raised" \
        context enroll:release
    says '^enroll: release: there is no certificate yet' err
    same "raised privileges: asked" 0 "$(asked)"
fi
