/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When the manager would have a certificate renewed.
 */
#ifndef ENROLL_HOOK_LIFECYCLE_HINT_H
#define ENROLL_HOOK_LIFECYCLE_HINT_H

#include "hook/profile.h"

/*
 * Asks the manager that issued generation and keeps the answer in the verdict
 * (hint.NUMBER). One that does not know the question is not asked again for a
 * day; nobody is told of failures. Under the lock.
 */
void enroll_hint_fetch(const struct enroll_profile *profile, int profile_fd,
                       const struct enroll_generation *generation);

#endif
