#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Key and chain by URI: what, in which order, and nothing else.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh"

identity release generation=7 intermediates=2 root="$dir/root.pem"
chain=$state/release/current/identity.pem

works "all" openssl storeutl -noout enroll:release
same "order" "Pkey Certificate Certificate Certificate " "$(kinds)"
works "certificates" openssl storeutl -certs enroll:release
grep -v '^[0-9T]' "$dir/out" >"$dir/delivered"
openssl storeutl -certs "$chain" 2>/dev/null | grep -v '^[0-9T]' >"$dir/written"
cmp -s "$dir/delivered" "$dir/written" || fail "another chain than written"
works "keys" openssl storeutl -noout -keys enroll:release
same "keys only" "Pkey " "$(kinds)"
works "CRLs" openssl storeutl -noout -crls enroll:release
same "nothing to offer" "" "$(kinds)"
works "chain only" openssl storeutl -noout 'enroll:release?part=chain'
same "intermediates" "Certificate Certificate " "$(kinds)"
works "no key in a chain" openssl storeutl -noout -keys 'enroll:release?part=chain'
same "no key" "" "$(kinds)"
says_not enroll err

for uri in enroll:release enroll://release ENROLL:release Enroll://release/ \
    'enroll:release?min-remaining=1h' 'enroll:release?generation=7'; do
    signs "$uri"
done

works "public key" openssl x509 -in "$chain" -noout -pubkey
cp "$dir/out" "$dir/public"
signs enroll:release
cp "$dir/out" "$dir/signature"
works "the leaf's key" openssl dgst -sha256 -verify "$dir/public" \
    -signature "$dir/signature" "$ENROLL_SOURCE/LICENSE"

works "CMS" openssl cms -sign -binary -in "$ENROLL_SOURCE/LICENSE" -outform DER \
    -signer enroll:release -inkey enroll:release -out "$dir/cms"
works "CMS with intermediates" openssl cms -sign -binary -outform DER \
    -in "$ENROLL_SOURCE/LICENSE" -signer enroll:release -inkey enroll:release \
    -certfile 'enroll:release?part=chain' -out "$dir/cms"
works "CMS verified" openssl cms -verify -binary -inform DER -in "$dir/cms" \
    -content "$ENROLL_SOURCE/LICENSE" -CAfile "$dir/root.pem" -purpose any
works "S/MIME" openssl smime -sign -in "$ENROLL_SOURCE/LICENSE" \
    -signer enroll:release -inkey enroll:release
works "request" openssl req -new -key enroll:release -subj /CN=x
works "properties" openssl pkey -in enroll:release -noout -propquery '?provider=default'

identity single generation=1 intermediates=0
works "a leaf alone" openssl storeutl -noout enroll:single
same "leaf" "Pkey Certificate " "$(kinds)"
works "no intermediates" openssl storeutl -noout 'enroll:single?part=chain'
same "none" "" "$(kinds)"

identity rsa key=rsa
signs enroll:rsa

identity token custody=pkcs11
works "certificates of a token" openssl storeutl -noout -certs enroll:token
same "certificates" "Certificate Certificate " "$(kinds)"
signs_not enroll:token
refusal "token: its key is held by 'pkcs11'.*; sign with"
same "hook asked" 0 "$(asked)"

# Bad URIs are refused, and not taken for another scheme's.
for uri in enroll: enroll:a..b enroll:default 'enroll:release?part=leaf' \
    'enroll:release?min-remaining=soon' 'enroll:release?unknown=1'; do
    signs_not "$uri"
    says "^enroll: .*cannot be understood" err
    says ":error:.*:enroll:.*cannot be understood" err
done
