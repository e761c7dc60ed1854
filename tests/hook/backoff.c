/* SPDX-License-Identifier: Apache-2.0 */
/* How long a failure is waited out: tables by kind, and the emergency. */
#include "hook/lifecycle/backoff.h"

#include "tests/unit/check.h"

#define NOW    1800000000L
#define MINUTE 60L
#define HOUR   3600L
#define DAY    86400L

static const struct {
    enum enroll_class class;
    int contacted, unauthorized;
    enum enroll_kind kind;
} kinds[] = {
    {ENROLL_UNREACHABLE, 1, 0, ENROLL_KIND_UNREACHABLE},
    {ENROLL_THROTTLED, 1, 0, ENROLL_KIND_THROTTLED},
    {ENROLL_REJECTED, 1, 0, ENROLL_KIND_REJECTED},
    {ENROLL_REJECTED, 1, 1, ENROLL_KIND_AUTHENTICATION},
    {ENROLL_UNREACHABLE, 1, 1, ENROLL_KIND_UNREACHABLE},
    {ENROLL_VERIFICATION, 1, 0, ENROLL_KIND_REJECTED},
    {ENROLL_PENDING, 1, 0, ENROLL_KIND_PENDING},
    {ENROLL_POLICY, 0, 0, ENROLL_KIND_POLICY},
    {ENROLL_KEY, 0, 0, ENROLL_KIND_TOKEN},
    {ENROLL_CONFIGURATION, 0, 0, ENROLL_KIND_LOCAL},         /* a full disk */
    {ENROLL_CONFIGURATION, 1, 0, ENROLL_KIND_CONFIGURATION}, /* redirects */
    {ENROLL_NOT_USABLE, 1, 0, ENROLL_KIND_LOCAL},            /* our clock */
    {ENROLL_INTERNAL, 0, 0, ENROLL_KIND_LOCAL},
};

static void kinds_are_told_apart(void)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        const struct enroll_problem problem = {.class = kinds[i].class};
        const struct enroll_failure failure = {
            .problem = &problem,
            .contacted = kinds[i].contacted,
            .unauthorized = kinds[i].unauthorized,
        };

        CHECK_STRING(enroll_kind_name(enroll_kind_of(&failure)),
                     enroll_kind_name(kinds[i].kind));
    }
}

static const struct {
    enum enroll_kind kind;
    long failures, retry_after, delay;
} delays[] = {
    {ENROLL_KIND_UNREACHABLE, 1, 0, MINUTE},
    {ENROLL_KIND_UNREACHABLE, 2, 0, 2 * MINUTE},
    {ENROLL_KIND_UNREACHABLE, 5, 0, 16 * MINUTE},
    {ENROLL_KIND_UNREACHABLE, 99, 0, 6 * HOUR},
    {ENROLL_KIND_UNREACHABLE, 2000000000, 0, 6 * HOUR},
    {ENROLL_KIND_THROTTLED, 1, 1, MINUTE},
    {ENROLL_KIND_THROTTLED, 1, 7200, 2 * HOUR},
    {ENROLL_KIND_THROTTLED, 1, 99999999, DAY},
    {ENROLL_KIND_REJECTED, 1, 0, HOUR},
    {ENROLL_KIND_REJECTED, 3, 0, 4 * HOUR},
    {ENROLL_KIND_REJECTED, 99, 0, DAY},
    {ENROLL_KIND_AUTHENTICATION, 1, 0, HOUR},
    {ENROLL_KIND_AUTHENTICATION, 99, 0, DAY},
    {ENROLL_KIND_PENDING, 1, 0, MINUTE},
    {ENROLL_KIND_PENDING, 99, 0, HOUR},
    {ENROLL_KIND_POLICY, 1, 0, HOUR},
    {ENROLL_KIND_CONFIGURATION, 1, 0, HOUR},
    {ENROLL_KIND_TOKEN, 1, 0, MINUTE},
    {ENROLL_KIND_LOCAL, 99, 0, 6 * HOUR},
};

