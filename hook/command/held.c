/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What csr, import, revoke and resolve share.
 */
#include "hook/command/held.h"

#include "hook/command/command.h"
#include "hook/lifecycle/hold.h"
#include "hook/lifecycle/intent.h"

enum enroll_class enroll_held_run(const struct enroll_profile *profile,
                                  enroll_held_fn *run, void *context)
{
    struct enroll_problem problem;
    struct enroll_hold hold;
    int ok = 0;

    if (enroll_hold_take(profile, &hold, &problem)) {
        ok = enroll_intent_tidy(hold.profile_fd, &problem) &&
             run(profile, hold.profile_fd, context, &problem);
        enroll_hold_release(&hold);
    }
    if (ok)
        return ENROLL_OK;
    enroll_problem_prefix(&problem, profile->name);
    return enroll_report(&problem);
}
