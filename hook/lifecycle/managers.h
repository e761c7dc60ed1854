/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The managers of a profile: the first, and those that stand in for it
 * (fallback). STATE/PROFILE/managers is a record "enroll-managers" of how each
 * was met with, by its url:
 *
 *   url.N, failures.N, since.N, probed.N, line.N
 *                 how often in a row it could not be reached, since when, when
 *                 it was last asked whether it is back, the last words
 *   used          url of the one that took the last order
 *   clock         seconds by which the manager's clock is ahead of ours
 *   hint-off      until then the manager is not asked when to renew
 *
 * Under the identity's lock, but for loading. Losing it loses no order.
 */
#ifndef ENROLL_HOOK_LIFECYCLE_MANAGERS_H
#define ENROLL_HOOK_LIFECYCLE_MANAGERS_H

#include <time.h>

#include "core/record.h"
#include "hook/profile.h"

struct enroll_manager {
    const struct enroll_profile *profile; /* with its keys */
    long failures;                        /* unreachable, in a row */
    time_t since;                         /* the first of these */
    time_t probed;                        /* the last probe; 0: none */
    char line[400];                       /* the last failure */
    int used;                             /* took the last order */
};

struct enroll_managers {
    size_t count;
    struct enroll_manager at[ENROLL_MANAGERS_MAX];
    long ahead; /* the manager's clock; 0: agrees, as far as is known */
    time_t hint_off;
};

/* Never fails: what can't be read is as if it had never been. */
void enroll_managers_load(const struct enroll_profile *profile, int profile_fd,
                          struct enroll_managers *managers);
int enroll_managers_save(int profile_fd, const struct enroll_managers *managers,
                         struct enroll_problem *problem);

/* The i-th, 0 being the first: the profile with its keys. */
const struct enroll_profile *enroll_manager_at(
    const struct enroll_profile *profile, size_t i);

/* "the first manager", "backup"; for people. */
const char *enroll_manager_name(const struct enroll_profile *manager);

/* The same as the line manager-name has it: "" for the first. */
const char *enroll_manager_key(const struct enroll_profile *manager);

/*
 * The one that an intent or the facts of a generation came from, by the lines
 * manager-name and url; the first for a record without url; NULL: it is
 * configured no more.
 */
const struct enroll_profile *enroll_manager_of(
    const struct enroll_profile *profile, const struct enroll_record *record);

/* 1 if so many failures that the next one is to be tried. */
int enroll_manager_is_away(const struct enroll_manager *manager);

/* The first that is not away; count if all are. Pure. */
size_t enroll_managers_choose(const struct enroll_managers *managers);

/*
 * 1 if the clocks differ by more than the profile tolerates, and text says so:
 * "this machine's clock is 2d behind the manager's; have it set".
 */
#define ENROLL_CLOCK_TEXT 128
int enroll_clock_differs(const struct enroll_profile *profile, long ahead,
                         char text[ENROLL_CLOCK_TEXT]);

/* Notes that, or that they agree; written where it is news only. */
void enroll_clock_keep(const struct enroll_profile *profile, int profile_fd,
                       long ahead);

#endif
