/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is done in each state of machine.h: one function per state. Called by
 * work.c, which looks at the disk in between.
 */
#include "hook/lifecycle/work.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/wire.h"
#include "hook/custody/custody.h"
#include "hook/lifecycle/backoff.h"
#include "hook/lifecycle/intent.h"
#include "hook/lifecycle/pause.h"
#include "hook/lifecycle/publish.h"
#include "hook/lifecycle/review.h"
#include "hook/lifecycle/stages.h"
#include "hook/lifecycle/state.h"
#include "hook/lifecycle/verdict.h"

#define THROTTLED_TRIES 3
#define BLIP_MS         1500LL
#define BLIP_PAUSE_MS   500

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

    return digest == NULL ||
           strcmp(digest, work->profile->config_sha256) != 0 ||
           !requested_key_ok(work, intent);
}

static enum enroll_step begin(struct enroll_work *work,
                              struct enroll_record **intent,
                              struct enroll_problem *problem)
{
    const struct enroll_profile *profile = work->profile;

    if (!enroll_order_possible(profile, problem) ||
        !enroll_state_remembers(profile, work->profile_fd, problem) ||
        !enroll_order_affordable(work, problem))
        return ENROLL_STEP_END;
    enroll_work_say(work, "making a certificate request");
    return enroll_intent_make(profile, work->profile_fd, 0, intent, problem)
               ? ENROLL_STEP_ON
               : ENROLL_STEP_END;
}

static enum enroll_step wait_for_import(struct enroll_work *work,
                                        struct enroll_record **intent,
                                        struct enroll_problem *problem)
{
    const char *name = work->profile->name;

    (void)intent;
    enroll_problem_set(
        problem, ENROLL_PENDING,
        "%s: a request made by 'enroll-hook csr' is waiting for its "
        "certificate; bring it in with: enroll-hook import %s --cert FILE, "
        "or give it up with: enroll-hook resolve %s --abandon",
        name, name, name);
    return ENROLL_STEP_END;
}

static enum enroll_step give_back(struct enroll_work *work,
                                  struct enroll_record **intent,
                                  struct enroll_problem *problem)
{
    (void)intent;
    /* The disk's fault, not the manager's: the next run looks again. */
    work->contacted = 0;
    enroll_problem_set(
        problem, problem->class,
        "%.600s; restore it, or see what was ordered at the manager and "
        "give it up with: enroll-hook resolve %s --abandon",
        problem->line, work->profile->name);
    return ENROLL_STEP_END;
}

static enum enroll_step tidy(struct enroll_work *work,
                             struct enroll_record **intent,
                             struct enroll_problem *problem)
{
    (void)intent;
    return enroll_intent_tidy(work->profile_fd, problem) ? ENROLL_STEP_ON
                                                         : ENROLL_STEP_END;
}

/* A manager that says when to come back, soon enough for the caller. */
static int wait_out_throttle(struct enroll_work *work)
{
    long long left = work->wait_end - enroll_monotonic_ms();

    if (work->tries++ >= THROTTLED_TRIES || work->retry_after <= 0 ||
        work->retry_after * 1000LL >= left)
        return 0;
    enroll_work_say(work, "the manager asks to wait for %lds",
                    work->retry_after);
    return enroll_pause_until(work->profile_fd, enroll_monotonic_ms() +
                                                    work->retry_after * 1000LL);
}

/* Nothing was sent: a connection that broke off is tried again at once. */
static int try_again(const struct enroll_work *work)
{
    if (enroll_monotonic_ms() - work->since > BLIP_MS ||
        enroll_monotonic_ms() >= work->wait_end)
        return 0;
    enroll_pause_ms(BLIP_PAUSE_MS);
    return 1;
}

/* 1 if a refusal is worth another try within the caller's wait. */
static int may_pass(struct enroll_work *work,
                    const struct enroll_problem *problem)
{
    if (problem->class == ENROLL_THROTTLED)
        return wait_out_throttle(work);
    return problem->class == ENROLL_UNREACHABLE && try_again(work);
}

