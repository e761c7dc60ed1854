/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which manager an order goes to. Called by steps.c and order.c, under the
 * lock. Only what nobody was sent moves on to another manager, and only
 * because the one before could not be reached: a refusal is an answer.
 */
#include "hook/lifecycle/work.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/wire.h"
#include "hook/lifecycle/intent.h"
#include "hook/lifecycle/managers.h"

#define PROBE_MS      5000LL
#define PROBE_SECONDS 30 /* at least, between two probes of one */

static void save(struct enroll_work *work,
                 const struct enroll_managers *managers)
{
    struct enroll_problem problem;

    if (!enroll_managers_save(work->profile_fd, managers, &problem))
        enroll_work_say(work, "%s", problem.line);
}

static struct enroll_manager *in_use(const struct enroll_work *work,
                                     struct enroll_managers *managers)
{
    for (size_t i = 0; i < managers->count; i++)
        if (managers->at[i].profile == work->manager)
            return &managers->at[i];
    return NULL;
}

static int answers(const struct enroll_profile *manager)
{
    const struct enroll_protocol *protocol =
        enroll_protocol_find(manager->manager);
    struct enroll_session *session = NULL;
    struct enroll_problem ignored;
    time_t date = 0;
    int ok;

    if (!protocol->open(manager, &session, &ignored))
        return 0;
    enroll_session_deadline(session, enroll_monotonic_ms() + PROBE_MS);
    ok = protocol->probe(session, &date, &ignored);
    protocol->close(session);
    return ok;
}

/* 1 if that one was away and is back. */
static int is_back(struct enroll_manager *manager, time_t now)
{
    /* A clock that was set back must not put it off for ever. */
    if (manager->probed != 0 && manager->probed <= now &&
        now - manager->probed < PROBE_SECONDS)
        return 0;
    manager->probed = now;
    /* Its secret can be read once: the order itself has to find out. */
    if (strncmp(manager->profile->client_secret, "fd:", 3) == 0) {
        manager->failures = manager->profile->failover_after - 1;
        return 1;
    }
    if (!answers(manager->profile))
        return 0;
    manager->failures = 0;
    manager->line[0] = '\0';
    return 1;
}

/* The index of the one to order from; those away are asked first. */
static size_t choose(struct enroll_work *work, struct enroll_managers *managers)
{
    size_t chosen = enroll_managers_choose(managers), i = 0;

    if (chosen == 0)
        return 0;
    while (i < chosen && !is_back(&managers->at[i], time(NULL)))
        i++;
    save(work, managers);
    if (i < chosen)
        enroll_work_say(work, "%s answers again",
                        enroll_manager_name(managers->at[i].profile));
    return i == managers->count ? 0 : i;
}

/* Durable before anything is sent there. */
static int retarget(struct enroll_work *work, struct enroll_record *intent,
                    const struct enroll_profile *manager,
                    struct enroll_problem *problem)
{
    work->manager = manager;
    return enroll_manager_of(work->profile, intent) == manager ||
           enroll_intent_retarget(work->profile_fd, intent, manager, problem);
}

int enroll_failover_begin(struct enroll_work *work,
                          struct enroll_record *intent,
                          struct enroll_problem *problem)
{
    struct enroll_managers managers;

    if (work->profile->manager == NULL)
        return 1;
    /* One session serves all steps of a run, but for another's order. */
    if (work->session != NULL &&
        enroll_manager_of(work->profile, intent) == work->manager)
        return 1;
    enroll_order_close(work);
    enroll_managers_load(work->profile, work->profile_fd, &managers);
    return retarget(work, intent, managers.at[choose(work, &managers)].profile,
                    problem);
}

int enroll_failover_next(struct enroll_work *work, struct enroll_record *intent,
                         const struct enroll_problem *failure)
{
    struct enroll_managers managers;
    struct enroll_manager *current = NULL;
    struct enroll_problem problem;
    size_t next;

    enroll_managers_load(work->profile, work->profile_fd, &managers);
    current = in_use(work, &managers);
    if (failure->class != ENROLL_UNREACHABLE || managers.count < 2 ||
        current == NULL)
        return 0;
    if (current->failures++ == 0)
        current->since = time(NULL);
    current->probed = time(NULL);
    snprintf(current->line, sizeof(current->line), "%.390s", failure->line);
    save(work, &managers);
    next = enroll_managers_choose(&managers);
    if (!enroll_manager_is_away(current) || next == managers.count)
        return 0;
    enroll_work_say(work, "%s; trying %s", failure->line,
                    enroll_manager_name(managers.at[next].profile));
    enroll_order_close(work);
    work->tries = 0;
    if (retarget(work, intent, managers.at[next].profile, &problem))
        return 1;
    enroll_work_say(work, "%s", problem.line);
    return 0;
}

void enroll_failover_answered(struct enroll_work *work)
{
    struct enroll_managers managers;
    struct enroll_manager *current = NULL;

    if (work->profile->fallback_count == 0)
        return;
    enroll_managers_load(work->profile, work->profile_fd, &managers);
    current = in_use(work, &managers);
    if (current == NULL || (current->failures == 0 && current->used))
        return;
    for (size_t i = 0; i < managers.count; i++)
        managers.at[i].used = &managers.at[i] == current;
    current->failures = 0;
    current->line[0] = '\0';
    save(work, &managers);
}

/* ----- clocks ----- */

static int clock_of(const struct enroll_work *work, long *ahead)
{
    return work->session != NULL && work->protocol->clock != NULL &&
           work->protocol->clock(work->session, ahead);
}

void enroll_clock_note(struct enroll_work *work)
{
    char text[ENROLL_CLOCK_TEXT];
    long ahead = 0;

    if (!clock_of(work, &ahead))
        return;
    if (enroll_clock_differs(work->profile, ahead, text))
        enroll_work_say(work, "warning: %s", text);
    enroll_clock_keep(work->profile, work->profile_fd, ahead);
}

void enroll_clock_explain(const struct enroll_work *work,
                          struct enroll_problem *problem)
{
    char text[ENROLL_CLOCK_TEXT];
    long ahead = 0;

    if (clock_of(work, &ahead) &&
        enroll_clock_differs(work->profile, ahead, text))
        enroll_problem_set(problem, problem->class, "%.600s; %s", problem->line,
                           text);
}
