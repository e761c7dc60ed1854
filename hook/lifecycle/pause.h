/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sleeping; every caller has a deadline of its own.
 */
#ifndef ENROLL_HOOK_LIFECYCLE_PAUSE_H
#define ENROLL_HOOK_LIFECYCLE_PAUSE_H

void enroll_pause_ms(long milliseconds);

/*
 * Until then (CLOCK_MONOTONIC milliseconds), for whoever holds the identity's
 * lock meanwhile: 0 as soon as a person's command waits for it, else 1.
 */
int enroll_pause_until(int profile_fd, long long end);

#endif
