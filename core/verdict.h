/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What may change while a generation stays, written by the hook and read by
 * the provider, which so needs neither configuration nor a look outside.
 *
 *   STATE/PROFILE/verdict    record "enroll-verdict"
 *       generation           the one that renew-at and refuse-at speak of
 *       renew-at, refuse-at  seconds since the epoch
 *       renew-by             signer, timer or agent
 *       valid-from           not-before less what clocks may differ
 *       check-at             when to look next whether it is revoked; 0: never
 *       check-noted          when that was written, by the clock of then
 *       hold                 a reason: nothing is handed out
 *       revoked.NUMBER       a reason: that generation is never handed out
 *       config-sha256        of the profile they were derived from
 *     and for the hook alone (hook/lifecycle/verdict.h):
 *       compromised.NUMBER   spki-sha256 of a key that others have
 *       checked-at, check, check-failures
 *                            when revocation was last known, what is, and how
 *                            often in a row nobody could be asked
 *       hint.NUMBER          when the manager wants it renewed
 *   STATE/PROFILE/backoff    record "enroll-backoff"
 *       class, kind, line    the last failure (hook/lifecycle/backoff.h)
 *       since, next          seconds since the epoch
 *       noted                when that was written, likewise
 *       failures             how many in a row
 */
#ifndef ENROLL_CORE_VERDICT_H
#define ENROLL_CORE_VERDICT_H

#include "core/generation.h"

struct enroll_verdict {
    time_t renew_at, refuse_at;
    time_t valid_from;
    time_t check_at;    /* 0: never */
    time_t check_noted; /* when that was written */
    enum enroll_renew_by renew_by;
    char hold[256];    /* "" : none */
    char revoked[256]; /* "" : not revoked */
};

/*
 * The verdict on generation: what its own facts say, and what the verdict file
 * says beyond. 1, or 0 and *problem: a verdict that can't be read is an error,
 * it may say "revoked".
 */
int enroll_verdict_load(int profile_fd,
                        const struct enroll_generation *generation,
                        struct enroll_verdict *verdict,
                        struct enroll_problem *problem);

/*
 * When the next try may be made; 0: now, there is no back-off to keep, or none
 * that counts: it was written by a clock that was ahead of now.
 */
time_t enroll_backoff_next(int profile_fd, time_t now);

#endif
