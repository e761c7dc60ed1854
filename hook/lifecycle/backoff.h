/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Failures that are remembered, so that a farm of builds does not hammer a
 * manager that is down or has said no. STATE/PROFILE/backoff (core/verdict.h),
 * and beyond what readers need:
 *
 *   contacted      1: a manager was asked; foreground tries wait too
 *   config-sha256  of the profile as it was; another one starts afresh
 */
#ifndef ENROLL_HOOK_LIFECYCLE_BACKOFF_H
#define ENROLL_HOOK_LIFECYCLE_BACKOFF_H

#include <time.h>

#include "hook/profile.h"

struct enroll_backoff {
    struct enroll_problem last;
    time_t since, next;
    time_t noted; /* when that was written */
    long failures;
    int contacted;
    int same_config; /* as the profile's now */
};

/* 1 if there is one that can be read. Takes no lock. */
int enroll_backoff_load(const struct enroll_profile *profile, int profile_fd,
                        struct enroll_backoff *backoff);

/*
 * 1 if a try may be made now; 0 and the last failure with when the next try
 * will be made. A background try keeps every back-off, a foreground one only
 * that of a manager that was asked and is not merely waiting for a person.
 */
int enroll_backoff_allows(const struct enroll_profile *profile, int profile_fd,
                          time_t now, int background,
                          struct enroll_problem *problem);

/* retry_after: seconds the manager asked for, or 0. */
int enroll_backoff_note(const struct enroll_profile *profile, int profile_fd,
                        const struct enroll_problem *last, int contacted,
                        long retry_after, time_t now,
                        struct enroll_problem *problem);
int enroll_backoff_clear(int profile_fd, struct enroll_problem *problem);

/* Seconds until the next try, without jitter. */
long enroll_backoff_delay(enum enroll_class class, long failures,
                          long retry_after);

#endif
