/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A private folder (0700) next to the file that is being signed, because a
 * rename is atomic only within one file system. The owner holds a lock on it
 * while it lives: a scratch folder nobody holds was left by a killed run and
 * is removed by the next one that signs in that place.
 */
#ifndef ENROLL_HOOK_SIGN_SCRATCH_H
#define ENROLL_HOOK_SIGN_SCRATCH_H

#include <limits.h>

#include "core/problem.h"

struct enroll_scratch {
    int folder; /* where the file is */
    int fd;     /* the scratch folder, locked */
    char path[PATH_MAX];
};

/* Removes what killed runs left in folder; makes a new one. 1, or 0. */
int enroll_scratch_make(struct enroll_scratch *scratch, const char *folder,
                        struct enroll_problem *problem);

/* Removes it and what is in it. Safe on one that was never made (fd -1). */
void enroll_scratch_remove(struct enroll_scratch *scratch);

/* FOLDER/SCRATCH/name into path; 1, or 0 if that is too long. */
int enroll_scratch_path(const struct enroll_scratch *scratch, const char *name,
                        char path[PATH_MAX]);

#endif
