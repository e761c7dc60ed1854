/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a tool to its end: no shell, no standard input, output captured, a
 * deadline, and a group of its own that is killed whole.
 */
#ifndef ENROLL_HOOK_SIGN_CHILD_H
#define ENROLL_HOOK_SIGN_CHILD_H

#include <stddef.h>

#include "core/problem.h"
#include "hook/sign/interrupt.h"

#define ENROLL_CHILD_OUTPUT 8192

struct enroll_child {
    const char *path;        /* absolute */
    const char *const *argv; /* NULL-terminated */
    char *const *envp;
    long long deadline;                 /* as of enroll_monotonic_ms */
    struct enroll_interrupt *interrupt; /* NULL: none is watched */

    /* what came of it */
    int status;                       /* exit status; -1: a signal */
    char output[ENROLL_CHILD_OUTPUT]; /* the last of stdout and stderr */
    size_t used;
};

/*
 * 1 if the tool ran to its end, whatever its status; 0 and *problem if it
 * could not be started, was killed by a signal, ran past its deadline or was
 * interrupted.
 */
int enroll_child_run(struct enroll_child *child,
                     struct enroll_problem *problem);

/*
 * The line of its output that says most about a failure, for a message: the
 * first one that looks like an error, else the last one. Points to a static
 * text if there is none; otherwise into line.
 */
const char *enroll_child_says(const struct enroll_child *child, char *line,
                              size_t size);

#endif
