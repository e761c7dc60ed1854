/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Does the work: repairs, takes up or begins an intent, orders, collects,
 * reviews, publishes. Called under the lock, in the worker's own process; every
 * return leaves a state on disk that the next run can go on from.
 */
#include "hook/lifecycle/work.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/wire.h"
#include "hook/custody/custody.h"
#include "hook/lifecycle/backoff.h"
#include "hook/lifecycle/budget.h"
#include "hook/lifecycle/intent.h"
#include "hook/lifecycle/pause.h"
#include "hook/lifecycle/publish.h"
#include "hook/lifecycle/repair.h"
#include "hook/lifecycle/review.h"
#include "hook/lifecycle/standing.h"
#include "hook/lifecycle/state.h"
#include "hook/lifecycle/verdict.h"

#define THROTTLED_TRIES 3
#define BLIP_MS         1500LL
#define BLIP_PAUSE_MS   500

static void find_standing(struct enroll_work *work,
                          struct enroll_standing *standing,
                          struct enroll_problem *problem)
{
    enroll_standing_find(work->profile, work->profile_fd,
                         work->ready->min_remaining, work->ready->failed,
                         standing, problem);
}

/* A damaged generation goes; another good one may take its place. */
static int repair(struct enroll_work *work, struct enroll_standing *standing,
                  struct enroll_problem *problem)
{
    unsigned long number = standing->number;

    if (standing->stands == ENROLL_STANDS_DAMAGED)
        enroll_work_say(work, "%s; it is set aside", problem->line);
    if (!enroll_repair(work->profile, work->profile_fd, &number, problem))
        return 0;
    work->outdated = number;
    if (number != 0)
        enroll_work_say(work, "generation %lu is current again", number);
    find_standing(work, standing, problem);
    return 1;
}

/* The configuration has changed, or somebody removed what tools open. */
static int refresh(struct enroll_work *work, struct enroll_standing *standing,
                   struct enroll_problem *problem)
{
    if (standing->number == 0 || standing->complete)
        return 1;
    if (!enroll_publish_current(work->profile, work->profile_fd,
                                standing->number, problem))
        return 0;
    find_standing(work, standing, problem);
    return 1;
}

/* Somebody else may have done it while we waited for the lock. */
static int satisfied(const struct enroll_work *work,
                     const struct enroll_standing *standing)
{
    if (!enroll_stands_usable(standing->stands))
        return 0;
    if (work->ready->force)
        return standing->number != work->outdated;
    return standing->stands == ENROLL_STANDS_GOOD || !work->ready->due;
}

static int requested_key_ok(const struct enroll_work *work,
                            const struct enroll_record *intent)
{
    struct enroll_problem ignored;
    X509_REQ *csr = enroll_intent_csr(intent, &ignored);
    int ok = csr == NULL ||
             enroll_verdict_key_ok(work->profile, work->profile_fd,
                                   X509_REQ_get0_pubkey(csr), &ignored);

    X509_REQ_free(csr);
    return ok;
}

/* An intent that no order was sent for may be made anew at any time. */
static int outdated_intent(const struct enroll_work *work,
                           const struct enroll_record *intent)
{
    const char *digest = enroll_record_get(intent, "config-sha256");

    return enroll_record_get(intent, "posted") == NULL &&
           enroll_record_get(intent, "order") == NULL &&
           enroll_record_get(intent, "manual") == NULL &&
           (digest == NULL ||
            strcmp(digest, work->profile->config_sha256) != 0 ||
            !requested_key_ok(work, intent));
}

static int begin(struct enroll_work *work, struct enroll_record **intent,
                 struct enroll_problem *problem)
{
    const struct enroll_profile *profile = work->profile;

    if (!enroll_order_possible(profile, problem) ||
        !enroll_state_remembers(profile, work->profile_fd, problem) ||
        !enroll_budget_allows(profile, work->profile_fd, time(NULL), problem))
        return 0;
    enroll_work_say(work, "making a certificate request");
    return enroll_intent_make(profile, work->profile_fd, 0, intent, problem);
}

static int carried_by_hand(const struct enroll_profile *profile,
                           struct enroll_problem *problem)
{
    return enroll_problem_set(
        problem, ENROLL_PENDING,
        "%s: a request made by 'enroll-hook csr' is waiting for its "
        "certificate; bring it in with: enroll-hook import %s --cert FILE, "
        "or give it up with: enroll-hook resolve %s --abandon",
        profile->name, profile->name, profile->name);
}

/* The intent that is there, or a new one. */
static int take_up(struct enroll_work *work, struct enroll_record **intent,
                   struct enroll_problem *problem)
{
    const struct enroll_profile *profile = work->profile;
    const char *order = NULL;

