/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The process that does the work: detached from the caller, so that an order
 * that costs money is neither cut short by a timeout nor by Ctrl-C. It holds
 * the identity's lock for as long as it works, and the kernel lets go of it
 * however that ends; after its report it lets go of it, and sees a new key
 * through (stages.h). Its reports are wire replies (core/wire.h) over a socket;
 * nobody has to listen.
 */
#ifndef ENROLL_HOOK_LIFECYCLE_WORKER_H
#define ENROLL_HOOK_LIFECYCLE_WORKER_H

#include "hook/lifecycle/work.h"

/*
 * Starts it; work->ready->progress is not called in it. lock_fd is taken over
 * in any case. *report_fd is the caller's. 1, or 0 and *problem.
 */
int enroll_worker_start(const struct enroll_work *work, int lock_fd,
                        int *report_fd, struct enroll_problem *problem);

/*
 * Where a new key is being published (stages.h): a process of its own, with
 * nothing of the caller's, that takes the steps that remain.
 */
void enroll_worker_see_through(const struct enroll_profile *profile,
                               int profile_fd);

enum enroll_worker_result {
    ENROLL_WORKER_DONE,   /* *generation */
    ENROLL_WORKER_FAILED, /* *problem */
    ENROLL_WORKER_DIED,   /* without a word: killed */
    ENROLL_WORKER_LATE    /* still at it when the deadline passed */
};

/* Passes its progress on until it has done, or the deadline passes. */
enum enroll_worker_result enroll_worker_follow(int report_fd,
                                               long long deadline,
                                               const struct enroll_ready *ready,
                                               unsigned long *generation,
                                               struct enroll_problem *problem);

#endif
