/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files named on a command line: as they stand, or one a line in a
 * response file, `@LIST`.
 */
#ifndef ENROLL_HOOK_COMMAND_FILES_H
#define ENROLL_HOOK_COMMAND_FILES_H

#include <stddef.h>

#include "core/problem.h"

#define ENROLL_FILES_MAX 65536

struct enroll_files {
    char **names;
    size_t count;
};

/* Adds one argument. 1, or 0 and *problem. */
int enroll_files_add(struct enroll_files *files, const char *argument,
                     struct enroll_problem *problem);
void enroll_files_clear(struct enroll_files *files);

#endif
