#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Everybody else: nothing of theirs changes because we are there.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh"
identity release

works "list" openssl list -providers -verbose
says 'enroll provider' out
says_not . err
works "stores" openssl list -store-loaders
says 'enroll @ enroll' out
works "decoders" openssl list -decoders
says 'DER @ enroll' out

ordinary() {
    works "genpkey RSA" openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024
    works "genpkey EC" openssl genpkey -algorithm EC -pkeyopt group:P-256 -out "$dir/k"
    works "ecparam" openssl ecparam -genkey -name P-256
    works "req" openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 \
        -nodes -keyout "$dir/k" -subj /CN=x -out "$dir/c"
    works "sign" openssl dgst -sha256 -sign "$dir/k" "$dir/c"
    works "verify" openssl verify -CAfile "$dir/c" "$dir/c"
    works "pkcs12" openssl pkcs12 -export -inkey "$dir/k" -in "$dir/c" \
        -passout pass:x -out "$dir/p12"
    works "pkcs12 read" openssl storeutl -noout -passin pass:x "$dir/p12"
    says_not enroll err
    signs enroll:release
}
ordinary
sed -i 's/^default = default$//; s/^enroll = enroll$/&\ndefault = standard/' "$OPENSSL_CONF"
ordinary
conf

tool env ENROLL_ACTIVE=1 openssl storeutl -noout enroll:release &&
    fail "not inert inside the hook"
tool env ENROLL_ACTIVE=1 openssl list -store-loaders
says_not 'enroll @' out
tool env ENROLL_ACTIVE=1 openssl pkey -in "$state/release/identity.pem" -noout &&
    fail "the decoder is not inert inside the hook"
says_not '^enroll:' err

# Registered only: nothing is loaded until a tool asks for it.
sed -i '/^\[enroll\]/,$s/^activate = 1$//' "$OPENSSL_CONF"
works "not loaded" openssl list -providers
says_not enroll out
works "by name" openssl storeutl -noout -provider enroll -provider default \
    enroll:release

# By bare path there is no section: the defaults and the environment serve.
works "by path" env OPENSSL_CONF=/dev/null ENROLL_STATE="$state" openssl storeutl \
    -noout -provider-path "$ENROLL_BUILD/provider" -provider enroll \
    -provider default enroll:release
same "by path" "Pkey Certificate Certificate " "$(kinds)"

# The debug log: events, no secrets, and no file that others laid out for us.
conf "debug = $dir/log"
signs enroll:release
grep -q 'release: generation 1 delivered, key' "$dir/log" || fail "no event"
same "log's mode" 600 "$(stat -c %a "$dir/log")"
ln -s "$dir/elsewhere" "$dir/planted"
conf "debug = $dir/planted"
signs enroll:release
[ ! -e "$dir/elsewhere" ] || fail "the log follows links"
conf
works "by environment" env ENROLL_DEBUG=stderr openssl pkey -in enroll:release -noout
says '^enroll: release: generation 1 delivered' err
