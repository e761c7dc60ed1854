/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A command that changes an identity by hand: with its folder open for writing
 * and its lock taken.
 */
#ifndef ENROLL_HOOK_COMMAND_HELD_H
#define ENROLL_HOOK_COMMAND_HELD_H

#include "core/exit.h"
#include "hook/profile.h"

/* 1, or 0 and *problem. */
typedef int enroll_held_fn(const struct enroll_profile *profile, int profile_fd,
                           void *context, struct enroll_problem *problem);

/* Takes the identity, runs, lets go, and has reported what went wrong. */
enum enroll_class enroll_held_run(const struct enroll_profile *profile,
                                  enroll_held_fn *run, void *context);

#endif
