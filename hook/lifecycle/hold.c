/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Takes an identity for a command that changes it by hand: csr, import,
 * revoke, resolve.
 */
#include "hook/lifecycle/hold.h"

#include <unistd.h>

#include "core/lock.h"
#include "core/wire.h"
#include "hook/durable.h"
#include "hook/lifecycle/pause.h"
#include "hook/lifecycle/state.h"
#include "hook/lifecycle/version.h"

#define WAIT_MS 60000LL
#define POLL_MS 50L

int enroll_hold_take(const struct enroll_profile *profile,
                     struct enroll_hold *hold, struct enroll_problem *problem)
{
    long long end = enroll_monotonic_ms() + WAIT_MS;
    enum enroll_lock_result result;
    int profile_fd = -1, lock_fd = -1, hand_fd = -1;

    if (!enroll_state_open(profile, &profile_fd, problem))
        return 0;
    while ((result = enroll_lock_try(profile_fd, ENROLL_LOCK_STATE,
                                     &lock_fd)) == ENROLL_LOCK_BUSY &&
           enroll_monotonic_ms() < end) {
        /* Busy as well: another command waits like us, and will do. */
        if (hand_fd < 0)
            enroll_lock_try(profile_fd, ENROLL_LOCK_HAND, &hand_fd);
        enroll_pause_ms(POLL_MS);
    }
    if (hand_fd >= 0)
        close(hand_fd);
    if (result == ENROLL_LOCK_TAKEN &&
        !enroll_version_ok(profile_fd, problem)) {
        close(lock_fd);
        close(profile_fd);
        return enroll_problem_prefix(problem, profile->name);
    }
    if (result == ENROLL_LOCK_TAKEN) {
        *hold =
            (struct enroll_hold){.profile_fd = profile_fd, .lock_fd = lock_fd};
        return 1;
    }
    if (result == ENROLL_LOCK_FAILED)
        enroll_durable_failed("take the identity's lock", problem);
    else
        enroll_problem_set(problem, ENROLL_NOT_USABLE,
                           "another process has been at it for a minute; see "
                           "enroll-hook status %s",
                           profile->name);
    close(profile_fd);
    return enroll_problem_prefix(problem, profile->name);
}

void enroll_hold_release(struct enroll_hold *hold)
{
    close(hold->lock_fd);
    close(hold->profile_fd);
}
