/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The generations of an identity that are still there, good and bad, gathered
 * from disk alone.
 */
#ifndef ENROLL_HOOK_REPORT_HISTORY_H
#define ENROLL_HOOK_REPORT_HISTORY_H

#include <stdio.h>

#include "core/identity.h"
#include "hook/lifecycle/key_history.h"

struct enroll_history_entry {
    unsigned long number;
    int current;
    int aside;                     /* a folder damaged-NUMBER */
    const char *state;             /* as in status; "damaged", "unreadable" */
    struct enroll_look look;       /* look.generation may be NULL */
    struct enroll_key_history key; /* of that */
    time_t rolled_back;            /* 0: it was not */
    struct enroll_problem problem; /* where it can't be used */
};

struct enroll_history {
    const struct enroll_profile *profile;
    size_t count;
    struct enroll_history_entry *entries; /* newest first */
};

/* 1, or 0 and *problem; that there are none yet is no problem. */
int enroll_history_find(const struct enroll_profile *profile,
                        struct enroll_history *history,
                        struct enroll_problem *problem);
void enroll_history_clear(struct enroll_history *history);

void enroll_history_print(FILE *out, const struct enroll_history *history,
                          time_t now);

/*
 * {"version":1,"profile":NAME,"keep":N,"generations":[...]}, newest first; as
 * stable as the document of status. 1, or 0 (memory).
 */
int enroll_history_json(FILE *out, const struct enroll_history *history);

#endif