    switch (enroll_intent_load(work->profile_fd, intent, problem)) {
    case ENROLL_FOUND_BAD:
        return enroll_problem_set(
            problem, problem->class,
            "%.600s; restore it, or see what was ordered at the manager and "
            "give it up with: enroll-hook resolve %s --abandon",
            problem->line, profile->name);
    case ENROLL_FOUND_MISSING: return begin(work, intent, problem);
    case ENROLL_FOUND: break;
    }
    if (outdated_intent(work, *intent)) {
        if (!enroll_intent_drop(profile, work->profile_fd, *intent, problem))
            return 0;
        enroll_record_free(*intent);
        *intent = NULL;
        return begin(work, intent, problem);
    }
    order = enroll_record_get(*intent, "order");
    if (order != NULL)
        enroll_work_say(work, "taking up request %s", order);
    else if (enroll_record_get(*intent, "manual") != NULL)
        return carried_by_hand(profile, problem);
    return 1;
}

/* A manager that says when to come back, soon enough for the caller. */
static int wait_out_throttle(struct enroll_work *work, int tries)
{
    long long left = work->wait_end - enroll_monotonic_ms();

    if (tries >= THROTTLED_TRIES || work->retry_after <= 0 ||
        work->retry_after * 1000LL >= left)
        return 0;
    enroll_work_say(work, "the manager asks to wait for %lds",
                    work->retry_after);
    enroll_pause_ms(work->retry_after * 1000);
    return 1;
}

/* Nothing was sent: a connection that broke off is tried again at once. */
static int try_again(const struct enroll_work *work, long long since)
{
    if (enroll_monotonic_ms() - since > BLIP_MS ||
        enroll_monotonic_ms() >= work->wait_end)
        return 0;
    enroll_pause_ms(BLIP_PAUSE_MS);
    return 1;
}

/* 1 if a refusal is worth another try within the caller's wait. */
static int may_pass(struct enroll_work *work,
                    const struct enroll_problem *problem, int tries,
                    long long since)
{
    if (problem->class == ENROLL_THROTTLED)
        return wait_out_throttle(work, tries);
    return problem->class == ENROLL_UNREACHABLE && try_again(work, since);
}

/* The manager gave it up: the next request is a new one. */
static void forget(struct enroll_work *work, const struct enroll_record *intent)
{
    struct enroll_problem failed;

    if (!enroll_intent_drop(work->profile, work->profile_fd, intent, &failed))
        enroll_work_say(work, "%s", failed.line);
}

static int place(struct enroll_work *work, struct enroll_record **intent,
                 struct enroll_problem *problem)
{
    long long since = enroll_monotonic_ms();
    enum enroll_placed placed;
    int tries = 0;

    do
        placed = enroll_order_place(work, intent, problem);
    while (placed == ENROLL_PLACED_REFUSED &&
           may_pass(work, problem, tries++, since));
    /* Refused for what it says: the next one is to be made afresh. */
    if (placed == ENROLL_PLACED_REFUSED && problem->class == ENROLL_REJECTED)
        forget(work, *intent);
    return placed == ENROLL_PLACED;
}

static int set_aside(struct enroll_work *work, struct enroll_record *intent,
                     struct enroll_problem *problem)
{
    const char *order = enroll_record_get(intent, "order");
    struct enroll_problem failed;

    enroll_problem_set(problem, problem->class,
                       "%.600s; order %s is set aside: have it revoked, or "
                       "if the profile is wrong, correct it and run "
                       "enroll-hook resolve %s --adopt %s",
                       problem->line, order, work->profile->name, order);
    if (!enroll_intent_set_aside(work->profile_fd, intent, problem->line,
                                 &failed))
        enroll_work_say(work, "%s", failed.line);
    return 0;
}

static int publish(struct enroll_work *work, struct enroll_record *intent,
                   const struct enroll_custody *custody,
                   struct enroll_custody_key *key,
                   const struct enroll_review *review,
                   unsigned long *generation, struct enroll_problem *problem)
{
    struct enroll_publication publication = {
        .profile = work->profile,
        .profile_fd = work->profile_fd,
        .custody = custody,
        .key = key,
        .chain = review->chain,
        .review = review->text,
        .intent = intent,
    };

    if (strcmp(review->text, "ok") != 0)
        enroll_work_say(work, "review: %s", review->text);
    if (!enroll_publish(&publication, generation, problem))
        return 0;
    enroll_work_say(work, "generation %lu is current", *generation);
    return enroll_intent_drop(work->profile, work->profile_fd, intent, problem);
}

