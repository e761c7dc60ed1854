/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A thousand machines with certificates of the same end, in simulated time,
 * by the code that really decides: jitter and moments of times.c, delays of
 * backoff.c. They sign at random; a signature after renew-at, with no back-off
 * to keep, orders. The manager is away for a while in the middle.
 *
 *   faults-herd LIFETIME-DAYS OUTAGE-HOURS JITTER(0|1)
 *
 * prints "spread SECONDS", "peak ORDERS-A-MINUTE", "requests A-MINUTE" (at
 * most, failed ones too), "last SECONDS" (from the first order to the last),
 * "ks VALUE" (Kolmogorov-Smirnov's D * sqrt(n) of the jitters), and lines
 * "hour N ORDERS".
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "hook/lifecycle/backoff.h"
#include "hook/lifecycle/times.h"
#include "tests/hook/place.h"

#define MACHINES    1000
#define NOW         1800000000L
#define DAY         86400L
#define SIGNS_EVERY 600.0 /* seconds between two signatures, in the mean */
#define MINUTES_MAX (460 * 24 * 60)

struct machine {
    struct enroll_times times;
    time_t next; /* by back-off */
    long failures;
};

static int orders[MINUTES_MAX], requests[MINUTES_MAX];

static double uniform(void)
{
    return ((double)random() + 1) / ((double)RAND_MAX + 2);
}

static time_t next_signature(time_t now)
{
    return now + 1 + (time_t)(-log(uniform()) * SIGNS_EVERY);
}

static void fail(struct machine *machine, time_t now)
{
    const struct enroll_problem problem = {.class = ENROLL_UNREACHABLE};
    const struct enroll_failure failure = {
        .problem = &problem,
        .contacted = 1,
        .emergency_at = machine->times.emergency_at,
    };

    machine->next = enroll_backoff_at(&failure, ++machine->failures,
                                      (unsigned char)random(), now);
}

/* From renew-at on until it has a new certificate. */
static time_t live(struct machine *machine, time_t down, time_t up)
{
    time_t now = next_signature(machine->times.renew_at - 1);

    for (;; now = next_signature(now)) {
        if (now < machine->next)
            continue;
        requests[(now - NOW) / 60]++;
        if (now < down || now >= up) {
            orders[(now - NOW) / 60]++;
            return now;
        }
        fail(machine, now);
    }
}

static int ascending(const void *a, const void *b)
{
    long left = *(const long *)a, right = *(const long *)b;

    return left < right ? -1 : left > right;
}

static double kolmogorov_smirnov(long *jitters)
{
    double most = 0;

    qsort(jitters, MACHINES, sizeof(*jitters), ascending);
    for (int i = 0; i < MACHINES; i++) {
        double at = (double)jitters[i] / (double)ENROLL_JITTER_MAX;

        most = fmax(most, fabs((double)(i + 1) / MACHINES - at));
        most = fmax(most, fabs((double)i / MACHINES - at));
    }
    return most * sqrt(MACHINES);
}

static void report(time_t first, time_t last)
{
    int peak = 0, asked = 0, hour = 0;

    for (long i = (first - NOW) / 60; i <= (last - NOW) / 60; i++) {
        peak = orders[i] > peak ? orders[i] : peak;
        asked = requests[i] > asked ? requests[i] : asked;
        hour += orders[i];
        if (i % 60 == 59 && hour > 0) {
            printf("hour %ld %d\n", i / 60, hour);
            hour = 0;
        }
    }
    printf("peak %d\nrequests %d\nlast %ld\n", peak, asked,
           (long)(last - first));
}

int main(int argc, char **argv)
{
    struct place place;
    struct enroll_times bounds = {.not_before = NOW, .issued = NOW};
    long jitters[MACHINES], lifetime, outage, spread;
    time_t down, first = 0, last = 0;

    if (argc != 4)
        return 2;
    lifetime = strtol(argv[1], NULL, 10) * DAY;
    outage = strtol(argv[2], NULL, 10) * 3600;
    srandom(1);
    place_make(&place);
    place_profile(&place, "");
    bounds.not_after = NOW + lifetime - 1;
    enroll_times_derive(place.profile, &bounds);
    first = bounds.renew_at;
    bounds.jitter = ENROLL_JITTER_MAX;
    enroll_times_derive(place.profile, &bounds);
    spread = (long)(bounds.renew_at - first);
    down = first + spread / 2;
    for (int i = 0; i < MACHINES; i++) {
        struct machine machine = {.failures = 0};
        time_t at;

        jitters[i] = enroll_times_jitter();
        machine.times = bounds;
        machine.times.jitter = argv[3][0] == '1' ? jitters[i] : 0;
        enroll_times_derive(place.profile, &machine.times);
        at = live(&machine, down, down + outage);
        last = at > last ? at : last;
    }
    printf("spread %ld\nks %.3f\n", spread, kolmogorov_smirnov(jitters));
    report(first, last);
    place_remove(&place);
    return 0;
}
