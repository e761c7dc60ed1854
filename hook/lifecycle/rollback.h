/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Going back to an earlier generation because a person says so. What was left
 * bears a mark in the verdict, so that a repair prefers others:
 *
 *   rolled-back.NUMBER   when, seconds since the epoch
 */
#ifndef ENROLL_HOOK_LIFECYCLE_ROLLBACK_H
#define ENROLL_HOOK_LIFECYCLE_ROLLBACK_H

#include <time.h>

#include "hook/profile.h"

/*
 * Makes generation `to` the current one (0: the newest earlier one that can be
 * delivered), a key of its own in steps (stages.h). *number: the one it is
 * now; *left: the one that was. Under the lock; 0 and *problem with what would
 * work.
 */
int enroll_rollback(const struct enroll_profile *profile, int profile_fd,
                    unsigned long to, unsigned long *number,
                    unsigned long *left, struct enroll_problem *problem);

/* When that generation was left; 0: it was not. Takes no lock. */
time_t enroll_rolled_back(int profile_fd, unsigned long number);

#endif
