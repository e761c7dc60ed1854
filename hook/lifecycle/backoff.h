/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Failures that are remembered, so that a farm of builds does not hammer a
 * manager that is down or has said no. STATE/PROFILE/backoff (core/verdict.h),
 * and beyond what readers need:
 *
 *   kind           what the delay goes by, see below
 *   contacted      1: a manager was asked; foreground tries wait too
 *   config-sha256  of the profile as it was; another one starts afresh
 */
#ifndef ENROLL_HOOK_LIFECYCLE_BACKOFF_H
#define ENROLL_HOOK_LIFECYCLE_BACKOFF_H

#include <time.h>

#include "hook/profile.h"

/* Finer than the exit codes, which are a contract. */
enum enroll_kind {
    ENROLL_KIND_UNREACHABLE,
    ENROLL_KIND_THROTTLED,
    ENROLL_KIND_REJECTED,       /* also: delivers what was not ordered */
    ENROLL_KIND_AUTHENTICATION, /* 401, 403, invalid_client */
    ENROLL_KIND_PENDING,
    ENROLL_KIND_POLICY,
    ENROLL_KIND_CONFIGURATION, /* the manager is not what the profile says */
    ENROLL_KIND_TOKEN,         /* the key's */
    ENROLL_KIND_LOCAL          /* this machine: disk, memory, clock, secret */
};
#define ENROLL_KIND_COUNT (ENROLL_KIND_LOCAL + 1)

const char *enroll_kind_name(enum enroll_kind kind);

/* One failed try, and what surrounds it. */
struct enroll_failure {
    const struct enroll_problem *problem;
    int contacted;       /* the manager was asked */
    int unauthorized;    /* and did not accept who we are */
    long retry_after;    /* seconds it asked for, or 0 */
    time_t frees;        /* before then no try can succeed; 0: not known */
    time_t emergency_at; /* of what is usable; 0: nothing is */
};

enum enroll_kind enroll_kind_of(const struct enroll_failure *failure);

struct enroll_backoff {
    struct enroll_problem last;
    enum enroll_kind kind;
    time_t since, next;
    time_t noted; /* when that was written */
    long failures;
    int contacted;
    int same_config; /* as the profile's now */
};

/* 1 if there is one that can be read. Takes no lock. */
int enroll_backoff_load(const struct enroll_profile *profile, int profile_fd,
                        struct enroll_backoff *backoff);

/*
 * 1 if a try may be made now; 0 and the last failure with when the next try
 * will be made. A background try keeps every back-off, a foreground one only
 * that of a manager that was asked, not one that merely waits for a person. A
 * file with the secret or with certificates that was changed since ends it.
 */
int enroll_backoff_allows(const struct enroll_profile *profile, int profile_fd,
                          time_t now, int background,
                          struct enroll_problem *problem);

int enroll_backoff_note(const struct enroll_profile *profile, int profile_fd,
                        const struct enroll_failure *failure, time_t now,
                        struct enroll_problem *problem);
int enroll_backoff_clear(int profile_fd, struct enroll_problem *problem);

/* Seconds until the next try, without jitter, outside the emergency. */
long enroll_backoff_delay(enum enroll_kind kind, long failures,
                          long retry_after);

/*
 * When the next try is, with the random part (0..255), so that a simulation can
 * run what really runs. In the emergency, and for what heals by itself also
 * with nothing usable, soon: after a minute, or the hour that a refusal and a
 * Retry-After are good for.
 */
time_t enroll_backoff_at(const struct enroll_failure *failure, long failures,
                         unsigned char random, time_t now);

#endif
