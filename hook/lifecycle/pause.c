/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sleeps whole, whatever signals come. Called between polls.
 */
#include "hook/lifecycle/pause.h"

#include <time.h>

#include "core/lock.h"
#include "core/wire.h"

#define SLICE_MS 100L /* so soon it is seen that a command waits */

void enroll_pause_ms(long milliseconds)
{
    struct timespec pause = {.tv_sec = milliseconds / 1000,
                             .tv_nsec = milliseconds % 1000 * 1000000};

    while (nanosleep(&pause, &pause) != 0)
        ;
}

int enroll_pause_until(int profile_fd, long long end)
{
    long long left;

    while ((left = end - enroll_monotonic_ms()) > 0) {
        if (enroll_lock_held(profile_fd, ENROLL_LOCK_HAND))
            return 0;
        enroll_pause_ms(left < SLICE_MS ? (long)left : SLICE_MS);
    }
    return 1;
}
