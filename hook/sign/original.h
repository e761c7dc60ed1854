/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file that is being signed: held with a lock so that two runs don't sign
 * it at once, looked at again before it is replaced, and replaced whole.
 */
#ifndef ENROLL_HOOK_SIGN_ORIGINAL_H
#define ENROLL_HOOK_SIGN_ORIGINAL_H

#include <limits.h>
#include <sys/stat.h>

#include "core/problem.h"
#include "hook/sign/interrupt.h"

struct enroll_original {
    char path[PATH_MAX]; /* links followed */
    int fd;              /* locked; -1: not open */
    struct stat was;
};

/*
 * Follows links, opens and holds the file, waiting for somebody else who does.
 * Refuses what is no regular file and what has several names. 1, or 0.
 */
int enroll_original_open(struct enroll_original *original, const char *file,
                         struct enroll_interrupt *interrupt,
                         struct enroll_problem *problem);
void enroll_original_close(struct enroll_original *original);

/*
 * Puts new (a path in the same file system) in its place, with its attributes;
 * folder is a descriptor of where it is. 1, or 0 and the file is as it was.
 */
int enroll_original_replace(const struct enroll_original *original,
                            const char *new, int folder,
                            struct enroll_problem *problem);

/* Renames file, links followed, to FILE.unsigned. 1, or 0 and *problem. */
int enroll_original_set_aside(const char *file, struct enroll_problem *problem);

#endif
