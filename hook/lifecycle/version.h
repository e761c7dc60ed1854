/* SPDX-License-Identifier: Apache-2.0 */
/*
 * State that a newer version of this software wrote.
 */
#ifndef ENROLL_HOOK_LIFECYCLE_VERSION_H
#define ENROLL_HOOK_LIFECYCLE_VERSION_H

#include "core/problem.h"

/*
 * 0 and *problem (class configuration) if any record of the identity is of a
 * version that this program does not know. Nothing of it may be written then,
 * and nothing ordered. Damage passes: others deal with that.
 */
int enroll_version_ok(int profile_fd, struct enroll_problem *problem);

#endif
