/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What csr, import, revoke and resolve share.
 */
#include "hook/command/held.h"

#include <stdio.h>

#include "hook/command/command.h"
#include "hook/lifecycle/hold.h"
#include "hook/lifecycle/intent.h"
#include "hook/lifecycle/stages.h"
#include "hook/lifecycle/worker.h"

/*
 * A new key that is being published: its next step may be due, and after a
 * revocation the end of them all.
 */
static void go_on(const struct enroll_profile *profile, int profile_fd)
{
    struct enroll_problem problem;

    if (!enroll_stages_go_on(profile, profile_fd, &problem))
        fprintf(stderr, "%s: %s\n", profile->name, problem.line);
}

enum enroll_class enroll_held_run(const struct enroll_profile *profile,
                                  enroll_held_fn *run, void *context)
{
    struct enroll_problem problem;
    struct enroll_hold hold;
    int ok = 0;

    if (enroll_hold_take(profile, &hold, &problem)) {
        go_on(profile, hold.profile_fd);
        ok = enroll_intent_tidy(hold.profile_fd, &problem) &&
             run(profile, hold.profile_fd, context, &problem);
        go_on(profile, hold.profile_fd);
        enroll_worker_see_through(profile, hold.profile_fd);
        enroll_hold_release(&hold);
    }
    if (ok)
        return ENROLL_OK;
    enroll_problem_prefix(&problem, profile->name);
    return enroll_report(&problem);
}
