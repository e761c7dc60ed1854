# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: Apache-2.0
# What the experiments share. One sources it first, instead of tests/lib.sh:
#
#   . "$ENROLL_SOURCE/tests/faults/lib.sh"
#
# ENROLL_FAULTS=sample (default) does as much as fits into a minute, full does
# everything; see README.md.
. "$ENROLL_SOURCE/tests/lib.sh"

ENROLL_FAULTS=${ENROLL_FAULTS:-sample}
case $ENROLL_FAULTS in
    sample | full) ;;
    *) fail "ENROLL_FAULTS=$ENROLL_FAULTS: it is sample or full" ;;
esac

# mawk reads a few octets too many, which the sanitizer runtime would not have.
awk() {
    env -u LD_PRELOAD awk "$@"
}

full() {
    [ "$ENROLL_FAULTS" = full ]
}

# by_mode SAMPLE FULL: a figure that depends on the mode
by_mode() {
    if full; then echo "$2"; else echo "$1"; fi
}

# measured WORDS VALUE: a figure for the page of results. WORDS have no colon.
measured() {
    [[ $1 != *:* ]] || fail "measured: a colon in '$1'"
    printf 'measured: %s: %s\n' "$1" "$2"
}

# left_out WHAT REASON: a part that could not be tried here. The experiment
# goes on, but its row will not simply say "passed".
left_out() {
    printf 'left out: %s: %s\n' "$1" "$2"
}

# every STEP OFFSET: of the lines of stdin every STEPth, from OFFSET on; all of
# them in full mode.
every() {
    if full; then cat; else awk -v s="$1" -v o="$2" 'NR % s == o % s'; fi
}

TOGETHER=$ENROLL_BUILD/tests/faults/faults-together
INJECT=$ENROLL_BUILD/tests/faults/faults-inject

need_inject() {
    "$INJECT" --below "$WORK" true 2>inject.err || {
        cat inject.err >&2
        skip 'processes can not be traced here'
    }
}
