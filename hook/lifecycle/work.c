/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Does the work: mends what is there, sees whether more is wanted, and goes
 * from state to state (machine.h) until there is a certificate or a reason why
 * not. Called under the lock, in the worker's own process.
 */
#include "hook/lifecycle/work.h"

#include <time.h>

#include "core/wire.h"
#include "hook/lifecycle/backoff.h"
#include "hook/lifecycle/date.h"
#include "hook/lifecycle/intent.h"
#include "hook/lifecycle/maintenance.h"
#include "hook/lifecycle/repair.h"
#include "hook/lifecycle/revocation.h"
#include "hook/lifecycle/stages.h"
#include "hook/lifecycle/standing.h"
#include "hook/lifecycle/verdict.h"
#include "hook/lifecycle/version.h"

#define STEPS_MAX 32

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
    if (!enroll_stages_refresh(work->profile, work->profile_fd,
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

/* Look, step, look; every step leaves a state that a next one knows. */
static void go_on(struct enroll_work *work, struct enroll_problem *problem)
{
    enum enroll_step step = ENROLL_STEP_ON;

    for (int i = 0; i < STEPS_MAX && step == ENROLL_STEP_ON; i++) {
        struct enroll_record *intent = NULL;
        enum enroll_state state =
            enroll_machine_look(work->profile_fd, &intent, problem);

        step = enroll_step(work, state, &intent, problem);
        enroll_record_free(intent);
    }
    if (step == ENROLL_STEP_ON)
        enroll_problem_set(problem, ENROLL_INTERNAL,
                           "the request came no further in %d steps; please "
                           "report this",
                           STEPS_MAX);
}

static void note_failure(struct enroll_work *work,
                         struct enroll_problem *problem)
{
    struct enroll_failure failure = {
        .problem = problem,
        .contacted = work->contacted,
        .retry_after = work->retry_after,
        .frees = work->frees,
        .emergency_at = work->emergency_at,
    };
    struct enroll_problem unnoted;

    enroll_problem_prefix(problem, work->profile->name);
    if (work->session != NULL && work->protocol->unauthorized != NULL)
        failure.unauthorized = work->protocol->unauthorized(work->session);
    if (!enroll_backoff_note(work->profile, work->profile_fd, &failure,
                             time(NULL), &unnoted))
        enroll_work_say(work, "%s", unnoted.line);
}

static int obtain(struct enroll_work *work, unsigned long *generation,
                  struct enroll_problem *problem)
{
    if (!work->ready->force &&
        !enroll_backoff_allows(work->profile, work->profile_fd, time(NULL),
                               work->background, problem))
        return 0;
    work->since = enroll_monotonic_ms();
    if (work->ready->force || enroll_revocation_newest_may_order(
                                  work->profile, work->profile_fd, problem))
        go_on(work, problem);
    if (work->published == 0)
        note_failure(work, problem);
    enroll_order_close(work);
    if (work->published == 0)
        return 0;
    *generation = work->published;
    return good_enough(work, problem);
}

static int needs_another(const struct enroll_standing *standing)
{
    return standing->stands == ENROLL_STANDS_DAMAGED ||
           standing->stands == ENROLL_STANDS_NEEDY;
}

/*
 * 1 if a renewal would have to begin outside the maintenance windows. Then the
 * verdict says when the next one opens, or every signature would start a
 * process to hear the same.
 */
static int put_off(struct enroll_work *work,
                   const struct enroll_standing *standing)
{
    const struct enroll_profile *profile = work->profile;
    struct enroll_record *intent = NULL;
    struct enroll_problem ignored;
    char date[ENROLL_DATE_TEXT];
    time_t now = time(NULL), opens;
    enum enroll_state state;

    if (!work->ready->maintenance || standing->urgent ||
        profile->maintenance == NULL)
        return 0;
    opens = enroll_maintenance_next(profile->maintenance, now);
    if (opens == now)
        return 0;
    /* What has been ordered already is not begun any more. */
    state = enroll_machine_look(work->profile_fd, &intent, &ignored);
    enroll_record_free(intent);
    if (state != ENROLL_STATE_IDLE && state != ENROLL_STATE_PREPARED)
        return 0;
    if (opens == 0 || opens > standing->emergency_at)
        opens = standing->emergency_at;
    enroll_work_say(work, "the renewal waits for the maintenance window on %s",
                    enroll_date_text(opens, date));
    if (!enroll_stages_refresh(profile, work->profile_fd, standing->number,
                               &ignored))
        enroll_work_say(work, "%s", ignored.line);
    return 1;
}

int enroll_work_run(struct enroll_work *work, unsigned long *generation,
                    struct enroll_problem *problem)
{
    struct enroll_standing standing;

    if (!enroll_version_ok(work->profile_fd, problem))
        return enroll_problem_prefix(problem, work->profile->name);
    /* What can't be finished now takes nothing away. */
    if (!enroll_stages_go_on(work->profile, work->profile_fd, problem))
        enroll_work_say(work, "%s", problem->line);
    find_standing(work, &standing, problem);
    /* Never while a tool waits that could go on. */
    if (standing.check_due && work->ready->due && !work->ready->force) {
        /* One of the two that are being published may be useless now. */
        if (enroll_revocation_look(work->profile, work->profile_fd) &&
            !enroll_stages_go_on(work->profile, work->profile_fd, problem))
            enroll_work_say(work, "%s", problem->line);
        find_standing(work, &standing, problem);
    }
    if (needs_another(&standing) &&
        !enroll_verdict_open(work->profile_fd, problem))
        return enroll_problem_prefix(problem, work->profile->name);
    if (!work->ready->force &&
        !enroll_revocation_may_order(work->profile, work->profile_fd,
                                     standing.number, problem))
        return 0;
    if ((standing.stands == ENROLL_STANDS_DAMAGED ||
         (needs_another(&standing) && standing.number == 0)) &&
        !repair(work, &standing, problem))
        return 0;
    if (standing.stands == ENROLL_STANDS_BLOCKED ||
        !enroll_intent_tidy(work->profile_fd, problem) ||
        !refresh(work, &standing, problem))
        return 0;
    if (satisfied(work, &standing) || put_off(work, &standing)) {
        *generation = standing.number;
        return 1;
    }
    work->urgent = standing.urgent;
    work->emergency_at = standing.deliverable ? standing.emergency_at : 0;
    work->issued = standing.issued;
    /* What can't be had is no failure to remember: others ask for less. */
    return enroll_standing_reachable(work->profile, &standing,
                                     work->ready->min_remaining, problem) &&
           obtain(work, generation, problem);
}
