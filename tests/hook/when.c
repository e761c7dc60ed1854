/* SPDX-License-Identifier: Apache-2.0 */
/* When to renew and when to refuse: tables, and what holds for any input. */
#include <stdlib.h>

#include "hook/lifecycle/times.h"
#include "tests/hook/place.h"
#include "tests/unit/check.h"

#define NOW  1800000000L
#define DAY  86400L
#define HOUR 3600L
#define YEAR (365 * DAY)

/*
 * One certificate of `lifetime`, taken into use `age` after its not-before;
 * expected times are counted back from not-after + 1.
 */
struct row {
    const char *profile;
    long lifetime, age, jitter;
    long hint; /* before the end, 0: none */
    long renew, emergency, refuse;
};

static struct enroll_times derive(const struct place *place,
                                  const struct row *row)
{
    struct enroll_times times = {
        .not_before = NOW,
        .not_after = NOW + row->lifetime - 1,
        .issued = NOW + row->age,
        .hint = row->hint == 0 ? 0 : NOW + row->lifetime - row->hint,
        .jitter = row->jitter,
    };

    enroll_times_derive(place->profile, &times);
    return times;
}

static const struct row rows[] = {
    /* the defaults: a third, 5 % of it as jitter, 5 % of all for emergency */
    {"", 100 * DAY, 0, 0, 0, 33 * DAY + 1, 5 * DAY, 0},
    {"", 100 * DAY, 0, ENROLL_JITTER_MAX, 0, 33 * DAY - 142559, 5 * DAY, 0},
    {"renew = 30d\n", YEAR, 0, 0, 0, 30 * DAY + 1, YEAR / 20, 0},
    {"renew = 30d\nspread = 10d\n", YEAR, 0, ENROLL_JITTER_MAX, 0, 20 * DAY + 1,
     YEAR / 20, 0},
    {"renew = 30d\nspread = 10d\n", YEAR, 0, ENROLL_JITTER_MAX / 2, 0,
     25 * DAY + 1, YEAR / 20, 0},
    /* never more than half of the window */
    {"renew = 30d\nspread = 40d\n", YEAR, 0, ENROLL_JITTER_MAX, 0, 15 * DAY + 1,
     15 * DAY + 1, 0},
    {"emergency = 2d\n", 100 * DAY, 0, 0, 0, 33 * DAY + 1, 2 * DAY, 0},
    /* an emergency longer than the window begins with it */
    {"renew = 10d\nemergency = 20d\n", 100 * DAY, 0, 0, 0, 10 * DAY + 1,
     10 * DAY + 1, 0},
    /* lead-time moves both, min-remaining refuse and emergency */
    {"lead-time = 7d\n", 100 * DAY, 0, 0, 0, 40 * DAY + 1, 12 * DAY, 0},
    {"min-remaining = 3d\n", 100 * DAY, 0, 0, 0, 33 * DAY + 1, 8 * DAY,
     3 * DAY},
    {"lead-time = 7d\nmin-remaining = 3d\nemergency = 1d\n", 100 * DAY, 0, 0, 0,
     40 * DAY + 1, 11 * DAY, 3 * DAY},
    /* a hint counts if it is earlier, and not in the first day */
    {"", 100 * DAY, 0, 0, 60 * DAY, 60 * DAY, 5 * DAY, 0},
    {"", 100 * DAY, 0, 0, 10 * DAY, 33 * DAY + 1, 5 * DAY, 0},
    {"", 100 * DAY, 0, 0, 100 * DAY, 99 * DAY, 5 * DAY, 0},
    {"", 6 * HOUR, 0, 0, 6 * HOUR, 4 * HOUR, HOUR * 3 / 10, 0},
    /* a window longer than the certificate, or one that is back-dated */
    {"renew = 30d\n", 3 * DAY, 0, 0, 0, 2 * DAY, DAY * 15 / 100, 0},
    {"renew = 30d\n", 3 * DAY, 30 * HOUR, 0, 0, 28 * HOUR, DAY * 15 / 100, 0},
    {"lead-time = 90d\n", 90 * DAY, 0, 0, 0, 60 * DAY, 60 * DAY, 0},
    /* a reserve as long: half of what is left; and renewal comes first */
    {"renew = 30d\nmin-remaining = 20d\n", 3 * DAY, 24 * HOUR, 0, 0, 32 * HOUR,
     24 * HOUR + DAY * 15 / 100, 24 * HOUR},
    {"renew = 30d\nmin-remaining = 100d\n", YEAR, 0, 0, 0,
     YEAR - 265 * DAY / 3 * 2, 100 * DAY + YEAR / 20, 100 * DAY},
};

static void tables_hold(struct place *place)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct row *row = &rows[i];
        struct enroll_times times;
        long end = NOW + row->lifetime;
        int before = check_failures;

        place_profile(place, row->profile);
        times = derive(place, row);
        /* Percentages are of whole hundredths. */
        CHECK(labs(end - row->renew - (long)times.renew_at) <= 100);
        CHECK(labs(end - row->emergency - (long)times.emergency_at) <= 100);
        CHECK(times.refuse_at == end - row->refuse);
        if (check_failures != before)
            fprintf(stderr, "row %zu: %ld %ld %ld\n", i, end - times.renew_at,
                    end - times.emergency_at, end - times.refuse_at);
    }
}