/* The manager gave it up: the next request is a new one. */
static void forget(struct enroll_work *work, const struct enroll_record *intent)
{
    struct enroll_problem failed;

    if (!enroll_intent_drop(work->profile, work->profile_fd, intent, &failed))
        enroll_work_say(work, "%s", failed.line);
}

/* One session serves all steps of a run. */
static int open_session(struct enroll_work *work,
                        const struct enroll_record *intent,
                        struct enroll_problem *problem)
{
    return work->session != NULL || enroll_order_open(work, intent, problem);
}

static enum enroll_step order(struct enroll_work *work,
                              struct enroll_record **intent,
                              struct enroll_problem *problem)
{
    if (outdated_intent(work, *intent))
        return enroll_intent_drop(work->profile, work->profile_fd, *intent,
                                  problem)
                   ? ENROLL_STEP_ON
                   : ENROLL_STEP_END;
    if (!enroll_failover_begin(work, *intent, problem) ||
        !open_session(work, *intent, problem))
        return ENROLL_STEP_END;
    switch (enroll_order_post(work, intent, problem)) {
    case ENROLL_PLACED:
    case ENROLL_PLACED_DOUBT: return ENROLL_STEP_ON;
    case ENROLL_PLACED_REFUSED:
        if (may_pass(work, problem) ||
            enroll_failover_next(work, *intent, problem))
            return ENROLL_STEP_ON;
        /* Refused for what it says: the next one is to be made afresh. */
        if (problem->class == ENROLL_REJECTED)
            forget(work, *intent);
        break;
    case ENROLL_PLACED_UNNOTED: break;
    }
    return ENROLL_STEP_END;
}

static enum enroll_step clear_doubt(struct enroll_work *work,
                                    struct enroll_record **intent,
                                    struct enroll_problem *problem)
{
    return open_session(work, *intent, problem)
               ? enroll_doubt_step(work, intent, problem)
               : ENROLL_STEP_END;
}

/* With its key; *problem is what a person will read. */
static void set_aside(struct enroll_work *work, struct enroll_record *intent,
                      const struct enroll_problem *problem)
{
    struct enroll_problem failed;

    if (!enroll_intent_set_aside(work->profile_fd, intent, problem->line,
                                 &failed))
        enroll_work_say(work, "%s", failed.line);
}

static void keep_wrong(struct enroll_work *work, struct enroll_record *intent,
                       struct enroll_problem *problem)
{
    const char *order = enroll_record_get(intent, "order");

    enroll_problem_set(problem, problem->class,
                       "%.600s; order %s is set aside: have it revoked, or "
                       "if the profile is wrong, correct it and run "
                       "enroll-hook resolve %s --adopt %s",
                       problem->line, order, work->profile->name, order);
    set_aside(work, intent, problem);
}

/* It may be another account's now, or a manager that was restored. */
static void keep_unknown(struct enroll_work *work, struct enroll_record *intent,
                         struct enroll_problem *problem)
{
    const char *order = enroll_record_get(intent, "order");
    const char *name = work->profile->name;

    enroll_problem_set(problem, problem->class,
                       "%.600s; order %s is set aside with its key: if the "
                       "manager knows it again run enroll-hook resolve %s "
                       "--adopt %s; enroll-hook renew %s places another one",
                       problem->line, order, name, order, name);
    set_aside(work, intent, problem);
}

static void say_dead(const struct enroll_work *work,
                     struct enroll_problem *problem)
{
    enroll_problem_set(problem, problem->class,
                       "%.700s; once that is settled place another order with: "
                       "enroll-hook renew %s",
                       problem->line, work->profile->name);
}

