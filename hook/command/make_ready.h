/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What sign and run do first: have the profile usable, and say on a terminal
 * what is being waited for.
 */
#ifndef ENROLL_HOOK_COMMAND_MAKE_READY_H
#define ENROLL_HOOK_COMMAND_MAKE_READY_H

#include "hook/profile.h"

/* Waits as long as the profile's wait. 1 and *generation, or 0 and *problem. */
int enroll_make_ready(const struct enroll_profile *profile,
                      unsigned long *generation,
                      struct enroll_problem *problem);

#endif