/* Any certificate and any profile: order kept, and never a loop. */
static void no_input_makes_a_loop(struct place *place)
{
    static const char *const profiles[] = {
        "",
        "renew = 300d\n",
        "renew = 90%\nspread = 90%\n",
        "renew = 1s\nemergency = 90%\n",
        "lead-time = 300d\n",
        "min-remaining = 459d\n",
        "min-remaining = 459d\nlead-time = 300d\nemergency = 300d\n",
        "spread = 300d\nrenew = 90%\nlead-time = 5d\n",
    };

    srandom(7);
    for (size_t i = 0; i < sizeof(profiles) / sizeof(profiles[0]); i++) {
        place_profile(place, profiles[i]);
        for (int j = 0; j < 20000; j++) {
            struct row row = {.lifetime = 1 + random() % (460 * DAY)};
            struct enroll_times times;
            long left, rest;

            if (j % 2 == 0)
                row.lifetime = 1 + random() % DAY;
            row.age = random() % row.lifetime;
            row.jitter = random() % (ENROLL_JITTER_MAX + 1);
            if (j % 3 == 0)
                row.hint = row.lifetime - random() % (2 * row.lifetime) + 1;
            times = derive(place, &row);
            left = times.not_after - times.issued + 1;
            rest = left / 3;
            if (times.hint != 0 && rest > DAY)
                rest = DAY;
            CHECK(times.renew_at > times.issued);
            CHECK(times.renew_at - times.issued >= rest);
            CHECK(times.refuse_at - times.issued >= left / 2);
            CHECK(times.renew_at <= times.emergency_at);
            CHECK(times.renew_at <= times.refuse_at || left < 4);
            if (check_failures != 0)
                return;
        }
    }
}

/* Mondays from 2 to 4, of a clock in UTC. */
static void windows_move_what_is_effective(struct place *place)
{
    struct enroll_times times = {.renew_at = 1800000000L, /* Fri 08:00 */
                                 .emergency_at = 1801000000L};
    const long monday = 1800237600L;

    place_profile(place, "");
    CHECK(enroll_times_effective(place->profile, &times, NOW) == NOW);
    place_profile(place, "maintenance = 0 2 * * mon 2h UTC\n");
    CHECK(enroll_times_effective(place->profile, &times, 0) == monday);
    CHECK(enroll_times_effective(place->profile, &times, NOW) == monday);
    /* Open: due since it was due; closed again: the next one. */
    CHECK(enroll_times_effective(place->profile, &times, monday) == NOW);
    CHECK(enroll_times_effective(place->profile, &times, monday + 7199) == NOW);
    CHECK(enroll_times_effective(place->profile, &times, monday + 7200) ==
          monday + 7 * DAY);
    /* Where the emergency comes first, it is that. */
    times.emergency_at = monday - 1;
    CHECK(enroll_times_effective(place->profile, &times, NOW) == monday - 1);
    CHECK(enroll_times_effective(place->profile, &times, monday + 7200) == NOW);
    /* Due inside a window. */
    times.renew_at = monday + 60;
    times.emergency_at = monday + DAY;
    CHECK(enroll_times_effective(place->profile, &times, NOW) == monday + 60);
}

/* Facts of an earlier version had permille of the window. */
static void facts_are_understood(void)
{
    struct enroll_generation generation = {.not_before = NOW,
                                           .not_after = NOW + DAY - 1};
    struct enroll_times times;

    generation.facts = enroll_record_new("enroll-facts");
    enroll_times_read(&generation, &times);
    CHECK(times.issued == NOW && times.jitter == 0 && times.hint == 0);
    enroll_record_set(generation.facts, "jitter", "50");
    enroll_record_set(generation.facts, "issued", "%ld", NOW + 5);
    enroll_times_read(&generation, &times);
    CHECK(times.issued == NOW + 5 && times.jitter == ENROLL_JITTER_MAX);
    enroll_record_set(generation.facts, "jitter-ppm", "17");
    enroll_times_read(&generation, &times);
    CHECK(times.jitter == 17);
    enroll_record_set(generation.facts, "jitter-ppm", "99999999");
    enroll_times_read(&generation, &times);
    CHECK(times.jitter == 0);
    enroll_record_free(generation.facts);
}

static void jitter_is_in_bounds(void)
{
    for (int i = 0; i < 1000; i++) {
        long jitter = enroll_times_jitter();

        CHECK(jitter >= 0 && jitter <= ENROLL_JITTER_MAX);
    }
}

int main(void)
{
    struct place place;

    place_make(&place);
    tables_hold(&place);
    no_input_makes_a_loop(&place);
    windows_move_what_is_effective(&place);
    place_remove(&place);
    facts_are_understood();
    jitter_is_in_bounds();
    return CHECK_DONE();
}
