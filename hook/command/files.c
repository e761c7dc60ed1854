/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Collects file names. Called by sign; opens nothing but response files.
 */
#include "hook/command/files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#define LIST_BYTES_MAX (16L * 1024 * 1024)

static int add_name(struct enroll_files *files, const char *name,
                    struct enroll_problem *problem)
{
    char **grown = NULL;

    if (files->count >= ENROLL_FILES_MAX)
        return enroll_problem_set(problem, ENROLL_USAGE,
                                  "more than %d files at once; sign them in "
                                  "several runs",
                                  ENROLL_FILES_MAX);
    grown = OPENSSL_realloc(files->names, (files->count + 1) * sizeof(*grown));
    if (grown == NULL)
        return enroll_problem_set(problem, ENROLL_INTERNAL, "out of memory");
    files->names = grown;
    files->names[files->count] = OPENSSL_strdup(name);
    if (files->names[files->count] == NULL)
        return enroll_problem_set(problem, ENROLL_INTERNAL, "out of memory");
    files->count++;
    return 1;
}

static int add_lines(struct enroll_files *files, FILE *list,
                     struct enroll_problem *problem)
{
    char *line = NULL;
    size_t size = 0;
    long bytes = 0;
    ssize_t length;
    int ok = 1;

    while (ok && (length = getline(&line, &size, list)) > 0) {
        bytes += length;
        if (bytes > LIST_BYTES_MAX)
            ok = enroll_problem_set(problem, ENROLL_USAGE,
                                    "the list is too long");
        line[strcspn(line, "\r\n")] = '\0';
        if (ok && line[0] != '\0')
            ok = add_name(files, line, problem);
    }
    free(line);
    return ok;
}

int enroll_files_add(struct enroll_files *files, const char *argument,
                     struct enroll_problem *problem)
{
    FILE *list = NULL;
    int ok;

    if (argument[0] != '@')
        return add_name(files, argument, problem);
    list = fopen(argument + 1, "re");
    if (list == NULL)
        return enroll_problem_set(problem, ENROLL_USAGE,
                                  "cannot read the list of files %s: %s; for "
                                  "a file whose name begins with @ write ./%s",
                                  argument + 1, strerror(errno), argument);
    ok = add_lines(files, list, problem);
    fclose(list);
    return ok;
}

void enroll_files_clear(struct enroll_files *files)
{
    for (size_t i = 0; i < files->count; i++)
        OPENSSL_free(files->names[i]);
    OPENSSL_free(files->names);
    files->names = NULL;
    files->count = 0;
}