static void delays_grow_and_end(void)
{
    for (size_t i = 0; i < sizeof(delays) / sizeof(delays[0]); i++)
        CHECK(enroll_backoff_delay(delays[i].kind, delays[i].failures,
                                   delays[i].retry_after) == delays[i].delay);
    for (int kind = 0; kind < ENROLL_KIND_COUNT; kind++) {
        long before = 0;

        for (long failures = 1; failures < 100; failures++) {
            long delay =
                enroll_backoff_delay((enum enroll_kind)kind, failures, 0);

            CHECK(delay >= before && delay <= DAY);
            before = delay;
        }
    }
}

#define SOON   0 /* nothing usable: the emergency is now */
#define LATER  (90 * DAY)
#define INSIDE (-DAY) /* the emergency has begun */

/* The bounds of the next try, in seconds from now, whatever the jitter. */
static const struct {
    enum enroll_class class;
    int unauthorized;
    long failures, retry_after, emergency, frees, first, last;
} tries[] = {
    {ENROLL_UNREACHABLE, 0, 1, 0, LATER, 0, 60, 75},
    {ENROLL_UNREACHABLE, 0, 99, 0, LATER, 0, 16200, 27000},
    {ENROLL_REJECTED, 0, 1, 0, LATER, 0, HOUR, 4500},
    {ENROLL_REJECTED, 1, 99, 0, LATER, 0, 64800, 108000},
    {ENROLL_THROTTLED, 0, 1, 9000, LATER, 0, 9000, 11250},
    /* inside: a minute, but an hour for what does not heal by itself */
    {ENROLL_UNREACHABLE, 0, 99, 0, INSIDE, 0, 60, 75},
    {ENROLL_PENDING, 0, 99, 0, INSIDE, 0, 60, 75},
    {ENROLL_REJECTED, 0, 99, 0, INSIDE, 0, HOUR, 4500},
    {ENROLL_REJECTED, 1, 99, 0, INSIDE, 0, HOUR, 4500},
    {ENROLL_POLICY, 0, 99, 0, INSIDE, 0, HOUR, 4500},
    /* Retry-After holds there too, up to an hour */
    {ENROLL_THROTTLED, 0, 9, 600, INSIDE, 0, 600, 750},
    {ENROLL_THROTTLED, 0, 9, 9000, INSIDE, 0, HOUR, 4500},
    /* it begins before the delay is over */
    {ENROLL_UNREACHABLE, 0, 99, 0, HOUR, 0, HOUR + 60, HOUR + 75},
    {ENROLL_UNREACHABLE, 0, 1, 0, 10, 0, 60, 75},
    /* nothing usable: what heals is tried soon, what does not is not */
    {ENROLL_UNREACHABLE, 0, 99, 0, SOON, 0, 60, 75},
    {ENROLL_REJECTED, 1, 99, 0, SOON, 0, 64800, 108000},
    /* max-orders: not before it can be */
    {ENROLL_POLICY, 0, 1, 0, LATER, 20 * DAY, 20 * DAY, 20 * DAY},
    {ENROLL_POLICY, 0, 1, 0, INSIDE, 20 * DAY, 20 * DAY, 20 * DAY},
};

static void the_next_try_is_in_bounds(void)
{
    for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
        const struct enroll_problem problem = {.class = tries[i].class};
        const struct enroll_failure failure = {
            .problem = &problem,
            .contacted = 1,
            .unauthorized = tries[i].unauthorized,
            .retry_after = tries[i].retry_after,
            .frees = tries[i].frees == 0 ? 0 : NOW + tries[i].frees,
            .emergency_at =
                tries[i].emergency == SOON ? 0 : NOW + tries[i].emergency,
        };
        int before = check_failures;

        for (int random = 0; random < 256; random++) {
            long in = (long)enroll_backoff_at(&failure, tries[i].failures,
                                              (unsigned char)random, NOW) -
                      NOW;

            CHECK(in >= tries[i].first && in <= tries[i].last);
            if (check_failures != before) {
                fprintf(stderr, "row %zu: in %ld\n", i, in);
                break;
            }
        }
    }
}

int main(void)
{
    kinds_are_told_apart();
    delays_grow_and_end();
    the_next_try_is_in_bounds();
    return CHECK_DONE();
}
