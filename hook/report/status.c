/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Gathers an identity's status. Called by the status command; takes no lock
 * and writes nothing, so that it can be run by whoever can read the state.
 */
#include "hook/report/status.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "core/lock.h"
#include "hook/lifecycle/maintenance.h"
#include "hook/lifecycle/publish.h"
#include "hook/lifecycle/rollback.h"
#include "hook/lifecycle/standing.h"
#include "hook/lifecycle/verdict.h"

#define CHECKS 3 /* so many looks may come to nothing before it is shown */

const char *enroll_usability_word(enum enroll_usability usability)
{
    switch (usability) {
    case ENROLL_USABLE: return "usable";
    case ENROLL_RENEWABLE: return "renewal-due";
    case ENROLL_RUNNING_OUT: return "running-out";
    case ENROLL_EXPIRED: return "expired";
    case ENROLL_NOT_YET_VALID: return "not-yet-valid";
    case ENROLL_REVOKED: return "revoked";
    case ENROLL_HELD: return "held";
    }
    return "unreadable";
}

/* The newest that a person has left for an earlier one. */
static unsigned long rolled_back_from(int profile_fd, unsigned long current)
{
    unsigned long numbers[ENROLL_GENERATIONS_LISTED];
    size_t count =
        enroll_generations_list(profile_fd, numbers, ENROLL_GENERATIONS_LISTED);

    for (size_t i = 0; i < count && numbers[i] > current; i++)
        if (enroll_rolled_back(profile_fd, numbers[i]) != 0)
            return numbers[i];
    return 0;
}

static const char *standing_word(const struct enroll_profile *profile,
                                 int profile_fd, struct enroll_status *status)
{
    struct enroll_standing standing;
    struct enroll_problem ignored;

    enroll_standing_find(profile, profile_fd, -1, 0, &standing,
                         &status->problem);
    status->usable = enroll_stands_usable(standing.stands);
    if (standing.stands == ENROLL_STANDS_DAMAGED)
        return "damaged";
    if (standing.number == 0)
        return standing.stands == ENROLL_STANDS_NEEDY ? "missing"
                                                      : "unreadable";
    if (enroll_identity_look(profile_fd, profile->name, 0, -1, time(NULL),
                             &status->look, &ignored) != ENROLL_FOUND)
        return "unreadable";
    enroll_key_history_of(profile_fd, status->look.generation, &status->key);
    enroll_publishing_load(profile_fd, &status->publishing, NULL);
    status->rolled_back_from =
        rolled_back_from(profile_fd, status->look.generation->number);
    enroll_verdict_times(profile, profile_fd, status->look.generation,
                         &status->times);
    if (profile->maintenance != NULL)
        status->opens =
            enroll_maintenance_next(profile->maintenance, time(NULL));
    /* A key that this user may not read is not theirs to use. */
    if (!status->usable && enroll_deliverable(status->look.usability))
        return "unreadable";
    if (status->look.usability == ENROLL_RENEWABLE &&
        time(NULL) < status->look.verdict.renew_at)
        return enroll_usability_word(ENROLL_USABLE); /* a look outside is due */
    return enroll_usability_word(status->look.usability);
}

/* A failure that lies before a configuration that has changed is history. */
static void find_failure(const struct enroll_profile *profile, int profile_fd,
                         struct enroll_status *status)
{
    status->failed =
        enroll_backoff_load(profile, profile_fd, &status->backoff) &&
        status->backoff.same_config;
}

/* What the network was last heard to say. */
static void find_outside(const struct enroll_profile *profile, int profile_fd,
                         struct enroll_status *status)
{
    enroll_managers_load(profile, profile_fd, &status->managers);
    enroll_clock_differs(profile, status->managers.ahead, status->clock);
    status->checked = status->look.generation != NULL &&
                      enroll_verdict_check(profile_fd, &status->check);
    status->unchecked =
        status->checked && time(NULL) - status->check.checked_at >
                               CHECKS * profile->revocation_check;
}

void enroll_status_find(const struct enroll_profile *profile,
                        struct enroll_status *status)
{
    int fd = -1;

    memset(status, 0, sizeof(*status));
    status->name = profile->name;
    switch (enroll_identity_open(profile->state, profile->name, &fd,
                                 &status->problem)) {
    case ENROLL_FOUND_BAD: status->state = "unreadable"; return;
    case ENROLL_FOUND_MISSING:
        status->state = "missing";
        enroll_problem_set(&status->problem, ENROLL_NOT_USABLE,
                           "%s: there is no certificate yet; run: "
                           "enroll-hook ready %s",
                           profile->name, profile->name);
        return;
    case ENROLL_FOUND: break;
    }
    status->state = standing_word(profile, fd, status);
    status->working = enroll_lock_held(fd, ENROLL_LOCK_STATE);
    /* Another user's is out of sight, not damaged. */
    if (faccessat(fd, "intent", R_OK, AT_EACCESS) == 0)
        status->request = enroll_machine_look(fd, &status->intent, NULL);
    find_failure(profile, fd, status);
    find_outside(profile, fd, status);
    close(fd);
}

void enroll_status_misconfigured(const char *name,
                                 const struct enroll_problem *problem,
                                 struct enroll_status *status)
{
    memset(status, 0, sizeof(*status));
    status->name = name;
    status->state = "misconfigured";
    status->problem = *problem;
}

void enroll_status_clear(struct enroll_status *status)
{
    enroll_look_clear(&status->look);
    enroll_record_free(status->intent);
    memset(status, 0, sizeof(*status));
}
