/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Drives the protocol for one intent. Called by work.c under the lock. An
 * order is sent once per `posted`; whether it was taken is found out, never
 * assumed.
 */
#include "hook/lifecycle/work.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/wire.h"
#include "hook/lifecycle/date.h"
#include "hook/lifecycle/budget.h"
#include "hook/lifecycle/intent.h"
#include "hook/lifecycle/managers.h"
#include "hook/lifecycle/pause.h"

#define ORDER_MS        60000LL /* an order on its way is not cut short */
#define FIRST_POLL_MS   200L
#define LONGEST_POLL_MS 30000L
#define FAILURES_MAX    3

void enroll_work_say(const struct enroll_work *work, const char *format, ...)
{
    char line[ENROLL_LINE_MAX];
    va_list args;

    if (work->ready->progress == NULL)
        return;
    va_start(args, format);
    vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    work->ready->progress(work->ready->context, line);
}

/* What was sent stays with whom it was sent to. */
static int find_manager(struct enroll_work *work,
                        const struct enroll_record *intent,
                        struct enroll_problem *problem)
{
    const struct enroll_profile *profile = work->profile;

    work->manager = enroll_manager_of(profile, intent);
    return work->manager != NULL ||
           enroll_problem_set(
               problem, ENROLL_CONFIGURATION,
               "%s: a request is open at %.200s, but url now says %.200s%s; "
               "set it back until the request is done, or give it up with: "
               "enroll-hook resolve %s --abandon",
               profile->name, enroll_record_get(intent, "url"), profile->url,
               profile->fallback_count > 0 ? " and no fallback names it" : "",
               profile->name);
}

int enroll_order_possible(const struct enroll_profile *profile,
                          struct enroll_problem *problem)
{
    return profile->manager != NULL ||
           enroll_problem_set(
               problem, ENROLL_CONFIGURATION,
               "%s: the profile names no manager to order from; carry the "
               "request by hand (enroll-hook csr %s, then import), or write "
               "manager = scm",
               profile->name, profile->name);
}

int enroll_order_affordable(struct enroll_work *work,
                            struct enroll_problem *problem)
{
    time_t now = time(NULL);

    if (enroll_budget_allows(work->profile, work->profile_fd, now, problem))
        return 1;
    work->frees = enroll_budget_frees(work->profile, work->profile_fd, now);
    return 0;
}

int enroll_order_open(struct enroll_work *work,
                      const struct enroll_record *intent,
                      struct enroll_problem *problem)
{
    if (!enroll_order_possible(work->profile, problem) ||
        !find_manager(work, intent, problem))
        return 0;
    work->protocol = enroll_protocol_find(work->manager->manager);
    return work->protocol->open(work->manager, &work->session, problem);
}

void enroll_order_close(struct enroll_work *work)
{
    enroll_clock_note(work);
    if (work->session != NULL)
        work->protocol->close(work->session);
    work->session = NULL;
}

/* How long the manager may take over one answer. */
void enroll_order_allow(struct enroll_work *work, long long milliseconds)
{
    work->contacted = 1;
    enroll_session_deadline(work->session,
                            enroll_monotonic_ms() + milliseconds);
}

void enroll_order_note_retry(struct enroll_work *work)
{
    work->retry_after = work->protocol->retry_after(work->session);
}

/*
 * 0 once the caller's wait is over, or somebody's command wants the identity;
 * otherwise pauses and makes the next *pause longer.
 */
static int pause_within_wait(const struct enroll_work *work, long *pause)
{
    long long end = enroll_monotonic_ms() + *pause;

    if (work->retry_after * 1000LL > *pause)
        end = enroll_monotonic_ms() + work->retry_after * 1000LL;
    if (work->wait_end <= enroll_monotonic_ms())
        return 0;
    if (end > work->wait_end)
        end = work->wait_end;
    if (!enroll_pause_until(work->profile_fd, end))
        return 0;
    *pause =
        *pause * 3 / 2 > LONGEST_POLL_MS ? LONGEST_POLL_MS : *pause * 3 / 2;
    return 1;
}

const char *enroll_order_words(const struct enroll_profile *profile,
                               const struct enroll_problem *problem)
{
    size_t length = strlen(profile->name);

    if (strncmp(problem->line, profile->name, length) == 0 &&
        strncmp(problem->line + length, ": ", 2) == 0)
        return problem->line + length + 2;
    return problem->line;
}

enum enroll_placed enroll_order_keep(struct enroll_work *work,
                                     struct enroll_record *intent,
                                     const char *id,
                                     struct enroll_problem *problem)
{
    if (enroll_intent_ordered(work->profile_fd, intent, id, time(NULL),
                              problem)) {
        work->placed = 1;
        enroll_work_say(work, "order %s is placed", id);
        return ENROLL_PLACED;
    }
    /* The disk's failure: the next run looks the order up at once. */
    work->contacted = 0;
    enroll_problem_set(problem, problem->class,
                       "%s: order %s was taken, but can't be noted down "
                       "(%.500s); run enroll-hook resolve %s --adopt %s",
                       work->profile->name, id, problem->line,
                       work->profile->name, id);
    return ENROLL_PLACED_UNNOTED;
}

