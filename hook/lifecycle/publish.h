/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Making reviewed certificates the current generation.
 */
#ifndef ENROLL_HOOK_LIFECYCLE_PUBLISH_H
#define ENROLL_HOOK_LIFECYCLE_PUBLISH_H

#include <openssl/x509.h>

#include "hook/custody/custody.h"

#define ENROLL_GENERATIONS_LISTED 128 /* enough to look through */

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
 * Writes a generation, reads it back and makes it the current one, a new key
 * in steps (stages.h); the verdict is derived anew and old generations go. Ends
 * an earlier publication first, which may take twice the profile's overlap. 1
 * and *number; or 0 and *problem with what was current still current.
 */
int enroll_publish(const struct enroll_publication *publication,
                   unsigned long *number, struct enroll_problem *problem);

/* One that was set aside as damaged. */
struct enroll_aside {
    unsigned long number;
    char folder[64]; /* generations/damaged-... */
};

/* Those that are there; their count. */
size_t enroll_generations_aside(int profile_fd, struct enroll_aside *aside,
                                size_t max);

/* The numbers of the generations that are there, newest first; their count. */
size_t enroll_generations_list(int profile_fd, unsigned long *numbers,
                               size_t max);

#endif
