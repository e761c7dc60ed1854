#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# An identity file whose own generation is at its end: the tool holds the old
# leaf already, so this run fails and the next one signs.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh"

# once WHAT PUBLISHED... : fails with the reason, then signs
once() {
    local what=$1
    shift
    hook ok release generation=9 "$@"
    cp -L "$state/release/identity.pem" "$dir/held.pem"
    signs_not "$dir/held.pem"
    refusal "release: this tool has read the certificate of generation 3, which can no longer be used; generation 9 is ready and the next run will sign: run the command again"
    same "$what: asked" 1 "$(asked)"
    says '^failed=3$' requests
    signs "$state/release/identity.pem"
    same "$what: not asked again" 1 "$(asked)"
    # A copy is never any good again, and nobody is asked about it.
    signs_not "$dir/held.pem"
    same "$what: copy" 1 "$(asked)"
}

for trouble in not-after=-60 refuse-at=-60 revoked=stolen damage=key; do
    rm -rf "$state"
    identity release generation=3 "$trouble"
    once "$trouble"
done

rm -rf "$state"
identity release generation=3 not-after=-60
once "reused key" key="$state/release/generations/0000000003/key.p8"

# While its generation is good, its key is what an old file gets.
rm -rf "$state"
hook crash
identity release generation=3
cp -L "$state/release/identity.pem" "$dir/held.pem"
identity release generation=4
signs "$dir/held.pem"
cp "$dir/out" "$dir/signature"
openssl x509 -in "$dir/held.pem" -noout -pubkey >"$dir/public"
works "the key of the leaf that was read" openssl dgst -sha256 \
    -verify "$dir/public" -signature "$dir/signature" "$ENROLL_SOURCE/LICENSE"
same "not asked" 0 "$(asked)"

rm -rf "$state/release/generations/0000000003"
signs_not "$dir/held.pem"
refusal "release: this tool has read the certificate of generation 3.*generation 4 is ready"
same "not asked" 0 "$(asked)"

rm -rf "$state"
identity release generation=3 not-after=-60
hook pending
signs_not "$state/release/identity.pem"
refusal "release: order 4711"
identity release generation=3 hold=why
hook ok release generation=9
signs_not "$state/release/identity.pem"
refusal "release: on hold"
same "hold: not asked" 0 "$(asked)"

# A generation that the hook can mend is as good as it was.
rm -rf "$state"
identity release generation=3 damage=key
hook ok release generation=3
signs "$state/release/identity.pem"
same "mended: asked" 1 "$(asked)"

if command -v osslsigncode >/dev/null && [ -f /usr/lib/shim/shimx64.efi ]; then
    rm -rf "$state"
    identity release generation=3 not-after=-60
    hook pending
    fails "osslsigncode" osslsigncode sign -in /usr/lib/shim/shimx64.efi \
        -certs "$state/release/identity.pem" \
        -key "$state/release/identity.pem" -out "$dir/never.efi"
    same "asked once" 1 "$(asked)"
    same "said once" 1 "$(grep -c '^enroll: ' "$dir/err")"
fi
