/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What there is to know of an identity, gathered from disk without asking
 * anybody, and its two forms: for people and for programs.
 */
#ifndef ENROLL_HOOK_REPORT_STATUS_H
#define ENROLL_HOOK_REPORT_STATUS_H

#include <stdio.h>

#include "core/identity.h"
#include "core/publishing.h"
#include "hook/lifecycle/backoff.h"
#include "hook/lifecycle/key_history.h"
#include "hook/lifecycle/managers.h"
#include "hook/lifecycle/verdict.h"
#include "hook/lifecycle/machine.h"
#include "hook/lifecycle/times.h"

struct enroll_status {
    const char *name;          /* of the profile */
    const char *state;         /* a word, see below */
    int usable;                /* a tool would be given it */
    int working;               /* a process is at it now */
    struct enroll_look look;   /* look.generation may be NULL */
    struct enroll_times times; /* of that */
    time_t opens; /* the next maintenance window; 0: there are none */
    struct enroll_key_history key;       /* of look.generation */
    struct enroll_publishing publishing; /* to 0: none is under way */
    unsigned long rolled_back_from;      /* a later one; 0: none */
    struct enroll_problem problem;       /* where not usable */
    enum enroll_state request;           /* see machine.h */
    struct enroll_record *intent;        /* of the request, or NULL */
    int failed;                          /* back-off counts */
    struct enroll_backoff backoff;
    struct enroll_managers managers; /* count 0: none */
    char clock[ENROLL_CLOCK_TEXT];   /* a warning, or "" */
    int checked;                     /* check counts */
    int unchecked; /* ... and it has been too long since it was known */
    struct enroll_check check;
};

/* The word for it, as in state below. */
const char *enroll_usability_word(enum enroll_usability usability);

/*
 * state is one of: usable, renewal-due, missing, running-out, expired,
 * revoked, not-yet-valid, held, damaged, misconfigured, unreadable.
 */
void enroll_status_find(const struct enroll_profile *profile,
                        struct enroll_status *status);
/* For a profile that could not be read. */
void enroll_status_misconfigured(const char *name,
                                 const struct enroll_problem *problem,
                                 struct enroll_status *status);
void enroll_status_clear(struct enroll_status *status);

void enroll_status_print(FILE *out, const struct enroll_status *status,
                         time_t now);

/*
 * One JSON document: {"version":1,"profiles":[...]}. Times are RFC 3339 in
 * UTC. Names and meanings stay; new names may appear. 1, or 0 (memory).
 */
int enroll_status_json(FILE *out, const struct enroll_status *list,
                       size_t count);

#endif
