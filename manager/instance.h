/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one process that serves a folder: found by a kernel lock on DIR/pid,
 * so that a file left behind by a killed one never misleads anybody.
 */
#ifndef MANAGER_INSTANCE_H
#define MANAGER_INSTANCE_H

#include <sys/types.h>

/*
 * Becomes that process: the descriptor to keep open, -1 failed (said so), -2
 * there is one already. Must come after every fork.
 */
int instance_claim(const char *dir);

/* Says that it serves now: its process id goes into DIR/pid. */
int instance_ready(int claim);

/* Says that it is about to go: from now on the next one is waited for. */
void instance_leaving(int claim);

/* The process that holds the claim; 0 none, -1 failed. */
pid_t instance_holder(const char *dir);

/* Waits until the holder serves. 1 it does, 0 it has gone or takes too long */
int instance_wait_ready(const char *dir);

/* Ends the holder: 1 gone, 0 there was none, -1 it stays. */
int instance_stop(const char *dir, int seconds);

#endif
