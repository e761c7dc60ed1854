/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing STATE/PROFILE/verdict (core/verdict.h). Under the identity's lock.
 */
#ifndef ENROLL_HOOK_LIFECYCLE_VERDICT_H
#define ENROLL_HOOK_LIFECYCLE_VERDICT_H

#include "core/verdict.h"
#include "hook/profile.h"

/* 1 if the verdict was derived from this configuration. Takes no lock. */
int enroll_verdict_fresh(const struct enroll_profile *profile, int profile_fd,
                         const struct enroll_generation *generation);

/* Derives the times anew; hold and revocations stay as they are. */
int enroll_verdict_derive(const struct enroll_profile *profile, int profile_fd,
                          const struct enroll_generation *generation,
                          struct enroll_problem *problem);

/* Never hand that generation out again. */
int enroll_verdict_revoke(int profile_fd, unsigned long number,
                          const char *reason, struct enroll_problem *problem);

/* 1 if that generation is revoked, or nobody can tell. */
int enroll_verdict_revoked(int profile_fd, unsigned long number);

#endif
