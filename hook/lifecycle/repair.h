/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Setting a damaged generation aside and going back to one that is good.
 */
#ifndef ENROLL_HOOK_LIFECYCLE_REPAIR_H
#define ENROLL_HOOK_LIFECYCLE_REPAIR_H

#include "hook/profile.h"

/*
 * Renames generation *number (0: none) to generations/damaged-NUMBER, where the
 * record "enroll-damage" in the file `reason` then has `found` and `why`, which
 * is *problem's line. Points `current` to the newest other one that is intact
 * and usable; *number is that, or 0 if there is none and a new certificate is
 * needed. Under the lock.
 */
int enroll_repair(const struct enroll_profile *profile, int profile_fd,
                  unsigned long *number, struct enroll_problem *problem);

#endif
