/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Making reviewed certificates the current generation.
 */
#ifndef ENROLL_HOOK_LIFECYCLE_PUBLISH_H
#define ENROLL_HOOK_LIFECYCLE_PUBLISH_H

#include <openssl/x509.h>

#include "hook/custody/custody.h"

#define ENROLL_GENERATIONS_KEPT   5
#define ENROLL_GENERATIONS_LISTED 64 /* enough to look through */

struct enroll_publication {
    const struct enroll_profile *profile;
    int profile_fd;
    const struct enroll_custody *custody;
    struct enroll_custody_key *key;
    const STACK_OF(X509) * chain;       /* leaf, then intermediates */
    const char *review;                 /* "ok", or "ok; WARNING; ..." */
    const struct enroll_record *intent; /* it comes from, or NULL */
};

/*
 * Writes a generation, reads it back and moves `current` to it; the verdict is
 * derived anew and old generations go. 1 and *number; or 0 and *problem with
 * what was current still current.
 */
int enroll_publish(const struct enroll_publication *publication,
                   unsigned long *number, struct enroll_problem *problem);

/*
 * Points `current` (and identity.pem) to a generation that is there, and
 * derives the verdict.
 */
int enroll_publish_current(const struct enroll_profile *profile, int profile_fd,
                           unsigned long number,
                           struct enroll_problem *problem);

/* The numbers of the generations that are there, newest first; their count. */
size_t enroll_generations_list(int profile_fd, unsigned long *numbers,
                               size_t max);

#endif
