/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can be done with an identity. Every call brings it from one stable
 * state on disk to another or leaves it as it was; machine.h draws the states.
 * A run that finds an intent takes it up, whoever left it.
 */
#ifndef ENROLL_HOOK_LIFECYCLE_LIFECYCLE_H
#define ENROLL_HOOK_LIFECYCLE_LIFECYCLE_H

#include "core/identity.h"
#include "hook/profile.h"

/* Called with one human line at each change of state; may be NULL. */
typedef void enroll_progress_fn(void *context, const char *line);

struct enroll_ready {
    long min_remaining;   /* seconds, -1: none */
    unsigned long failed; /* a generation the caller could not use, or 0 */
    int force;            /* renew although nothing is due; no back-off */
    int due;              /* renew inside the window, don't merely deliver */
    int maintenance;      /* begin only in a maintenance window */
    long wait;            /* seconds */
    enroll_progress_fn *progress;
    void *context;
};

/*
 * Makes the profile usable: answers at once where it is, otherwise enrolls or
 * renews, or waits for the process that is at it. The order itself is placed
 * by a detached worker process that outlives the caller. 1 and *generation, or
 * 0 and *problem.
 */
int enroll_lifecycle_ready(const struct enroll_profile *profile,
                           const struct enroll_ready *ready,
                           unsigned long *generation,
                           struct enroll_problem *problem);

/* Starts a renewal in the background unless one runs; returns at once. */
int enroll_lifecycle_renew_in_background(const struct enroll_profile *profile,
                                         struct enroll_problem *problem);

#endif
