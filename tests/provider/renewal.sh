#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# In the renewal window a tool gets its identity at once, and a renewal is
# started where that falls to the signer.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh"

# due WHAT EXPECTED [ARGUMENT]... : signs, and so often is the hook asked
due() {
    local what=$1 expected=$2
    shift 2
    rm -rf "$state/release"
    identity release renew-at=-60 "$@"
    : >"$dir/requests"
    signs enroll:release
    same "$what" "$expected" "$(asked)"
    says_not . err
}

hook hollow
due "signer" 1
says '^op=renew$' requests
says '^/dev/null$' descriptors
due "timer" 0 renew-by=timer
due "agent" 0 renew-by=agent
due "identity file" 1
: >"$dir/requests"
signs "$state/release/identity.pem"
same "identity file" 1 "$(asked)"
: >"$dir/requests"
works "once per process" "$bin/host" retry enroll:release
same "once per process" 1 "$(asked)"
works "threads" "$bin/host" threads 4 enroll:release
same "once per process" 2 "$(asked)"

identity release generation=2
: >"$dir/requests"
signs 'enroll:release?generation=1'
same "already renewed" 0 "$(asked)"

identity release renew-at=-60
backoff() {
    printf 'enroll-backoff=1\nclass=unreachable\nnext=%d\nend\n' \
        "$(($(date +%s) + $1))" >"$state/release/backoff"
    : >"$dir/requests"
    signs enroll:release
}
backoff 3600
same "later, says back-off" 0 "$(asked)"
backoff -1
same "back-off is over" 1 "$(asked)"
: >"$dir/requests"
: >"$state/release/lock"
tool "$bin/locked" "$state/release/lock" \
    openssl dgst -sha256 -sign enroll:release "$dir/mode" || fail "locked"
same "one runs already" 0 "$(asked)"
rm "$state/release/lock"
mkfifo "$state/release/lock"
signs enroll:release
rm "$state/release/lock"

# A hook that fails or dawdles takes nothing away.
for mode in crash garbage pending silent; do
    hook "$mode"
    signs enroll:release
    same "$mode" 1 "$(asked)"
    says_not . err
done
rm "$dir/hook"
signs enroll:release
says_not . err
cp "$here/fake-hook" "$dir/hook"

# A tool in a pipe is done when it is done, although the worker goes on.
hook worker
mkfifo "$dir/go"
printf '#!/bin/bash\nread -r <%q/go\necho done >%q/go\n' "$dir" "$dir" >"$dir/worker"
chmod +x "$dir/worker"
out=$(tool openssl dgst -sha256 -sign enroll:release "$dir/mode"; echo "status $?")
same "in a pipe" "status 0" "$out"
timeout 20 bash -c "echo >'$dir/go'; read -r word <'$dir/go'; [ \"\$word\" = done ]" ||
    fail "the worker did not outlive the tool"

if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
    hook hollow
    chmod 755 "$dir" && chmod 640 "$state"/release/generations/*/key.p8
    chmod 666 "$dir/requests" && : >"$dir/requests"
    works "somebody who may only read" setpriv --reuid 65534 --clear-groups \
        openssl pkey -in enroll:release -noout
    same "not theirs to renew" 0 "$(asked)"
    chmod 600 "$state"/release/generations/*/key.p8
    fails "may not read the key" setpriv --reuid 65534 --clear-groups \
        openssl pkey -in enroll:release -noout
    says '^enroll: release: .*key.p8.*' err
    same "not asked" 0 "$(asked)"
    works "may read the chain" setpriv --reuid 65534 --clear-groups \
        openssl storeutl -noout -certs enroll:release
fi
