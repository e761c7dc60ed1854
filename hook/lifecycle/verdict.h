/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing STATE/PROFILE/verdict (core/verdict.h). Under the identity's lock.
 */
#ifndef ENROLL_HOOK_LIFECYCLE_VERDICT_H
#define ENROLL_HOOK_LIFECYCLE_VERDICT_H

#include <openssl/evp.h>

#include "core/verdict.h"
#include "hook/lifecycle/times.h"
#include "hook/profile.h"

/* 1 if the verdict was derived from this configuration. Takes no lock. */
int enroll_verdict_fresh(const struct enroll_profile *profile, int profile_fd,
                         const struct enroll_generation *generation);

/*
 * All times of a generation, with the manager's hint (hint.NUMBER in the
 * verdict, seconds since the epoch). Takes no lock.
 */
void enroll_verdict_times(const struct enroll_profile *profile, int profile_fd,
                          const struct enroll_generation *generation,
                          struct enroll_times *times);

/* What is known of the current generation's revocation. */
struct enroll_check {
    time_t checked_at; /* when it was last known; 0: never */
    time_t check_at;   /* when to look next; 0: never */
    long failures;     /* in a row since then */
    char line[400];    /* "good (OCSP)", or why nobody knows */
};

/* 1, or 0 where there is no such check. Takes no lock. */
int enroll_verdict_check(int profile_fd, struct enroll_check *check);
int enroll_verdict_checked(int profile_fd, const struct enroll_check *check,
                           struct enroll_problem *problem);

/* When the manager wants that generation renewed; 0: it has no wish. */
int enroll_verdict_hint(int profile_fd, unsigned long number, time_t renew_at,
                        struct enroll_problem *problem);

/* The verdict there is, or an empty one; and its way back, if complete. */
int enroll_verdict_read(int profile_fd, struct enroll_record **record,
                        struct enroll_problem *problem);
int enroll_verdict_write(int profile_fd, const struct enroll_record *record,
                         int complete, struct enroll_problem *problem);

/* Derives the times anew; hold and revocations stay as they are. */
int enroll_verdict_derive(const struct enroll_profile *profile, int profile_fd,
                          const struct enroll_generation *generation,
                          struct enroll_problem *problem);

/*
 * Never hand that generation out again. compromised: the spki-sha256 of its
 * key if others have that, else NULL; kept as compromised.NUMBER, so that it
 * outlives the generation.
 */
int enroll_verdict_revoke(int profile_fd, unsigned long number,
                          const char *reason, const char *compromised,
                          struct enroll_problem *problem);

/* 0 and *problem if the key is one that was revoked as compromised. */
int enroll_verdict_key_ok(const struct enroll_profile *profile, int profile_fd,
                          const EVP_PKEY *key, struct enroll_problem *problem);

/*
 * 0 and *problem if a new certificate would be of no use: there is a hold, or
 * nobody can tell.
 */
int enroll_verdict_open(int profile_fd, struct enroll_problem *problem);

/* 1 if that generation is revoked, or nobody can tell. */
int enroll_verdict_revoked(int profile_fd, unsigned long number);

#endif
