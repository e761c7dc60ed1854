/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a generation becomes the current one. A tool reads its certificates
 * first and its key a moment later, or the other way round; were both replaced
 * in between, it would hold a pair that is none. So a new key is published in
 * steps, and whatever lies two reads less than `overlap` apart fits:
 *
 *   step  current  identity.pem
 *         old      -> current/identity.pem: old key, old leaf
 *    0    old      as before; the record STATE/PROFILE/publishing is there
 *    1    new      old key, old leaf, new leaf
 *    2    new      new key, new leaf, old leaf
 *         new      -> current/identity.pem: new key, new leaf; no record
 *
 * Step 1 is taken at once, the others each `overlap` after the one before, by
 * whoever comes then (core/publishing.h). Killed anywhere, the next run goes
 * on; where one of the two generations has become unusable it falls back to
 * the other at once.
 *
 * Beside the states of machine.h, not one of them: a request may well be under
 * way meanwhile. All but enroll_stages_see_through under the lock.
 */
#ifndef ENROLL_HOOK_LIFECYCLE_STAGES_H
#define ENROLL_HOOK_LIFECYCLE_STAGES_H

#include "hook/profile.h"

/*
 * Makes generation number, which is complete on disk, the current one: at once
 * where the key stays, or nothing usable is current for long enough; otherwise
 * it takes step 1. What is under way must have been settled before.
 */
int enroll_stages_publish(const struct enroll_profile *profile, int profile_fd,
                          unsigned long number, struct enroll_problem *problem);

/* Makes it current without steps, and ends what was under way. */
int enroll_stages_switch(const struct enroll_profile *profile, int profile_fd,
                         unsigned long number, struct enroll_problem *problem);

/* Takes the step that is due, if any. */
int enroll_stages_go_on(const struct enroll_profile *profile, int profile_fd,
                        struct enroll_problem *problem);

/*
 * Takes those that remain, each when it is due: waits with the lock held, but
 * stands back (0, class pending) as soon as a person's command waits for it.
 */
int enroll_stages_settle(const struct enroll_profile *profile, int profile_fd,
                         struct enroll_problem *problem);

/*
 * The same without the lock, which is taken for each step only. For a process
 * that nobody waits for.
 */
void enroll_stages_see_through(const struct enroll_profile *profile,
                               int profile_fd);

/*
 * Brings verdict and identity.pem of the current generation up to date after a
 * change of the configuration, or once somebody has removed the latter.
 */
int enroll_stages_refresh(const struct enroll_profile *profile, int profile_fd,
                          unsigned long number, struct enroll_problem *problem);

/* 1 if a new key is being published. */
int enroll_stages_under_way(int profile_fd);

/* 1 if generation number must stay for a publication that is under way. */
int enroll_stages_need(int profile_fd, unsigned long number);

#endif
