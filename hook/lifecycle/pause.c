/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sleeps whole, whatever signals come. Called between polls.
 */
#include "hook/lifecycle/pause.h"

#include <time.h>

void enroll_pause_ms(long milliseconds)
{
    struct timespec pause = {.tv_sec = milliseconds / 1000,
                             .tv_nsec = milliseconds % 1000 * 1000000};

    while (nanosleep(&pause, &pause) != 0)
        ;
}
