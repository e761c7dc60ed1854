/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One piece of work on an identity, from whatever state it is in to a usable
 * generation or a reason why not. The caller holds the identity's lock.
 */
#ifndef ENROLL_HOOK_LIFECYCLE_WORK_H
#define ENROLL_HOOK_LIFECYCLE_WORK_H

#include "hook/lifecycle/lifecycle.h"
#include "hook/lifecycle/machine.h"
#include "hook/protocol/protocol.h"

struct enroll_work {
    const struct enroll_profile *profile;
    int profile_fd;
    const struct enroll_ready *ready; /* what is wanted, whom to tell */
    int background;                   /* keeps every back-off */
    unsigned long outdated; /* the generation as the caller began, or 0 */
    long long wait_end;     /* CLOCK_MONOTONIC milliseconds */

    /* inner */
    const struct enroll_profile *manager; /* the profile with its keys */
    const struct enroll_protocol *protocol;
    struct enroll_session *session;
    int contacted;           /* the manager was asked for something */
    long retry_after;        /* seconds, as it last said */
    long long sent;          /* the same: an order in this run; 0: none */
    long long since;         /* CLOCK_MONOTONIC milliseconds: the first step */
    int tries;               /* times that placing the order was refused */
    int doubts;              /* met in this run */
    time_t frees;            /* before then no order may be placed; or 0 */
    int urgent;              /* see standing.h */
    time_t emergency_at;     /* of what is usable; 0: nothing is */
    time_t issued;           /* of the current generation, or 0 */
    int placed;              /* in this run */
    unsigned long published; /* the generation that came of it, or 0 */
};

/* 1 and *generation, or 0 and *problem; failures are written to back-off. */
int enroll_work_run(struct enroll_work *work, unsigned long *generation,
                    struct enroll_problem *problem);

/* One line of progress to whoever waits. */
void enroll_work_say(const struct enroll_work *work, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* steps.c */

enum enroll_step {
    ENROLL_STEP_ON, /* look again: there is more to do */
    ENROLL_STEP_END /* work->published, or *problem */
};

/*
 * One step from that state; intent as enroll_machine_look gave it, and may be
 * replaced.
 */
enum enroll_step enroll_step(struct enroll_work *work, enum enroll_state state,
                             struct enroll_record **intent,
                             struct enroll_problem *problem);

/* doubt.c */

/*
 * One step from POSTED: ON with the order's number noted, or with the intent
 * as it was before the order; END and *problem while nobody knows.
 */
enum enroll_step enroll_doubt_step(struct enroll_work *work,
                                   struct enroll_record **intent,
                                   struct enroll_problem *problem);

/* failover.c */

/*
 * Chooses the manager for a PREPARED intent, which is noted in it, durably. 1,
 * or 0 and *problem.
 */
int enroll_failover_begin(struct enroll_work *work,
                          struct enroll_record *intent,
                          struct enroll_problem *problem);
/*
 * The order was refused. 1 if that was a manager that could not be reached
 * often enough, and another one is to be tried now.
 */
int enroll_failover_next(struct enroll_work *work, struct enroll_record *intent,
                         const struct enroll_problem *failure);
/* The manager in use could be reached. */
void enroll_failover_answered(struct enroll_work *work);

/* Notes by how much the manager's clock differs, and says so. */
void enroll_clock_note(struct enroll_work *work);
/* Adds that to *problem. */
void enroll_clock_explain(const struct enroll_work *work,
                          struct enroll_problem *problem);

/* order.c */

/* 0 and *problem if the profile names no manager. */
int enroll_order_possible(const struct enroll_profile *profile,
                          struct enroll_problem *problem);

/* 0 and *problem if max-orders allows no other now; work->frees says when. */
int enroll_order_affordable(struct enroll_work *work,
                            struct enroll_problem *problem);

/* Opens the session with the manager that the intent names. */
int enroll_order_open(struct enroll_work *work,
                      const struct enroll_record *intent,
                      struct enroll_problem *problem);
void enroll_order_close(struct enroll_work *work);

enum enroll_placed {
    ENROLL_PLACED,         /* the intent has its order */
    ENROLL_PLACED_REFUSED, /* certainly not taken; *problem */
    ENROLL_PLACED_DOUBT,   /* nobody knows; *problem */
    ENROLL_PLACED_UNNOTED  /* taken, but the disk failed; *problem */
};

/* Sends the order of a PREPARED intent, which may be replaced. */
enum enroll_placed enroll_order_post(struct enroll_work *work,
                                     struct enroll_record **intent,
                                     struct enroll_problem *problem);

#define ENROLL_ANSWER_MS 20000LL /* at least so long for any answer */

/* For doubt.c: what an exchange with the manager consists of. */
void enroll_order_allow(struct enroll_work *work, long long milliseconds);
void enroll_order_note_retry(struct enroll_work *work);
/* Notes the manager's number: PLACED or UNNOTED. */
enum enroll_placed enroll_order_keep(struct enroll_work *work,
                                     struct enroll_record *intent,
                                     const char *id,
                                     struct enroll_problem *problem);
/* Certainly not taken: the intent is as before, and it cost nothing. */
int enroll_order_take_back(struct enroll_work *work,
                           struct enroll_record **intent,
                           struct enroll_problem *problem);
/* The words in *problem without the profile's name in front. */
const char *enroll_order_words(const struct enroll_profile *profile,
                               const struct enroll_problem *problem);

/*
 * The certificates of the intent's order, asking again while it is pending
 * until the caller's wait is over.
 */
enum enroll_collect_result enroll_order_collect(
    struct enroll_work *work, const struct enroll_record *intent,
    STACK_OF(X509) * *certificates, struct enroll_problem *problem);

/*
 * Turns what *problem says into class pending, with the request's number,
 * since when it waits and what to do.
 */
void enroll_order_pending(const struct enroll_profile *profile,
                          const struct enroll_record *intent,
                          struct enroll_problem *problem);

#endif
