/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Derives renew-at and refuse-at. Called at publication and whenever the
 * configuration has changed since; pure but for the random jitter.
 */
#include "hook/lifecycle/times.h"

#include <openssl/rand.h>

long enroll_times_jitter(void)
{
    unsigned char byte = 0;

    /* Without randomness all are early, which is harmless. */
    if (RAND_bytes(&byte, 1) != 1)
        return 0;
    return (long)byte * ENROLL_JITTER_MAX / 255;
}

static time_t later(time_t a, time_t b)
{
    return a > b ? a : b;
}

void enroll_times_derive(const struct enroll_profile *profile,
                         struct enroll_times *times)
{
    long lifetime = (long)(times->not_after - times->not_before) + 1;
    long window = profile->renew_before, reserve = profile->min_remaining;
    time_t fresh = times->issued + (times->not_after - times->issued) / 3;

    if (profile->renew_percent > 0)
        window = lifetime / 100 * profile->renew_percent;
    times->renew_at = times->not_after - window + window / 1000 * times->jitter;
    /*
     * A certificate that is inside the window from its first day, because the
     * window is too long or not-before lies back, must not be renewed at once
     * and for ever.
     */
    times->renew_at = later(times->renew_at, fresh);
    if (reserve > lifetime / 2)
        reserve = lifetime / 2;
    times->refuse_at = times->not_after + 1 - reserve;
    /* Refused before it is renewed, every build would wait for an approval. */
    if (times->renew_at >= times->refuse_at && times->refuse_at > times->issued)
        times->renew_at =
            times->issued + (times->refuse_at - times->issued) / 3 * 2;
}
