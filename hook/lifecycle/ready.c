/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes a profile usable: the quick answer where it is, otherwise one worker,
 * and everybody else waits for what it brings. Called by the commands.
 */
#include "hook/lifecycle/lifecycle.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/rand.h>

#include "core/duration.h"
#include "core/lock.h"
#include "core/publishing.h"
#include "core/wire.h"
#include "hook/durable.h"
#include "hook/lifecycle/backoff.h"
#include "hook/lifecycle/intent.h"
#include "hook/lifecycle/machine.h"
#include "hook/lifecycle/pause.h"
#include "hook/lifecycle/stages.h"
#include "hook/lifecycle/standing.h"
#include "hook/lifecycle/state.h"
#include "hook/lifecycle/worker.h"

#define DEATHS_MAX    2
#define LATE_GRACE_MS 2000LL /* for the worker's own last word */

struct call {
    const struct enroll_profile *profile;
    const struct enroll_ready *ready;
    struct enroll_standing standing; /* as it was at the last look */
    unsigned long outdated;          /* current as the call began */
    int profile_fd;                  /* for writing, or -1 */
    long long wait_end;
    int leftover; /* of a run that was killed */
    int deaths;
    int told_busy;
};

static void say(const struct call *call, const char *line)
{
    if (call->ready->progress != NULL)
        call->ready->progress(call->ready->context, line);
}

/*
 * A new key's next step is due; or a tool that came by the last one could not
 * use what it found.
 */
static int unfinished(int profile_fd, unsigned long failed)
{
    return enroll_publishing_waits(profile_fd, time(NULL)) ||
           (failed != 0 && enroll_stages_need(profile_fd, failed));
}

/* Looks without making or locking anything. */
static void look(struct call *call, struct enroll_problem *problem)
{
    const struct enroll_profile *profile = call->profile;
    int fd = -1;

    call->standing = (struct enroll_standing){.stands = ENROLL_STANDS_BLOCKED};
    switch (enroll_identity_open(profile->state, profile->name, &fd, problem)) {
    case ENROLL_FOUND_BAD: return;
    case ENROLL_FOUND_MISSING:
        call->standing.stands = ENROLL_STANDS_NEEDY;
        return;
    case ENROLL_FOUND: break;
    }
    enroll_standing_find(profile, fd, call->ready->min_remaining,
                         call->ready->failed, &call->standing, problem);
    call->leftover =
        enroll_intent_leftover(fd) || unfinished(fd, call->ready->failed);
    close(fd);
}

static int answered(const struct call *call)
{
    const struct enroll_standing *standing = &call->standing;

    if (!enroll_stands_usable(standing->stands) || !standing->complete ||
        call->leftover)
        return 0;
    if (call->ready->force)
        return standing->number != call->outdated;
    return !call->ready->due ||
           (standing->stands == ENROLL_STANDS_GOOD && !standing->check_due);
}

/* The wait is over and somebody is still at it: what can be said by now. */
static int too_late(const struct call *call, struct enroll_problem *problem)
{
    const struct enroll_profile *profile = call->profile;
    struct enroll_record *intent = NULL;
    char waited[ENROLL_DURATION_TEXT];

    enroll_duration_text(call->ready->wait, waited);
    enroll_problem_set(problem, ENROLL_UNREACHABLE,
                       "%s: no certificate within %s; the enrollment goes on "
                       "in the background: run the same again, or see "
                       "enroll-hook status %s",
                       profile->name, waited, profile->name);
    if (enroll_machine_look(call->profile_fd, &intent, NULL) ==
        ENROLL_STATE_ORDERED) {
        enroll_problem_set(problem, ENROLL_PENDING, "not issued within %s",
                           waited);
        enroll_order_pending(profile, intent, problem);
    }
    enroll_record_free(intent);
    return 0;
}

static int died(struct call *call, struct enroll_problem *problem)
{
    if (++call->deaths < DEATHS_MAX) {
        say(call, "the process at work was killed; going on from there");
        return 1;
    }
    return enroll_problem_set(problem, ENROLL_INTERNAL,
                              "%s: the process at work was killed %d times; "
                              "run the same again, and report it if that "
                              "goes on",
                              call->profile->name, call->deaths);
}

enum step { STEP_DONE, STEP_FAILED, STEP_AGAIN };

static struct enroll_work work_of(const struct call *call, int background)
{
    return (struct enroll_work){
        .profile = call->profile,
        .profile_fd = call->profile_fd,
        .ready = call->ready,
        .background = background,
        .outdated = call->outdated,
        .wait_end = call->wait_end,
    };
}

/* We have the lock: a worker takes it over. */
static enum step work(struct call *call, int lock_fd, unsigned long *generation,
                      struct enroll_problem *problem)
{
    struct enroll_work given = work_of(call, 0);
    enum enroll_worker_result result;
    int report_fd = -1;

    if (!enroll_worker_start(&given, lock_fd, &report_fd, problem))
        return STEP_FAILED;
    result = enroll_worker_follow(report_fd, call->wait_end + LATE_GRACE_MS,
                                  call->ready, generation, problem);
    close(report_fd);
    switch (result) {
    case ENROLL_WORKER_DONE: return STEP_DONE;
    case ENROLL_WORKER_FAILED: return STEP_FAILED;
    case ENROLL_WORKER_DIED:
        return died(call, problem) ? STEP_AGAIN : STEP_FAILED;
    case ENROLL_WORKER_LATE: break;
    }
    too_late(call, problem);
    return STEP_FAILED;
}

