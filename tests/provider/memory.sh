#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# No leak, no stray access, under valgrind.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh"
need valgrind
[ -z "${ENROLL_PRELOAD:-}" ] || skip "valgrind and the sanitizers exclude each other"
case $(valgrind -q "$bin/locked" 2>&1) in
*'unhandled dwarf'*) skip "this valgrind does not read what this compiler writes" ;;
esac
conf "wait = 60s"
identity release

check() {
    works "$1" valgrind -q --error-exitcode=99 --leak-check=full \
        --errors-for-leak-kinds=definite "${@:2}"
}
check "store" openssl storeutl -noout enroll:release
check "identity file" openssl pkey -in "$state/release/identity.pem" -noout
hook pending
tool valgrind -q --error-exitcode=99 --leak-check=full \
    --errors-for-leak-kinds=definite openssl pkey -in enroll:other -noout
same "failing" 1 $?
rm -rf "$state"
hook ok release
check "asking" openssl storeutl -noout enroll:release
# libcrypto's own lazy beginnings are races to helgrind; none may be ours.
works "threads" valgrind -q --tool=helgrind "$bin/host" threads 4 enroll:release
says_not ' at 0x.*\((ask|block|decoder|error|handout|object|pin|provider|renewal|settings|store|view)\.c:' err
