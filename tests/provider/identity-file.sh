#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The reference block: tools that open only files, and everybody else's files.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh"

identity release generation=7 key=rsa root="$dir/root.pem"
file=$state/release/identity.pem
works "key" openssl pkey -in "$file" -noout
works "file store" openssl storeutl -noout "$file"
same "key and chain" "Pkey Certificate Certificate " "$(kinds)"
cat "$file" "$dir/root.pem" >"$dir/copy.pem"
works "what follows is not swallowed" openssl storeutl -noout "$dir/copy.pem"
same "and the root" "Pkey Certificate Certificate Certificate " "$(kinds)"
{
    sed -n '/BEGIN CERT/,$p' "$file"
    sed '/BEGIN CERT/,$d' "$file"
} >"$dir/copy.pem"
works "reference last" openssl storeutl -noout "$dir/copy.pem"
same "chain and key" "Certificate Certificate Pkey " "$(kinds)"
works "key behind certificates" openssl pkey -in "$dir/copy.pem" -noout

# Public parts alone are not ours.
works "certificate" openssl x509 -in "$file" -noout

damage() {
    sed "$1" "$file" >"$dir/damaged.pem"
    fails "$1" openssl pkey -in "$dir/damaged.pem" -noout
    says "^enroll: .*block in this file is damaged: .*; use the identity.pem" err
    says ":error:.*:enroll:.*is damaged" err
}
damage '2s/./A/'
damage '2d'
damage '/END ENROLL/d'
sed '/BEGIN CERT/,$d' "$file" | sed '/END/d' >"$dir/damaged.pem"
fails "truncated" openssl pkey -in "$dir/damaged.pem" -noout
says "is damaged" err

# Other people's files, read as if we were not there.
openssl genpkey -algorithm EC -pkeyopt group:P-256 -out "$dir/ec.pem"
openssl pkcs8 -topk8 -in "$dir/ec.pem" -passout pass:x -out "$dir/encrypted.pem"
openssl pkey -in "$dir/ec.pem" -pubout -out "$dir/public.pem"
openssl pkey -in "$dir/ec.pem" -outform DER -out "$dir/ec.der"
{
    echo "some text"
    cat "$dir/ec.pem"
    printf -- '-----BEGIN FOREIGN THING-----\nAAAA\n-----END FOREIGN THING-----\n'
    cat "$dir/root.pem"
} >"$dir/mixed.pem"
head -c 200000 /dev/urandom >"$dir/noise"
printf -- '-----BEGIN NEVER ENDED-----\nAAAA' >"$dir/unended.pem"
: >"$dir/empty"
for name in ec.pem encrypted.pem public.pem ec.der mixed.pem noise unended.pem \
    empty root.pem; do
    for conf in "$OPENSSL_CONF" /dev/null; do
        tool env OPENSSL_CONF="$conf" openssl storeutl -passin pass:x \
            "$dir/$name"
        echo "$? $(sed 's/^[0-9A-F]*:error/error/' "$dir/err")" >>"$dir/out"
        cp "$dir/out" "$dir/${conf//\//_}.seen"
    done
    cmp -s "$dir/_dev_null.seen" "$dir/${OPENSSL_CONF//\//_}.seen" ||
        fail "$name reads differently with us about"
done
works "queue stays clean" "$bin/host" quiet "$dir/ec.pem" "$dir/mixed.pem"

if command -v osslsigncode >/dev/null && [ -f /usr/lib/shim/shimx64.efi ]; then
    works "osslsigncode" osslsigncode sign -certs "$file" -key "$file" \
        -in /usr/lib/shim/shimx64.efi -out "$dir/signed.efi"
    works "verified" osslsigncode verify -CAfile "$dir/root.pem" \
        -in "$dir/signed.efi"
    identity ec generation=3 root="$dir/root.pem"
    works "osslsigncode, EC" osslsigncode sign -in /usr/lib/shim/shimx64.efi \
        -certs "$state/ec/identity.pem" -key "$state/ec/identity.pem" \
        -out "$dir/signed-ec.efi"
    works "verified, EC" osslsigncode verify -CAfile "$dir/root.pem" \
        -in "$dir/signed-ec.efi"

    # 2.10 and later open everything as a store.
    version=$(osslsigncode --version | sed -n 's/^osslsigncode \([0-9]*\.[0-9]*\).*/\1/p')
    if [ "$(printf '2.10\n%s\n' "$version" | sort -V | head -n 1)" = 2.10 ]; then
        for words in "-pkcs12 enroll:ec" "-key enroll:ec -certs enroll:ec" \
            "-key enroll://ec -certs $state/ec/identity.pem" \
            "-pkcs12 $state/ec/identity.pem"; do
            rm -f "$dir/signed-uri.efi"
            read -ra options <<<"$words"
            works "$words" osslsigncode sign "${options[@]}" \
                -in /usr/lib/shim/shimx64.efi -out "$dir/signed-uri.efi"
            works "$words verified" osslsigncode verify \
                -CAfile "$dir/root.pem" -in "$dir/signed-uri.efi"
        done
        hook pending
        identity ec not-after=-60
        fails "refused" osslsigncode sign -pkcs12 enroll:ec \
            -in /usr/lib/shim/shimx64.efi -out "$dir/never.efi"
        says 'enroll: ec: order 4711' err
        [ ! -e "$dir/never.efi" ] || fail "a file was written"
    fi
fi
