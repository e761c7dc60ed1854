/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An identity held for one command: its folder opened for writing and its lock
 * taken, with a deadline.
 */
#ifndef ENROLL_HOOK_LIFECYCLE_HOLD_H
#define ENROLL_HOOK_LIFECYCLE_HOLD_H

#include "hook/profile.h"

struct enroll_hold {
    int profile_fd;
    int lock_fd;
};

/*
 * Waits for whoever has it, at most a minute; one that only waits for an
 * approval stands back at once. 1, or 0 and *problem.
 */
int enroll_hold_take(const struct enroll_profile *profile,
                     struct enroll_hold *hold, struct enroll_problem *problem);
void enroll_hold_release(struct enroll_hold *hold);

#endif
