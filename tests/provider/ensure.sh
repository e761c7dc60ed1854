#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# `ensure` makes an identity ready before the tool opens its certificate file,
# in the programs it names and nowhere else.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh"
conf "wait = 20s" "ensure = release"
file=$state/release/identity.pem

# as NAME COMMAND... : openssl under another name
as() {
    local name=$1
    shift
    # shellcheck disable=SC2016
    tool bash -c 'name=$1; shift; exec -a "$name" openssl "$@"' bash "$name" "$@"
}

hook ok release
as sbsign pkey -in "$file" -noout || fail "the first run"
same "asked" 1 "$(asked)"
says '^op=ready$' requests
as sbsign pkey -in "$file" -noout || fail "the second run"
same "nothing due" 1 "$(asked)"
says_not . err

rm -rf "$state"
hook ok release
as openssl version || fail "openssl version"
as mkimages version || fail "mkimages"
same "not theirs" 0 "$(asked)"
tool env ENROLL_ACTIVE=1 bash -c 'exec -a sbsign openssl version' || fail "hook"
same "inside the hook" 0 "$(asked)"

conf "wait = 20s" "ensure = release" "ensure-for = one, openssl"
as openssl pkey -in "$file" -noout || fail "named in ensure-for"
same "asked" 1 "$(asked)"
rm -rf "$state"
hook ok release
as sbsign version || fail "sbsign"
same "the list replaces the standard one" 0 "$(asked)"

conf "wait = 20s" "ensure = release"
identity release generation=3 not-after=-60
hook ok release generation=4
as sbsign pkey -in "$file" -noout || fail "expired"
same "expired: asked" 1 "$(asked)"

# Whatever comes of it the tool goes on; nobody says or asks it twice.
rm -rf "$state"
identity release generation=3 not-after=-60
hook pending
as sbsign version || fail "a failure stops the tool"
says '^enroll: release: order 4711' err
: >"$dir/requests"
as sbsign pkey -in "$file" -noout && fail "expired, and signs"
same "asked once" 1 "$(asked)"
refusal "release: order 4711"
identity release generation=3 hold=why
: >"$dir/requests"
as sbsign pkey -in "$file" -noout && fail "on hold, and signs"
same "hold: not asked" 0 "$(asked)"
refusal "release: on hold"
for mode in crash garbage; do
    hook "$mode"
    rm -rf "$state"
    as sbsign version || fail "$mode stops the tool"
    says '^enroll: release: ' err
done
conf "ensure = no/name"
as sbsign version || fail "a bad name stops the tool"
says "^enroll: ensure = no/name in openssl.cnf is no profile's name; write the name of a profile" err
