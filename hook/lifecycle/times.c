/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Derives when to renew and when to refuse. Called at publication and whenever
 * the configuration, a hint or a maintenance window has changed since; pure
 * but for the random jitter.
 */
#include "hook/lifecycle/times.h"

#include <stdint.h>

#include <openssl/rand.h>

#include "hook/lifecycle/maintenance.h"

#define DAY             86400L
#define OLD_JITTER_UNIT (ENROLL_JITTER_MAX / 50) /* was permille of window */

long enroll_times_jitter(void)
{
    uint64_t random = 0;

    /* Without randomness all are early, which is harmless. */
    if (RAND_bytes((unsigned char *)&random, sizeof(random)) != 1)
        return 0;
    return (long)(random % (uint64_t)(ENROLL_JITTER_MAX + 1));
}

static time_t later(time_t a, time_t b)
{
    return a > b ? a : b;
}

static long at_most(long value, long limit)
{
    return value > limit ? limit : value;
}

static long share_of(struct enroll_share share, long whole)
{
    return share.percent > 0 ? whole / 100 * share.percent : share.seconds;
}

/* Without a hint, and before anything is made sure of. */
static time_t plan(const struct enroll_profile *profile,
                   const struct enroll_times *times, long lifetime)
{
    long window = share_of(profile->renew, lifetime);
    long spread = at_most(share_of(profile->spread, window), window / 2);

    return times->not_after - window - profile->lead_time +
           (time_t)((double)spread * (double)times->jitter /
                    (double)ENROLL_JITTER_MAX);
}

void enroll_times_derive(const struct enroll_profile *profile,
                         struct enroll_times *times)
{
    long lifetime = (long)(times->not_after - times->not_before) + 1;
    long left = (long)(times->not_after - times->issued) + 1;
    long fresh = left > 3 ? left / 3 : 1;
    time_t soonest;

    /* A reserve as long as what is left would refuse it from the first day. */
    times->refuse_at = times->not_after + 1 -
                       at_most(profile->min_remaining, left > 0 ? left / 2 : 0);
    times->emergency_at = times->refuse_at - profile->lead_time -
                          share_of(profile->emergency, lifetime);
    /*
     * A certificate that is inside the window from its first day, because the
     * window is too long or not-before lies back, must not be renewed at once
     * and for ever.
     */
    times->renew_at =
        later(plan(profile, times, lifetime), times->issued + fresh);
    /* Refused before it is renewed, every build would wait for an approval. */
    if (times->renew_at >= times->refuse_at)
        times->renew_at =
            later(times->issued + (times->refuse_at - times->issued) / 3 * 2,
                  times->issued + fresh);
    soonest = times->issued + at_most(fresh, DAY);
    if (times->hint != 0 && times->hint < times->renew_at)
        times->renew_at = at_most(later(times->hint, soonest), times->renew_at);
    times->emergency_at = later(times->emergency_at, times->renew_at);
}

void enroll_times_read(const struct enroll_generation *generation,
                       struct enroll_times *times)
{
    long issued = (long)generation->not_before, old = 0;

    *times = (struct enroll_times){.not_before = generation->not_before,
                                   .not_after = generation->not_after};
    enroll_record_get_long(generation->facts, "issued", &issued);
    times->issued = (time_t)issued;
    if (enroll_record_get_long(generation->facts, "jitter", &old))
        times->jitter = old * OLD_JITTER_UNIT;
    enroll_record_get_long(generation->facts, "jitter-ppm", &times->jitter);
    if (times->jitter < 0 || times->jitter > ENROLL_JITTER_MAX)
        times->jitter = 0;
}

time_t enroll_times_effective(const struct enroll_profile *profile,
                              const struct enroll_times *times, time_t now)
{
    time_t from = later(times->renew_at, now), opening;

    if (profile->maintenance == NULL || from >= times->emergency_at)
        return times->renew_at;
    opening = enroll_maintenance_next(profile->maintenance, from);
    /* Open now: it has been due since it was due. */
    if (opening == from)
        return times->renew_at;
    return opening == 0 || opening > times->emergency_at ? times->emergency_at
                                                         : opening;
}
