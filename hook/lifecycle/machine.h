/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The states that an identity's folder can be in while a certificate is being
 * got, told from disk alone, and what may follow upon what:
 *
 *              begin               post               answer
 *      ┌─────► PREPARED ─────────► POSTED ──────────► ORDERED ◄┐ pending
 *      │          │  ▲               │ │  certainly      │ │ └──┘
 *      │      csr │  └───────────────┘ │  taken          │ │
 *      │          ▼    certainly not   │ set aside,      │ │ collected,
 *    IDLE ◄── BY_HAND  taken           │ abandoned       │ │ reviewed,
 *      ▲ ▲        │                    │                 │ │ published
 *      │ │ import ▼                    │                 │ ▼
 *      │ └──── LEFTOVER ◄──────────────┼─────────────────┼─┘
 *      │  tidy                         │                 │ dead, set aside
 *      └───────────────────────────────┴─────────────────┘
 *
 * In a stable state nothing is at stake: a process may be killed there, or
 * nobody come for a year. A transient one is what a process leaves behind that
 * was killed, or lost its manager, between two stable ones; the next run
 * finishes what was begun, or falls back to the state before it.
 */
#ifndef ENROLL_HOOK_LIFECYCLE_MACHINE_H
#define ENROLL_HOOK_LIFECYCLE_MACHINE_H

#include "core/problem.h"
#include "core/record.h"

enum enroll_state {
    ENROLL_STATE_IDLE,     /* nothing is under way */
    ENROLL_STATE_PREPARED, /* intent: key, request, our id; nothing sent */
    ENROLL_STATE_BY_HAND,  /* intent: a person carries it to and fro */
    ENROLL_STATE_POSTED,   /* sent, and no answer noted: a doubt */
    ENROLL_STATE_ORDERED,  /* the manager has it, under a number we know */
    ENROLL_STATE_LEFTOVER, /* all done but tidying, or a key without intent */
    ENROLL_STATE_DAMAGED   /* the intent can't be read */
};
#define ENROLL_STATE_COUNT (ENROLL_STATE_DAMAGED + 1)

struct enroll_state_row {
    enum enroll_state state;
    const char *name; /* in status --json */
    int stable;
    enum enroll_state back; /* what it falls back to, given up or cut short */
    unsigned int next;      /* bits (1 << state) that may follow */
    const char *run;        /* what the next run does */
};

/* The row of the table. */
const struct enroll_state_row *enroll_machine_row(enum enroll_state state);

/* 1 if `to` may follow upon `from`, or is the same. */
int enroll_machine_may(enum enroll_state from, enum enroll_state to);

/* The same; 0 and *problem (class internal): nothing must be written. */
int enroll_machine_check(enum enroll_state from, enum enroll_state to,
                         struct enroll_problem *problem);

/* What an intent (NULL: none) says by itself. */
enum enroll_state enroll_machine_of(const struct enroll_record *intent);

/*
 * The state on disk. *intent is the caller's (enroll_record_free) and NULL
 * where there is none; *problem is filled for DAMAGED. Takes no lock.
 */
enum enroll_state enroll_machine_look(int profile_fd,
                                      struct enroll_record **intent,
                                      struct enroll_problem *problem);

#endif