int enroll_order_take_back(struct enroll_work *work,
                           struct enroll_record **intent,
                           struct enroll_problem *problem)
{
    return enroll_intent_unposted(work->profile_fd, intent, problem) &&
           enroll_budget_refund(work->profile, work->profile_fd, time(NULL),
                                problem);
}

static enum enroll_placed send_order(struct enroll_work *work,
                                     struct enroll_record **intent,
                                     struct enroll_problem *problem)
{
    struct enroll_order order = {
        .csr = enroll_intent_csr(*intent, problem),
        .client_order_id = enroll_record_get(*intent, "client-order-id"),
    };
    enum enroll_placed placed = ENROLL_PLACED_REFUSED;
    struct enroll_problem ignored;
    char *id = NULL;

    if (order.csr == NULL) {
        enroll_order_take_back(work, intent, &ignored);
        enroll_problem_set(problem, problem->class,
                           "%.600s; restore it, or give it up with: "
                           "enroll-hook resolve %s --abandon",
                           problem->line, work->profile->name);
        return placed;
    }
    enroll_order_allow(work, ORDER_MS);
    switch (work->protocol->order(work->session, &order, &id, problem)) {
    case ENROLL_ORDER_TAKEN:
        placed = enroll_order_keep(work, *intent, id, problem);
        break;
    case ENROLL_ORDER_REFUSED:
        enroll_order_take_back(work, intent, &ignored);
        break;
    case ENROLL_ORDER_DOUBT:
        placed = ENROLL_PLACED_DOUBT;
        /* Not noted it is a doubt all the same, with less to say. */
        enroll_intent_ended(work->profile_fd, *intent,
                            enroll_order_words(work->profile, problem),
                            &ignored);
        break;
    }
    enroll_order_note_retry(work);
    X509_REQ_free(order.csr);
    OPENSSL_free(id);
    return placed;
}

/* A manager that answers well here is no cause of what fails after it. */
static int prepare(struct enroll_work *work, struct enroll_problem *problem)
{
    int contacted = work->contacted;

    enroll_order_allow(work, ENROLL_ANSWER_MS);
    if (work->protocol->prepare(work->session, problem)) {
        work->contacted = contacted;
        enroll_failover_answered(work);
        return 1;
    }
    enroll_order_note_retry(work);
    return 0;
}

/* Durable first, then out. */
enum enroll_placed enroll_order_post(struct enroll_work *work,
                                     struct enroll_record **intent,
                                     struct enroll_problem *problem)
{
    const struct enroll_profile *profile = work->profile;
    struct enroll_problem ignored;
    time_t now = time(NULL);

    if (!enroll_order_affordable(work, problem) || !prepare(work, problem) ||
        !enroll_intent_reserve(work->profile_fd, problem) ||
        !enroll_budget_spend(profile, work->profile_fd, now, problem))
        return ENROLL_PLACED_REFUSED;
    if (!enroll_intent_posted(work->profile_fd, *intent, now, problem)) {
        enroll_order_take_back(work, intent, &ignored);
        return ENROLL_PLACED_REFUSED;
    }
    enroll_work_say(work, "ordering a certificate from %s", work->manager->url);
    work->sent = enroll_monotonic_ms();
    return send_order(work, intent, problem);
}

void enroll_order_pending(const struct enroll_profile *profile,
                          const struct enroll_record *intent,
                          struct enroll_problem *problem)
{
    char since[ENROLL_DATE_TEXT];
    const struct enroll_profile *manager = enroll_manager_of(profile, intent);
    long ordered = (long)time(NULL);

    enroll_record_get_long(intent, "ordered", &ordered);
    enroll_problem_set(
        problem, ENROLL_PENDING,
        "%s: request %s has been waiting since %s (%.400s); have it approved "
        "at %s and run the same again: it will be taken up",
        profile->name, enroll_record_get(intent, "order"),
        enroll_date_text((time_t)ordered, since),
        enroll_order_words(profile, problem),
        manager == NULL ? profile->url : manager->url);
}

/* Asking again costs nothing here, but for the caller's time. */
static int passing(const struct enroll_work *work,
                   const struct enroll_problem *problem)
{
    long long left = work->wait_end - enroll_monotonic_ms();

    if (problem->class == ENROLL_THROTTLED)
        return work->retry_after * 1000LL < left;
    return problem->class == ENROLL_UNREACHABLE;
}

enum enroll_collect_result enroll_order_collect(
    struct enroll_work *work, const struct enroll_record *intent,
    STACK_OF(X509) * *certificates, struct enroll_problem *problem)
{
    const char *id = enroll_record_get(intent, "order");
    enum enroll_collect_result result;
    long pause = FIRST_POLL_MS;
    int told = 0, failures = 0;

    for (;;) {
        enroll_order_allow(work, ENROLL_ANSWER_MS);
        result =
            work->protocol->collect(work->session, id, certificates, problem);
        enroll_order_note_retry(work);
        if (result == ENROLL_COLLECT_FAILED && passing(work, problem) &&
            ++failures < FAILURES_MAX && pause_within_wait(work, &pause))
            continue;
        if (result != ENROLL_COLLECT_PENDING)
            return result;
        failures = 0;
        enroll_order_pending(work->profile, intent, problem);
        if (!told && pause > 2000)
            enroll_work_say(work, "%s", problem->line);
        told = told || pause > 2000;
        if (!pause_within_wait(work, &pause))
            return result;
    }
}