static int review_and_publish(struct enroll_work *work,
                              struct enroll_record *intent,
                              STACK_OF(X509) * certificates,
                              unsigned long *generation,
                              struct enroll_problem *problem)
{
    const struct enroll_custody *custody =
        enroll_custody_find(work->profile->key);
    struct enroll_review review = {.chain = NULL};
    enum enroll_review_result result = ENROLL_REVIEW_WRONG;
    struct enroll_custody_key *key = NULL;
    int ok = 0;

    if (!custody->open(work->profile, work->profile_fd,
                       enroll_record_get(intent, "key"), &key, problem))
        return 0;
    if (enroll_verdict_key_ok(work->profile, work->profile_fd,
                              custody->public_key(key), problem))
        result = enroll_review(work->profile, custody->public_key(key),
                               certificates, time(NULL), &review, problem);
    switch (result) {
    case ENROLL_REVIEW_GOOD:
        ok = publish(work, intent, custody, key, &review, generation, problem);
        break;
    case ENROLL_REVIEW_WRONG: ok = set_aside(work, intent, problem); break;
    case ENROLL_REVIEW_LATER: break;
    }
    enroll_review_clear(&review);
    custody->close(key);
    return ok;
}

static int go_through(struct enroll_work *work, struct enroll_record **intent,
                      unsigned long *generation, struct enroll_problem *problem)
{
    STACK_OF(X509) *certificates = NULL;
    int ok = 0;

    if (!enroll_order_open(work, *intent, problem) ||
        !place(work, intent, problem))
        return 0;
    switch (enroll_order_collect(work, *intent, &certificates, problem)) {
    case ENROLL_COLLECTED:
        ok = review_and_publish(work, *intent, certificates, generation,
                                problem);
        break;
    case ENROLL_COLLECT_DEAD: forget(work, *intent); break;
    case ENROLL_COLLECT_PENDING:
    case ENROLL_COLLECT_FAILED: break;
    }
    sk_X509_pop_free(certificates, X509_free);
    return ok;
}

/* What was obtained must be what was asked for, or asking would not end. */
static int good_enough(struct enroll_work *work, struct enroll_problem *problem)
{
    struct enroll_standing standing;

    find_standing(work, &standing, problem);
    if (enroll_stands_usable(standing.stands))
        return 1;
    if (standing.stands == ENROLL_STANDS_NEEDY)
        enroll_standing_reachable(work->profile, &standing,
                                  work->ready->min_remaining, problem);
    return 0;
}

static int obtain(struct enroll_work *work, unsigned long *generation,
                  struct enroll_problem *problem)
{
    struct enroll_record *intent = NULL;
    struct enroll_problem ignored;
    int ok;

    if (!work->ready->force &&
        !enroll_backoff_allows(work->profile, work->profile_fd, time(NULL),
                               work->background, problem))
        return 0;
    ok = take_up(work, &intent, problem) &&
         go_through(work, &intent, generation, problem);
    enroll_order_close(work);
    enroll_record_free(intent);
    enroll_problem_prefix(problem, work->profile->name);
    if (ok)
        return enroll_backoff_clear(work->profile_fd, problem) &&
               good_enough(work, problem);
    if (!enroll_backoff_note(work->profile, work->profile_fd, problem,
                             work->contacted, work->retry_after, time(NULL),
                             &ignored))
        enroll_work_say(work, "%s", ignored.line);
    return 0;
}

static int needs_another(const struct enroll_standing *standing)
{
    return standing->stands == ENROLL_STANDS_DAMAGED ||
           standing->stands == ENROLL_STANDS_NEEDY;
}

int enroll_work_run(struct enroll_work *work, unsigned long *generation,
                    struct enroll_problem *problem)
{
    struct enroll_standing standing;

    find_standing(work, &standing, problem);
    if (needs_another(&standing) &&
        !enroll_verdict_open(work->profile_fd, problem))
        return enroll_problem_prefix(problem, work->profile->name);
    if ((standing.stands == ENROLL_STANDS_DAMAGED ||
         (needs_another(&standing) && standing.number == 0)) &&
        !repair(work, &standing, problem))
        return 0;
    if (standing.stands == ENROLL_STANDS_BLOCKED ||
        !enroll_intent_tidy(work->profile_fd, problem) ||
        !refresh(work, &standing, problem))
        return 0;
    if (satisfied(work, &standing)) {
        *generation = standing.number;
        return 1;
    }
    /* What can't be had is no failure to remember: others ask for less. */
    return enroll_standing_reachable(work->profile, &standing,
                                     work->ready->min_remaining, problem) &&
           obtain(work, generation, problem);
}
