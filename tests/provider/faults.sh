#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A hook that is not there or not well: one clear line each, and no waiting
# beyond the deadline. And what a hook is given.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh"

refuses() {
    signs_not "enroll:release$2"
    refusal "release: $1"
}

rm "$dir/hook"
refuses "$dir/hook cannot be started: no such file; reinstall or set hook = in openssl.cnf" ""
: >"$dir/hook"
refuses "$dir/hook cannot be started: Permission denied; reinstall" ""
cat "$here/fake-hook" >"$dir/hook" && chmod +x "$dir/hook"
conf "hook = fake-hook"
refuses "hook = fake-hook in openssl.cnf is not an absolute path" ""
conf "wait = 5 minutes"
refuses "wait = 5 minutes in openssl.cnf is not a duration: write" ""

conf "wait = 20s"
hook crash
refuses "enroll-hook ended without an answer; run: enroll-hook ready release" ""
hook deaf
refuses "enroll-hook ended without an answer" ""
for mode in garbage partial huge classless chatter; do
    hook "$mode"
    refuses "enroll-hook gave an answer that makes no sense; check hook =" ""
done
hook wordless
refuses "enroll-hook failed \(rejected\) and gave no reason" ""
says ":rejected by the manager:" err

# Nobody waits for ever, and nothing is left behind.
conf "wait = 0"
for mode in silent stubborn; do
    hook "$mode"
    refuses "no answer from enroll-hook within [0-9]*s; see: enroll-hook status release, or raise wait" ""
    kill -0 "$(cat "$dir/pid")" 2>/dev/null && fail "the $mode hook still runs"
done

# What it is given: an allow-list, and nothing of the host's else.
conf "wait = 20s" "pass-env = CHOSEN, PREFIX_*"
hook ok release
export CHOSEN=1 PREFIX_A=1 OTHER=1 PASSWORD=1 LC_ALL=C.UTF-8 https_proxy=p
exec 7<"$ENROLL_SOURCE/LICENSE"
signs enroll:release
exec 7<&-
for name in CHOSEN PREFIX_A LC_ALL https_proxy ENROLL_SECRET_MAKE HOME \
    ENROLL_ACTIVE=1 OPENSSL_CONF=/dev/null; do
    says "^$name" environment
done
says '^PATH=/usr/local/sbin' environment
says_not '^(OTHER|PASSWORD|LD_PRELOAD)' environment
says_not LICENSE descriptors
says '^socket:' descriptors
rm -rf "$state"
hook ok release
tool bash -c "openssl pkey -in enroll:release -noout 2>&-" || fail "without stderr"
says '^/dev/null$' descriptors
