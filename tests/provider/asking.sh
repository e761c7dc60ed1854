#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What stands in the way of a delivery, and whether the hook is asked about it.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh"
conf "wait = 20s"

# fresh : no state, and a hook that would publish generation 9
fresh() {
    rm -rf "$state"
    hook ok release generation=9
}

fresh
signs enroll:release
same "asked once" 1 "$(asked)"
says '^op=ready$' requests
says '^profile=release$' requests
says '^wait=20$' requests
says "^config=$dir/enroll.conf$" requests
says "^state=$state$" requests
says_not '^min-remaining=|^failed=' requests
says '^answer$' arguments
signs enroll:release
same "not asked again" 1 "$(asked)"
says_not . err

fresh
mkdir "$state"
signs enroll:release
same "state is there, profile is not" 1 "$(asked)"

for trouble in not-after=-60 refuse-at=-60 revoked=stolen; do
    fresh
    identity release generation=3 "$trouble"
    signs enroll:release
    same "$trouble: asked" 1 "$(asked)"
    says_not '^failed=' requests
done

fresh
identity release generation=3 not-after=7200
signs enroll:release
same "long enough" 0 "$(asked)"
signs 'enroll:release?min-remaining=12h'
same "not long enough" 1 "$(asked)"
says '^min-remaining=43200$' requests

for part in facts chain key; do
    fresh
    identity release generation=3 damage=$part
    works "$part damaged" openssl storeutl -noout enroll:release
    same "all of the new one" "Pkey Certificate Certificate " "$(kinds)"
    same "$part damaged: asked" 1 "$(asked)"
    says '^failed=3$' requests
done
fresh
identity release generation=3 damage=current
signs enroll:release
same "current damaged: asked" 1 "$(asked)"

fresh
identity release generation=3 damage=chain
works "damage that doesn't matter" openssl storeutl -noout -keys enroll:release
same "not asked" 0 "$(asked)"

fresh
hook hollow
identity release generation=3 damage=verdict
signs_not enroll:release
refusal "release: the file 'verdict' is damaged.*; unless it tells of a hold or a revocation, remove it"
same "verdict damaged: asked" 1 "$(asked)"

# Nobody but a person can help.
refuses_alone() {
    signs_not enroll:release
    refusal "$1"
    same "$1: not asked" 0 "$(asked)"
}
fresh
identity release hold="see ticket"
refuses_alone "release: on hold \(see ticket\); see: enroll-hook status release"
fresh
identity release not-before=3600
refuses_alone "release: .*not valid before .*; check this machine's clock"
fresh
identity release
chmod g+w "$state/release"
refuses_alone "release: .*can be written by other users.*; run: chmod go-w"
chmod g-w "$state/release"
chmod g+w "$state"
refuses_alone "release: .*can be written by other users.*; run: chmod go-w"
chmod g-w "$state"
for name in release/generations release/generations/0000000001 \
    release/generations/0000000001/facts release/generations/0000000001/key.p8; do
    chmod g+w "$state/$name"
    refuses_alone "release: .*; run: chmod go-w '$state/$name'"
    chmod g-w "$state/$name"
done
mv "$state" "$dir/moved"
ln -s "$dir/moved" "$state"
signs enroll:release
rm "$state"
mkdir "$state"
ln -s "$dir/moved/release" "$state/release"
refuses_alone "release: .*it is a symbolic link"
fresh
identity release
sed -i 's/^default = standard$//' "$OPENSSL_CONF"
refuses_alone "release: this process has no SHA-256 .*; activate the default provider"
conf "config = enroll.conf"
fresh
signs_not enroll:release
refusal "release: the configuration 'enroll.conf' \\(from openssl.cnf or option\\) is not an absolute path"
conf "state = link"
refuses_alone "release: the state folder 'link' is not an absolute path"
conf "wait = 20s"

# Asking does not help: the hook's word, else the judge's.
fresh
hook pending
signs_not enroll:release
refusal "release: order 4711 waits for approval since Monday; ask your RAO"
says ":request pending approval:" err
hook pending
fails "a store that was not read to its end" openssl storeutl enroll:release
refusal "release: order 4711"
fresh
hook hollow
identity release not-after=-60
signs_not enroll:release
refusal "release: the certificate expired on .*; run: enroll-hook renew release"
fresh
hook hollow
signs_not enroll:release
refusal "release: there is no certificate yet in $state; run: enroll-hook ready"

# After a failure no tool waits for ever, and none asks twice.
for command in "openssl cms -sign -in $dir/mode -signer enroll:release" \
    "openssl storeutl -noout enroll:release" \
    "openssl pkey -in enroll:release -noout" \
    "$bin/host retry enroll:release"; do
    fresh
    hook pending
    read -ra words <<<"$command"
    tool "${words[@]}"
    [ $? -lt 124 ] || fail "$command hangs"
    same "$command: asked once" 1 "$(asked)"
    same "$command: said once" 1 "$(grep -c '^enroll: ' "$dir/err")"
done

fresh
hook talkative release generation=9
signs enroll:release
says_not 'order placed' err
if command -v script >/dev/null; then
    fresh
    hook talkative release generation=9
    tool script -qec \
        "openssl dgst -sha256 -sign enroll:release -out /dev/null $dir/mode" \
        /dev/null
    says 'enroll: order placed' out
    # As much of it as fits a line, and nothing that a terminal would obey.
    fresh
    hook verbose release generation=9
    tool script -qec \
        "openssl dgst -sha256 -sign enroll:release -out /dev/null $dir/mode" \
        /dev/null
    says '^enroll:  x{500}' out
    says_not $'\e|.{1100}' out
fi
