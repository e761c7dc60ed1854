/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An order that was sent and never answered: finds out whether it was taken,
 * or says what a person has to look at. Called by steps.c; orders nothing.
 */
#include "hook/lifecycle/work.h"

#include <string.h>
#include <time.h>

#include <openssl/crypto.h>

#include "hook/lifecycle/date.h"
#include "hook/lifecycle/intent.h"
#include "hook/lifecycle/pause.h"

/* So long a manager may take to make up its mind about an order it has. */
#define SETTLE_SECONDS 10

/* A doubt in words a person can act upon. */
static void say_doubt(const struct enroll_work *work,
                      const struct enroll_record *intent,
                      struct enroll_problem *problem)
{
    const char *name = work->profile->name;
    char since[ENROLL_DATE_TEXT];
    long posted = 0;

    enroll_record_get_long(intent, "posted", &posted);
    enroll_problem_set(
        problem, ENROLL_UNREACHABLE,
        "%s: nobody knows whether the order sent on %s was taken (%.400s); "
        "nothing is ordered again: look at the manager for our id %s, then "
        "run enroll-hook resolve %s --adopt ID, or --abandon",
        name, enroll_date_text((time_t)posted, since),
        enroll_order_words(work->profile, problem),
        enroll_record_get(intent, "client-order-id"), name);
}

/*
 * Asks whether the order was taken. A manager that has not heard of it may
 * still be reading it, so "no" counts only after a while.
 */
static enum enroll_lookup_result look_up(struct enroll_work *work,
                                         const struct enroll_record *intent,
                                         char **id,
                                         struct enroll_problem *problem)
{
    const char *ours = enroll_record_get(intent, "client-order-id");
    enum enroll_lookup_result result = ENROLL_LOOKUP_IMPOSSIBLE;
    long posted = 0;

    enroll_problem_set(problem, ENROLL_NOT_USABLE,
                       "this manager can't be asked");
    enroll_record_get_long(intent, "posted", &posted);
    for (int tries = 0; work->protocol->lookup != NULL; tries++) {
        enroll_order_allow(work, ENROLL_ANSWER_MS);
        result = work->protocol->lookup(work->session, ours, id, problem);
        enroll_order_note_retry(work);
        if (result != ENROLL_LOOKUP_KNOWN || *id != NULL ||
            time(NULL) - (time_t)posted >= SETTLE_SECONDS ||
            tries >= 2 * SETTLE_SECONDS)
            break;
        enroll_pause_ms(1000);
    }
    return result;
}

/* What the manager said of it, as far as it could be asked. */
static enum enroll_placed ask(struct enroll_work *work,
                              struct enroll_record **intent,
                              struct enroll_problem *problem)
{
    enum enroll_placed placed = ENROLL_PLACED_DOUBT;
    char *id = NULL;

    enroll_work_say(work, "finding out whether the order was taken");
    if (look_up(work, *intent, &id, problem) == ENROLL_LOOKUP_KNOWN) {
        if (id != NULL)
            placed = enroll_order_keep(work, *intent, id, problem);
        else if (enroll_order_take_back(work, intent, problem))
            placed = ENROLL_PLACED_REFUSED;
    }
    OPENSSL_free(id);
    return placed;
}

enum enroll_step enroll_doubt_step(struct enroll_work *work,
                                   struct enroll_record **intent,
                                   struct enroll_problem *problem)
{
    enum enroll_placed placed = ENROLL_PLACED_DOUBT;

    /* Once a run: what broke off twice is better left alone for a while. */
    if (work->doubts++ == 0)
        placed = ask(work, intent, problem);
    switch (placed) {
    case ENROLL_PLACED:
    case ENROLL_PLACED_REFUSED: return ENROLL_STEP_ON;
    case ENROLL_PLACED_DOUBT: say_doubt(work, *intent, problem); break;
    case ENROLL_PLACED_UNNOTED: break;
    }
    return ENROLL_STEP_END;
}
