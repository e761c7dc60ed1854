/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints progress. Called by the lifecycle through the commands. Failures have
 * "enroll-hook: " in front (enroll_report); progress has not, so that a log
 * can be searched for failures.
 */
#include "hook/command/progress.h"

#include <stdio.h>
#include <string.h>

void enroll_progress_print(void *context, const char *line)
{
    const char *profile = context;
    size_t length = strlen(profile);

    if (strncmp(line, profile, length) == 0 && line[length] == ':')
        fprintf(stderr, "%s\n", line);
    else
        fprintf(stderr, "%s: %s\n", profile, line);
}
