/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How old a key is, how many certificates it has had, and whose it is; from
 * the facts of the generations that are there (encode.h).
 */
#ifndef ENROLL_HOOK_LIFECYCLE_KEY_HISTORY_H
#define ENROLL_HOOK_LIFECYCLE_KEY_HISTORY_H

#include <time.h>

#include <openssl/evp.h>

#include "core/generation.h"
#include "hook/profile.h"

struct enroll_key_history {
    time_t created; /* or the earliest it is known of */
    long uses;      /* certificates enrolled with it */
};

/* spki-sha256 as facts have it; 1, or 0. */
int enroll_key_digest(const EVP_PKEY *key, char hex[ENROLL_SHA256_HEX]);

/*
 * What is known of the key with that digest, not counting the certificate with
 * leaf-sha256 leaf (NULL: counting all). 0: it was never seen here.
 */
int enroll_key_history_find(int profile_fd, const char *spki, const char *leaf,
                            struct enroll_key_history *history);

/* Of the generation's key; also where an older version wrote it. */
void enroll_key_history_of(int profile_fd,
                           const struct enroll_generation *generation,
                           struct enroll_key_history *history);

/*
 * 0 and *problem (class policy) if another profile of the same state folder
 * has that key: a revocation there would take this one down too.
 */
int enroll_key_unshared(const struct enroll_profile *profile,
                        const EVP_PKEY *key, struct enroll_problem *problem);

#endif
