/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The timed look outside: are the certificates that could still be handed out
 * revoked, and when does the manager want them renewed? What nobody can tell
 * never stops a certificate that is good otherwise.
 */
#ifndef ENROLL_HOOK_LIFECYCLE_REVOCATION_H
#define ENROLL_HOOK_LIFECYCLE_REVOCATION_H

#include "hook/profile.h"

/*
 * Looks, under the lock; the caller found that it is due. When to look next is
 * durable before anybody is asked, so that signers do not each start it. 1 if
 * something was found to be revoked.
 */
int enroll_revocation_look(const struct enroll_profile *profile,
                           int profile_fd);

/*
 * 0 if generation number is revoked and the profile leaves what follows to a
 * person (on-revoked = hold); adds that to *problem, which tells where the
 * identity stands.
 */
int enroll_revocation_may_order(const struct enroll_profile *profile,
                                int profile_fd, unsigned long number,
                                struct enroll_problem *problem);
/* The same of the newest one, where an older one is current since. */
int enroll_revocation_newest_may_order(const struct enroll_profile *profile,
                                       int profile_fd,
                                       struct enroll_problem *problem);

/*
 * Has that generation handed out no more, durably; and if its key is
 * compromised, every other one with that key.
 */
int enroll_revocation_stop(int profile_fd,
                           const struct enroll_generation *generation,
                           const char *reason, int compromised,
                           struct enroll_problem *problem);

#endif
