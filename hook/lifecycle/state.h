/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The folder of an identity, opened for writing, and what kind of disk it is
 * on. Readers use core/identity.h instead.
 */
#ifndef ENROLL_HOOK_LIFECYCLE_STATE_H
#define ENROLL_HOOK_LIFECYCLE_STATE_H

#include "hook/profile.h"

/*
 * STATE/PROFILE, made if need be, writable, and on a file system that may be
 * written (shared-state). 1 and *profile_fd, the caller's; or 0 and *problem,
 * of class policy with the roads that remain if it can't be written.
 */
int enroll_state_open(const struct enroll_profile *profile, int *profile_fd,
                      struct enroll_problem *problem);

/* 0 and *problem if what is ordered now would be forgotten (persistent). */
int enroll_state_remembers(const struct enroll_profile *profile, int profile_fd,
                           struct enroll_problem *problem);

#endif
