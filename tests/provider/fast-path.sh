#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A usable identity costs a few reads: no socket, no process, no lock.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh"
need strace
[ -z "${ENROLL_PRELOAD:-}" ] || skip "the sanitizers make system calls"
identity release

strace -f -o "$dir/trace" -e 'trace=%network,%process,flock,fcntl,link,unlink' \
    openssl pkey -in enroll:release -noout 2>"$dir/err" || skip "strace may not trace"
: >"$dir/out"
says_not 'socket|connect|fork|clone|vfork|flock|LCK|link' trace
same "programs" 1 "$(grep -c execve "$dir/trace")"

strace -o "$dir/trace" openssl pkey -in "$state/release/identity.pem" -noout
opened=$(grep -c "openat(.*\(facts\|key.p8\|verdict\|chain.der\)" "$dir/trace")
same "files read" 3 "$opened"
says_not 'chain.der|enroll.conf' trace
# Everything is opened so that no child of the host inherits it.
sed -n '/O_PATH/,$p' "$dir/trace" | grep 'openat(' | grep -v CLOEXEC >"$dir/out"
same "descriptors that would be inherited" "" \
    "$(grep -oE '"(state|release|generations|[0-9]{10}|facts|verdict|key.p8)"' "$dir/out")"
