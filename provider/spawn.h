/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hook as a child process of a host that must not notice: no handler, no
 * mask, no descriptor and no environment of the host's is touched.
 */
#ifndef ENROLL_PROVIDER_SPAWN_H
#define ENROLL_PROVIDER_SPAWN_H

#include <sys/types.h>

#include "core/problem.h"
#include "provider/provider.h"

struct enroll_child {
    pid_t pid;
    int pidfd; /* -1 where the kernel has none */
    int fd;    /* our end of the channel; its 0 and 1 */
};

/*
 * Starts `enroll-hook answer`. Its standard error is the host's, or /dev/null
 * when quiet or when the host has none. 1, or 0 and *problem.
 */
int enroll_child_start(const struct enroll_provider *provider, int quiet,
                       struct enroll_child *child,
                       struct enroll_problem *problem);

/*
 * Closes the channel and sees the child off: after a moment's patience if it
 * has had its say (patient), else at once, with SIGTERM and then SIGKILL.
 */
void enroll_child_end(struct enroll_child *child, int patient);

#endif
