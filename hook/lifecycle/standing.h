/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where an identity stands: what core/identity.h says, and whether the
 * generation is intact and what would help. Reads only.
 */
#ifndef ENROLL_HOOK_LIFECYCLE_STANDING_H
#define ENROLL_HOOK_LIFECYCLE_STANDING_H

#include "core/identity.h"
#include "hook/profile.h"

enum enroll_stands {
    ENROLL_STANDS_GOOD,    /* usable */
    ENROLL_STANDS_DUE,     /* usable, renewal is due */
    ENROLL_STANDS_NEEDY,   /* none, expired, revoked, running out */
    ENROLL_STANDS_DAMAGED, /* the current generation is not as written */
    ENROLL_STANDS_BLOCKED  /* a new certificate would not help */
};

struct enroll_standing {
    enum enroll_stands stands;
    unsigned long number;     /* of the current generation, or 0 */
    time_t issued, not_after; /* of that; 0: there is none */
    time_t emergency_at;      /* likewise; see times.h */
    int deliverable;          /* asked for no more than the profile wants */
    int urgent;               /* not that, or not for long: emergency */
    int check_due; /* usable; it is time to look whether it is revoked */
    int complete;  /* identity.pem is there, the verdict is up to date */
};

/*
 * failed: a generation that a caller could not use, or 0; it is looked at more
 * closely. *problem is filled unless it stands GOOD or DUE; its line names the
 * profile.
 */
void enroll_standing_find(const struct enroll_profile *profile, int profile_fd,
                          long min_remaining, unsigned long failed,
                          struct enroll_standing *standing,
                          struct enroll_problem *problem);

/* 1 if the generation's files are as they were written. */
int enroll_generation_intact(const struct enroll_generation *generation,
                             struct enroll_problem *problem);

/* 1 if it stands so that a tool may be given it. */
int enroll_stands_usable(enum enroll_stands stands);

/*
 * 0 and *problem (class policy) if no certificate this manager is known to
 * issue could be valid for so long as a tool asks. The profile's own reserve
 * gives way to a short life (times.c), and must not keep it from renewal.
 */
int enroll_standing_reachable(const struct enroll_profile *profile,
                              const struct enroll_standing *standing,
                              long min_remaining,
                              struct enroll_problem *problem);

#endif
