/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An order that was sent and never answered: finds out whether it was taken.
 * Where nobody can be asked it says what a person has to look at, and holds;
 * only in an emergency, and once, it is set aside for a new order. Called by
 * steps.c; orders nothing itself.
 */
#include "hook/lifecycle/work.h"

#include <stdio.h>
#include <time.h>

#include <openssl/crypto.h>

#include "core/wire.h"
#include "hook/lifecycle/budget.h"
#include "hook/lifecycle/date.h"
#include "hook/lifecycle/intent.h"
#include "hook/lifecycle/pause.h"

/* So long a manager may take to make up its mind about an order it has. */
#define SETTLE_SECONDS 10

/*
 * By the clock on the wall only where another run sent it: that one may have
 * been set meanwhile.
 */
static int settled(const struct enroll_work *work, time_t posted)
{
    if (work->sent != 0)
        return enroll_monotonic_ms() - work->sent >= SETTLE_SECONDS * 1000LL;
    return time(NULL) - posted >= SETTLE_SECONDS;
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
            settled(work, (time_t)posted) || tries >= 2 * SETTLE_SECONDS)
            break;
        enroll_pause_ms(1000);
    }
    return result;
}

/* What is known of an order that nobody knows enough of. */
struct doubt {
    time_t posted, due; /* it may be ordered once more from then on */
    enum enroll_lookup_result asked;
    int before;    /* doubts that were set aside for the same need */
    char why[400]; /* it could not be found out */
};

static void find_out(struct enroll_work *work, struct enroll_record *intent,
                     struct doubt *doubt)
{
    struct enroll_problem unnoted;
    time_t now = time(NULL);
    long posted = 0;

    enroll_record_get_long(intent, "posted", &posted);
    /* By a clock that was ahead: not to be waited for. */
    if ((time_t)posted > now) {
        if (!enroll_intent_posted(work->profile_fd, intent, now, &unnoted))
            enroll_work_say(work, "%s", unnoted.line);
        posted = (long)now;
    }
    doubt->posted = (time_t)posted;
    doubt->due = doubt->posted + work->profile->doubt_wait;
    doubt->before =
        enroll_intent_doubts(work->profile_fd, intent, work->issued);
}

/*
 * One new order, where it would otherwise be a release that fails: nobody can
 * be asked, time enough has passed, and there was no doubt before it in the
 * same need. The profile may forbid it.
 */
static int may_reorder(const struct enroll_work *work,
                       const struct doubt *doubt,
                       struct enroll_problem *problem)
{
    time_t now = time(NULL);

    return doubt->asked == ENROLL_LOOKUP_IMPOSSIBLE && work->urgent &&
           !work->profile->hold_doubts && doubt->before == 0 &&
           now >= doubt->due &&
           enroll_budget_allows(work->profile, work->profile_fd, now, problem);
}

/* What happens next, if nobody does anything. */
static const char *say_next(const struct enroll_work *work,
                            const struct doubt *doubt, char text[160])
{
    char date[ENROLL_DATE_TEXT];

    if (doubt->before > 0)
        return "it is the second such order, so nothing is ordered again";
    if (work->profile->hold_doubts || doubt->asked != ENROLL_LOOKUP_IMPOSSIBLE)
        return "nothing is ordered again by itself";
    if (work->urgent && time(NULL) >= doubt->due)
        return "max-orders allows no other order now";
    snprintf(text, 160, "%s it is ordered once more after %s",
             work->urgent ? "as this is an emergency"
                          : "if it is still open in an emergency",
             enroll_date_text(doubt->due, date));
    return text;
}

/* In words that a person can act upon. */
static void say_doubt(const struct enroll_work *work,
                      const struct enroll_record *intent,
                      const struct doubt *doubt, struct enroll_problem *problem)
{
    const char *name = work->profile->name;
    const char *url = enroll_record_get(intent, "url");
    const char *ended = enroll_record_get(intent, "ended");
    char sent[ENROLL_DATE_TEXT], next[160];

    enroll_problem_set(
        problem, ENROLL_UNREACHABLE,
        "%s: nobody knows whether the order sent on %s to %.100s was taken: "
        "%.200s%s%.300s; look for our id %s, or for an order of that minute, "
        "and run enroll-hook resolve %s --adopt ID, or --abandon if there is "
        "none; %s",
        name, enroll_date_text(doubt->posted, sent),
        url == NULL ? work->profile->url : url,
        ended == NULL ? "the process was killed before an answer came" : ended,
        doubt->why[0] == '\0' ? "" : "; ", doubt->why,
        enroll_record_get(intent, "client-order-id"), name,
        say_next(work, doubt, next));
}

/* What the manager said of it, as far as it could be asked. */
static enum enroll_placed ask(struct enroll_work *work,
                              struct enroll_record **intent,
                              struct doubt *doubt,
                              struct enroll_problem *problem)
{
    enum enroll_placed placed = ENROLL_PLACED_DOUBT;
    char *id = NULL;

    enroll_work_say(work, "finding out whether the order was taken");
    doubt->asked = look_up(work, *intent, &id, problem);
    if (doubt->asked != ENROLL_LOOKUP_KNOWN)
        snprintf(doubt->why, sizeof(doubt->why), "%s",
                 enroll_order_words(work->profile, problem));
    else if (id != NULL)
        placed = enroll_order_keep(work, *intent, id, problem);
    else if (enroll_order_take_back(work, intent, problem))
        placed = ENROLL_PLACED_REFUSED;
    OPENSSL_free(id);
    return placed;
}

/* Its key is kept: the order may turn up yet. */
static enum enroll_step reorder(struct enroll_work *work,
                                struct enroll_record *intent,
                                struct enroll_problem *problem)
{
    const char *name = work->profile->name;

    if (!enroll_intent_set_aside(work->profile_fd, intent,
                                 "nobody knows whether it was taken; another "
                                 "order was placed",
                                 problem))
        return ENROLL_STEP_END;
    enroll_work_say(work,
                    "the order in doubt (our id %s) is set aside and placed "
                    "once more; if it turns up: enroll-hook resolve %s "
                    "--adopt ID, or have it revoked",
                    enroll_record_get(intent, "client-order-id"), name);
    return ENROLL_STEP_ON;
}

enum enroll_step enroll_doubt_step(struct enroll_work *work,
                                   struct enroll_record **intent,
                                   struct enroll_problem *problem)
{
    struct doubt doubt = {.asked = ENROLL_LOOKUP_FAILED};
    enum enroll_placed placed = ENROLL_PLACED_DOUBT;

    find_out(work, *intent, &doubt);
    /* Once a run: what broke off twice is better left alone for a while. */
    if (work->doubts++ == 0)
        placed = ask(work, intent, &doubt, problem);
    switch (placed) {
    case ENROLL_PLACED:
    case ENROLL_PLACED_REFUSED: return ENROLL_STEP_ON;
    case ENROLL_PLACED_DOUBT: break;
    case ENROLL_PLACED_UNNOTED: return ENROLL_STEP_END;
    }
    if (may_reorder(work, &doubt, problem))
        return reorder(work, *intent, problem);
    say_doubt(work, *intent, &doubt, problem);
    return ENROLL_STEP_END;
}