/* Somebody else has the lock: nobody fails because of that. */
static enum step wait_for_other(struct call *call,
                                struct enroll_problem *problem)
{
    unsigned char byte = 0;
    unsigned long number = 0;

    if (!call->told_busy)
        say(call, "waiting for another process that is at it");
    call->told_busy = 1;
    /* Who was killed keeps the lock a moment longer than its report. */
    if (enroll_monotonic_ms() >=
        call->wait_end + call->deaths * LATE_GRACE_MS) {
        too_late(call, problem);
        return STEP_FAILED;
    }
    RAND_bytes(&byte, 1);
    enroll_pause_ms(20 + byte % 30);
    enroll_generation_current(call->profile_fd, &number, NULL);
    if (number != call->standing.number)
        look(call, problem);
    return STEP_AGAIN;
}

/* Something to tidy up is no reason to fail a usable identity. */
static int usable_as_it_is(const struct call *call)
{
    return enroll_stands_usable(call->standing.stands) && !call->ready->force &&
           (call->standing.stands == ENROLL_STANDS_GOOD || !call->ready->due);
}

static enum step step(struct call *call, unsigned long *generation,
                      struct enroll_problem *problem)
{
    int lock_fd = -1;

    if (answered(call)) {
        *generation = call->standing.number;
        return STEP_DONE;
    }
    switch (enroll_lock_try(call->profile_fd, ENROLL_LOCK_STATE, &lock_fd)) {
    case ENROLL_LOCK_TAKEN: return work(call, lock_fd, generation, problem);
    case ENROLL_LOCK_BUSY:
        if (!usable_as_it_is(call))
            return wait_for_other(call, problem);
        *generation = call->standing.number;
        return STEP_DONE;
    case ENROLL_LOCK_FAILED: break;
    }
    enroll_durable_failed("take the identity's lock", problem);
    enroll_problem_prefix(problem, call->profile->name);
    return STEP_FAILED;
}

/* What can't be tidied, refreshed or published now takes nothing away. */
static int still_usable(struct call *call, const struct enroll_problem *failure)
{
    struct enroll_problem ignored;

    look(call, &ignored);
    if (!usable_as_it_is(call))
        return 0;
    say(call, failure->line);
    return 1;
}

int enroll_lifecycle_ready(const struct enroll_profile *profile,
                           const struct enroll_ready *ready,
                           unsigned long *generation,
                           struct enroll_problem *problem)
{
    struct call call = {
        .profile = profile,
        .ready = ready,
        .profile_fd = -1,
        .wait_end = enroll_monotonic_ms() + ready->wait * 1000LL,
    };
    enum step result = STEP_AGAIN;

    look(&call, problem);
    call.outdated = call.standing.number;
    if (answered(&call)) {
        *generation = call.standing.number;
        return 1;
    }
    if (call.standing.stands == ENROLL_STANDS_BLOCKED)
        return 0;
    if (!enroll_state_open(profile, &call.profile_fd, problem)) {
        *generation = call.standing.number;
        return usable_as_it_is(&call);
    }
    while (result == STEP_AGAIN)
        result = step(&call, generation, problem);
    close(call.profile_fd);
    if (result == STEP_FAILED && still_usable(&call, problem)) {
        *generation = call.standing.number;
        result = STEP_DONE;
    }
    return result == STEP_DONE;
}

int enroll_lifecycle_renew_in_background(const struct enroll_profile *profile,
                                         struct enroll_problem *problem)
{
    const struct enroll_ready ready = {
        .min_remaining = -1, .due = 1, .maintenance = 1, .wait = profile->wait};
    struct call call = {.profile = profile, .ready = &ready, .profile_fd = -1};
    struct enroll_work given;
    int lock_fd = -1, report_fd = -1, ok = 1;

    call.wait_end = enroll_monotonic_ms() + ready.wait * 1000LL;
    look(&call, problem);
    if (answered(&call))
        return 1;
    if (call.standing.stands == ENROLL_STANDS_BLOCKED ||
        !enroll_state_open(profile, &call.profile_fd, problem))
        return 0;
    /* A look whether it is revoked has a back-off of its own. */
    if (!call.leftover && !call.standing.check_due &&
        !enroll_backoff_allows(profile, call.profile_fd, time(NULL), 1,
                               problem)) {
        /* An edit that did not concern it: or each signature would ask. */
        utimensat(call.profile_fd, "backoff", NULL, AT_SYMLINK_NOFOLLOW);
        close(call.profile_fd);
        return 0;
    }
    given = work_of(&call, 1);
    switch (enroll_lock_try(call.profile_fd, ENROLL_LOCK_STATE, &lock_fd)) {
    case ENROLL_LOCK_BUSY: break; /* one runs */
    case ENROLL_LOCK_TAKEN:
        ok = enroll_worker_start(&given, lock_fd, &report_fd, problem);
        break;
    case ENROLL_LOCK_FAILED:
        ok = enroll_durable_failed("take the identity's lock", problem);
        break;
    }
    if (report_fd >= 0)
        close(report_fd);
    close(call.profile_fd);
    return ok;
}