static void publish(struct enroll_work *work, struct enroll_record *intent,
                    const struct enroll_custody *custody,
                    struct enroll_custody_key *key,
                    const struct enroll_review *review,
                    struct enroll_problem *problem)
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
    unsigned long number = 0;

    /* The manager has done its part: what fails now is not held against it. */
    work->contacted = 0;
    if (strcmp(review->text, "ok") != 0)
        enroll_work_say(work, "review: %s", review->text);
    if (enroll_stages_under_way(work->profile_fd))
        enroll_work_say(work, "waiting until the key before this one has been "
                              "published");
    if (!enroll_publish(&publication, &number, problem))
        return;
    enroll_work_say(work, "generation %lu is current", number);
    work->published = number;
    /* The intent last: whoever finds it sees to the rest. */
    if (!enroll_backoff_clear(work->profile_fd, problem) ||
        !enroll_intent_drop(work->profile, work->profile_fd, intent, problem))
        enroll_work_say(work, "%s", problem->line);
}

static void review_and_publish(struct enroll_work *work,
                               struct enroll_record *intent,
                               STACK_OF(X509) * certificates,
                               struct enroll_problem *problem)
{
    const struct enroll_custody *custody =
        enroll_custody_find(work->profile->key);
    struct enroll_review review = {.chain = NULL};
    enum enroll_review_result result = ENROLL_REVIEW_WRONG;
    struct enroll_custody_key *key = NULL;

    if (!custody->open(work->profile, work->profile_fd,
                       enroll_record_get(intent, "key"), &key, problem)) {
        /* The manager has done its part, and will be asked again. */
        work->contacted = 0;
        return;
    }
    if (enroll_verdict_key_ok(work->profile, work->profile_fd,
                              custody->public_key(key), problem))
        result = enroll_review(work->profile, custody->public_key(key),
                               certificates, time(NULL), &review, problem);
    switch (result) {
    case ENROLL_REVIEW_GOOD:
        publish(work, intent, custody, key, &review, problem);
        break;
    case ENROLL_REVIEW_WRONG: keep_wrong(work, intent, problem); break;
    case ENROLL_REVIEW_LATER: enroll_clock_explain(work, problem); break;
    }
    enroll_review_clear(&review);
    custody->close(key);
}

static enum enroll_step collect(struct enroll_work *work,
                                struct enroll_record **intent,
                                struct enroll_problem *problem)
{
    STACK_OF(X509) *certificates = NULL;

    if (!work->placed)
        enroll_work_say(work, "taking up request %s",
                        enroll_record_get(*intent, "order"));
    if (!open_session(work, *intent, problem))
        return ENROLL_STEP_END;
    switch (enroll_order_collect(work, *intent, &certificates, problem)) {
    case ENROLL_COLLECTED:
        review_and_publish(work, *intent, certificates, problem);
        break;
    case ENROLL_COLLECT_DEAD:
        forget(work, *intent);
        say_dead(work, problem);
        break;
    case ENROLL_COLLECT_UNKNOWN: keep_unknown(work, *intent, problem); break;
    case ENROLL_COLLECT_PENDING:
    case ENROLL_COLLECT_FAILED: break;
    }
    sk_X509_pop_free(certificates, X509_free);
    return ENROLL_STEP_END;
}

typedef enum enroll_step step_fn(struct enroll_work *work,
                                 struct enroll_record **intent,
                                 struct enroll_problem *problem);

static step_fn *const steps[ENROLL_STATE_COUNT] = {
    [ENROLL_STATE_IDLE] = begin,
    [ENROLL_STATE_PREPARED] = order,
    [ENROLL_STATE_BY_HAND] = wait_for_import,
    [ENROLL_STATE_POSTED] = clear_doubt,
    [ENROLL_STATE_ORDERED] = collect,
    [ENROLL_STATE_LEFTOVER] = tidy,
    [ENROLL_STATE_DAMAGED] = give_back,
};

enum enroll_step enroll_step(struct enroll_work *work, enum enroll_state state,
                             struct enroll_record **intent,
                             struct enroll_problem *problem)
{
    return steps[state](work, intent, problem);
}
