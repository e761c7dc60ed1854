/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes the one line of a failure. Called by everything that can fail; never
 * prints anything itself.
 */
#include "core/problem.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int enroll_problem_set(struct enroll_problem *problem, enum enroll_class class,
                       const char *format, ...)
{
    char line[ENROLL_LINE_MAX];
    va_list args;

    if (problem == NULL)
        return 0;
    va_start(args, format);
    vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    /* Formatted aside first: the arguments may point into *problem. */
    for (size_t i = 0; i < sizeof(line); i++) {
        char c = line[i];

        if (c != '\0' && ((unsigned char)c < 0x20 || c == 0x7f))
            c = ' ';
        problem->line[i] = c;
        if (c == '\0')
            break;
    }
    problem->class = class;
    return 0;
}

int enroll_problem_prefix(struct enroll_problem *problem, const char *profile)
{
    size_t length = strlen(profile);

    if (problem == NULL || (strncmp(problem->line, profile, length) == 0 &&
                            problem->line[length] == ':'))
        return 0;
    return enroll_problem_set(problem, problem->class, "%s: %s", profile,
                              problem->line);
}
