/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Has a profile made usable. Called by sign and run before a tool is started.
 */
#include "hook/command/make_ready.h"

#include <stdio.h>
#include <unistd.h>

#include "hook/lifecycle/lifecycle.h"

static void show(void *context, const char *line)
{
    (void)context;
    fprintf(stderr, "enroll-hook: %s\n", line);
}

int enroll_make_ready(const struct enroll_profile *profile,
                      unsigned long *generation, struct enroll_problem *problem)
{
    struct enroll_ready ready = {.min_remaining = -1, .wait = profile->wait};

    if (isatty(STDERR_FILENO))
        ready.progress = show;
    return enroll_lifecycle_ready(profile, &ready, generation, problem);
}
