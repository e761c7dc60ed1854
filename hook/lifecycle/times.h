/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When a certificate is due for renewal and when it is handed out no more:
 *
 *   issued ......... planned ......... emergency ......... refuse  not-after
 *                    │◄──── renew, later by jitter ───────────────────►│
 *   lead-time moves planned and emergency to the left, min-remaining refuse and
 *   emergency; a hint may move planned to the left, maintenance windows move
 *   what is effective to the right, at most to the emergency.
 *
 * Whatever a manager issues: from issued to planned at least a third of what is
 * left of the certificate passes, or for a hint of its lifetime or a day, so
 * that nothing here can make orders without end.
 */
#ifndef ENROLL_HOOK_LIFECYCLE_TIMES_H
#define ENROLL_HOOK_LIFECYCLE_TIMES_H

#include <time.h>

#include "hook/profile.h"

#define ENROLL_JITTER_MAX 1000000L /* millionths of `spread` */

struct enroll_times {
    time_t not_before, not_after; /* in: inclusive */
    time_t issued;                /* in: when it was taken into use */
    time_t hint;                  /* in: the manager would renew then; or 0 */
    long jitter;                  /* in: 0..ENROLL_JITTER_MAX, kept in facts */
    time_t renew_at;              /* out: planned */
    time_t emergency_at, refuse_at; /* out; renew_at <= emergency_at */
};

void enroll_times_derive(const struct enroll_profile *profile,
                         struct enroll_times *times);

/* Fills in what a generation's facts say; the hint is 0. */
void enroll_times_read(const struct enroll_generation *generation,
                       struct enroll_times *times);

/*
 * When a renewal may really begin: renew_at, moved to the next maintenance
 * window that opens then or from `now` on, at most to emergency_at.
 */
time_t enroll_times_effective(const struct enroll_profile *profile,
                              const struct enroll_times *times, time_t now);

/* A random jitter; farms with the same not-after must not come at once. */
long enroll_times_jitter(void);

#endif
