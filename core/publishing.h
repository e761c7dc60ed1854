/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A new key on its way to those who read certificate and key one after the
 * other (hook/lifecycle/stages.h). While it is, STATE/PROFILE/identity.pem is
 * no link but a file of its own, and this record says how far it has come:
 *
 *   STATE/PROFILE/publishing   record "enroll-publishing"
 *       from, to               the generations
 *       step                   the last one done: 0, 1 or 2
 *       since                  when, seconds since the epoch
 *       overlap                seconds until the next one is due
 */
#ifndef ENROLL_CORE_PUBLISHING_H
#define ENROLL_CORE_PUBLISHING_H

#include <time.h>

#include "core/trust.h"

struct enroll_publishing {
    unsigned long from, to;
    long step;
    time_t since;
    long overlap;
};

/* The record; a damaged one is BAD and of class not-usable. */
enum enroll_found enroll_publishing_load(int profile_fd,
                                         struct enroll_publishing *publishing,
                                         struct enroll_problem *problem);

/*
 * 1 if somebody should see to it now: the first step was cut short, the next
 * is due, or `since` lies ahead, so that nobody can tell by the clock. Seconds
 * are coarse: never early.
 */
int enroll_publishing_due(const struct enroll_publishing *publishing,
                          time_t now);

/* 1 if there is such a record and somebody should see to it now. */
int enroll_publishing_waits(int profile_fd, time_t now);

#endif
