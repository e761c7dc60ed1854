/* SPDX-License-Identifier: Apache-2.0 */
/*
 * max-orders = COUNT/PERIOD: what a mistake can cost. STATE/PROFILE/orders is
 * a record "enroll-orders" whose line `placed` has the times of the orders
 * inside the period, oldest first. Under the identity's lock.
 */
#ifndef ENROLL_HOOK_LIFECYCLE_BUDGET_H
#define ENROLL_HOOK_LIFECYCLE_BUDGET_H

#include <time.h>

#include "hook/profile.h"

#define ENROLL_ORDERS_MAX 1000 /* the largest COUNT */

/* 0 and *problem (class policy) if no order is left. */
int enroll_budget_allows(const struct enroll_profile *profile, int profile_fd,
                         time_t now, struct enroll_problem *problem);
/* When the next may be placed; 0: now, or nobody can tell. */
time_t enroll_budget_frees(const struct enroll_profile *profile, int profile_fd,
                           time_t now);
/* Counts one, durably; before it goes out. */
int enroll_budget_spend(const struct enroll_profile *profile, int profile_fd,
                        time_t now, struct enroll_problem *problem);
/* Takes the last one back: it certainly was not taken. */
int enroll_budget_refund(const struct enroll_profile *profile, int profile_fd,
                         time_t now, struct enroll_problem *problem);

#endif
