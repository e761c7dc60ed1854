/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When a certificate is due for renewal and when it is handed out no more.
 */
#ifndef ENROLL_HOOK_LIFECYCLE_TIMES_H
#define ENROLL_HOOK_LIFECYCLE_TIMES_H

#include <time.h>

#include "hook/profile.h"

#define ENROLL_JITTER_MAX 50 /* permille of the renewal window */

struct enroll_times {
    time_t not_before, not_after; /* in: inclusive */
    time_t issued;                /* in: when it was taken into use */
    long jitter;                  /* in: 0..ENROLL_JITTER_MAX, kept in facts */
    time_t renew_at, refuse_at;   /* out */
};

void enroll_times_derive(const struct enroll_profile *profile,
                         struct enroll_times *times);

/* A random jitter; farms with the same not-after must not come at once. */
long enroll_times_jitter(void);

#endif
