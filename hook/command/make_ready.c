/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Has a profile made usable. Called by sign and run before a tool is started.
 */
#include "hook/command/make_ready.h"

#include <stdio.h>
#include <unistd.h>

#include "core/uri.h"
#include "hook/command/progress.h"
#include "hook/lifecycle/lifecycle.h"

int enroll_make_ready(const struct enroll_profile *profile,
                      unsigned long *generation, struct enroll_problem *problem)
{
    struct enroll_ready ready = {.min_remaining = -1, .wait = profile->wait};
    char name[ENROLL_PROFILE_MAX + 1];

    if (isatty(STDERR_FILENO)) {
        snprintf(name, sizeof(name), "%s", profile->name);
        ready.progress = enroll_progress_print;
        ready.context = name;
    }
    return enroll_lifecycle_ready(profile, &ready, generation, problem);
}
