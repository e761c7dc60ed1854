/* SPDX-License-Identifier: Apache-2.0 */
/* Maintenance windows: what is understood, and when they open. */
#include "hook/lifecycle/maintenance.h"

#include <stdlib.h>
#include <unistd.h>

#include "tests/unit/check.h"

#define ZONES "/usr/share/zoneinfo/Europe/Berlin"

/* Seconds since the epoch of a UTC time "2027-03-28 01:00". */
static time_t utc(const char *text)
{
    struct tm tm = {0};

    if (strptime(text, "%Y-%m-%d %H:%M:%S", &tm) == NULL)
        strptime(text, "%Y-%m-%d %H:%M", &tm);
    return timegm(&tm);
}

static const struct {
    const char *windows, *from, *opens;
} openings[] = {
    /* 2027-01-01 is a Friday */
    {"0 2 * * * 1h UTC", "2027-01-01 00:00", "2027-01-01 02:00"},
    {"0 2 * * * 1h UTC", "2027-01-01 02:00", "2027-01-01 02:00"},
    {"0 2 * * * 1h UTC", "2027-01-01 02:59:59", "2027-01-01 02:59:59"},
    {"0 2 * * * 1h UTC", "2027-01-01 03:00", "2027-01-02 02:00"},
    {"30 22 * * fri 8h UTC", "2027-01-02 06:29:59", "2027-01-02 06:29:59"},
    {"30 22 * * fri 8h UTC", "2027-01-02 06:30", "2027-01-08 22:30"},
    {"0 0 1 jan * 31d UTC", "2027-01-31 23:59", "2027-01-31 23:59"},
    {"*/15 8-10 * * mon-wed 1m UTC", "2027-01-01 00:00", "2027-01-04 08:00"},
    {"*/15 8-10 * * mon-wed 1m UTC", "2027-01-04 08:01", "2027-01-04 08:15"},
    {"5/20 * * * * 1m UTC", "2027-01-01 00:26", "2027-01-01 00:45"},
    {"0 12 * * 7 1h UTC", "2027-01-01 00:00", "2027-01-03 12:00"},
    {"0 12 * * sat-sun 1h UTC", "2027-01-03 00:00", "2027-01-03 12:00"},
    {"0 12 * * 0,6 1h UTC", "2027-01-01 00:00", "2027-01-02 12:00"},
    /* day or weekday, where both are restricted; and, where one is */
    {"0 0 13 * fri 1h UTC", "2027-01-01 02:00", "2027-01-08 00:00"},
    {"0 0 13 * fri 1h UTC", "2027-01-08 02:00", "2027-01-13 00:00"},
    {"0 0 13 * * 1h UTC", "2027-01-01 02:00", "2027-01-13 00:00"},
    {"0 0 29 feb * 1d UTC", "2027-01-01 00:00", "2028-02-29 00:00"},
    {"0 0 29 2 * 1d UTC", "2096-03-01 00:00", "2104-02-29 00:00"},
    /* the earlier of two */
    {"0 2 * * mon 1h UTC; 0 5 * * fri 1h UTC", "2027-01-01 00:00",
     "2027-01-01 05:00"},
    {"0 2 * * mon 1h UTC; 0 5 * * fri 1h UTC", "2027-01-01 06:00",
     "2027-01-04 02:00"},
    /* Berlin is one hour ahead, two in summer */
    {"0 2 * * * 1h Europe/Berlin", "2027-01-01 00:00", "2027-01-01 01:00"},
    {"0 2 * * * 1h Europe/Berlin", "2027-07-01 01:00", "2027-07-02 00:00"},
    /* 2027-03-28: from 02:00 to 03:00, so 02:30 is left out */
    {"30 2 * * * 10m Europe/Berlin", "2027-03-27 03:00", "2027-03-28 01:00"},
    {"30 2 * * * 10m Europe/Berlin", "2027-03-28 01:00", "2027-03-28 01:00"},
    {"30 2 * * * 10m Europe/Berlin", "2027-03-28 01:10", "2027-03-29 00:30"},
    /* 2027-10-31: from 03:00 back to 02:00, so 02:30 comes twice */
    {"30 2 * * * 10m Europe/Berlin", "2027-10-30 01:00", "2027-10-31 00:30"},
    {"30 2 * * * 10m Europe/Berlin", "2027-10-31 00:40", "2027-10-31 01:30"},
    {"30 2 * * * 10m Europe/Berlin", "2027-10-31 01:40", "2027-11-01 01:30"},
    /* a duration is real time: four hours from 01:00 end at 06:00 */
    {"0 1 * * sun 4h Europe/Berlin", "2027-03-28 03:59", "2027-03-28 03:59"},
    {"0 1 * * sun 4h Europe/Berlin", "2027-03-28 04:00", "2027-04-03 23:00"},
    /* a zone whose midnight is left out: 2018-11-04 in Sao Paulo */
    {"0 0 4 11 * 1h America/Sao_Paulo", "2018-11-01 00:00", "2018-11-04 03:00"},
    {"30 0 * * * 1h America/Sao_Paulo", "2018-11-03 20:00", "2018-11-04 03:00"},
    /* and one that left out a whole day: 2011-12-30 in Samoa */
    {"0 12 30 12 * 1h Pacific/Apia", "2011-12-01 00:00", "2012-12-29 22:00"},
};

static void they_open_when_they_should(void)
{
    char why[ENROLL_MAINTENANCE_WHY];

    for (size_t i = 0; i < sizeof(openings) / sizeof(openings[0]); i++) {
        struct enroll_maintenance maintenance;
        time_t got;

        why[0] = '\0';
        if (!enroll_maintenance_parse(openings[i].windows, &maintenance, why)) {
            fprintf(stderr, "%s: %s\n", openings[i].windows, why);
            CHECK(0);
            continue;
        }
        got = enroll_maintenance_next(&maintenance, utc(openings[i].from));
        if (got != utc(openings[i].opens)) {
            fprintf(stderr, "row %zu, '%s' from %s: %s", i, openings[i].windows,
                    openings[i].from, asctime(gmtime(&got)));
            CHECK(0);
        }
    }
}

/* Always open, whatever the clocks do. */
static void there_is_no_hole(void)
{
    struct enroll_maintenance maintenance;
    char why[ENROLL_MAINTENANCE_WHY];

    CHECK(enroll_maintenance_parse("0 * * * * 1h Europe/Berlin", &maintenance,
                                   why));
    for (time_t at = utc("2027-10-30 12:07"); at < utc("2027-11-01 12:00");
         at += 1777)
        CHECK(enroll_maintenance_next(&maintenance, at) == at);
    for (time_t at = utc("2027-03-27 12:07"); at < utc("2027-03-29 12:00");
         at += 1777)
        CHECK(enroll_maintenance_next(&maintenance, at) == at);
}

static void mistakes_are_named(void)
{
    static const struct {
        const char *windows, *says;
    } wrong[] = {
        {"", "has no window"},
        {" ; ", "has no window"},
        {"0 2 * * *", "six words or seven"},
        {"0 2 * * * 1h UTC now", "six words or seven"},
        {"60 2 * * * 1h", "'60' is no minute; write * or 0 to 59"},
        {"0 24 * * * 1h", "'24' is no hour"},
        {"0 2 0 * * 1h", "'0' is no day; write * or 1 to 31"},
        {"0 2 * may-jan * 1h", "'may-jan' is no month"},
        {"0 2 * * mo 1h", "'mo' is no weekday"},
        {"0 2 * * 8 1h", "mon to sun"},
        {"*/0 2 * * * 1h", "'*/0' is no minute"},
        {"1,,2 2 * * * 1h", "'1,,2' is no minute"},
        {"1, 2 * * * 1h", "'1,' is no minute"},
        {"1-3x 2 * * * 1h", "'1-3x' is no minute"},
        {"0 2 * * * 30s", "'30s' is no duration of 1m to 31d"},
        {"0 2 * * * 5", "'5' is no duration"},
        {"0 2 * * * 32d", "'32d' is no duration"},
        {"0 2 * * * 1h Europe/Berlni", "'Europe/Berlni' is no time zone"},
        {"0 2 * * * 1h Europe", "'Europe' is no time zone"},
        {"0 2 * * * 1h ../../etc/passwd", "is no time zone"},
        {"0 2 * * * 1h /etc/localtime", "is no time zone"},
        {"0 2 31 2,4 * 1h", "never opens"},
    };
    struct enroll_maintenance maintenance;
    char why[ENROLL_MAINTENANCE_WHY];

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        CHECK(!enroll_maintenance_parse(wrong[i].windows, &maintenance, why));
        if (strstr(why, wrong[i].says) == NULL) {
            fprintf(stderr, "'%s': %s\n", wrong[i].windows, why);
            CHECK(0);
        }
    }
}

/* The zone that the process had is what it has afterwards. */
static void the_zone_is_restored(void)
{
    struct enroll_maintenance maintenance;
    char why[ENROLL_MAINTENANCE_WHY];
    time_t noon = 43200;

    setenv("TZ", "America/New_York", 1);
    CHECK(
        enroll_maintenance_parse("0 2 * * * 1h Asia/Tokyo", &maintenance, why));
    enroll_maintenance_next(&maintenance, noon);
    CHECK_STRING(getenv("TZ"), "America/New_York");
    CHECK(localtime(&noon)->tm_hour == 7);
    unsetenv("TZ");
}

int main(void)
{
    if (access(ZONES, R_OK) != 0) {
        fprintf(stderr, "skipped: no %s here\n", ZONES);
        return 77;
    }
    they_open_when_they_should();
    there_is_no_hole();
    mistakes_are_named();
    the_zone_is_restored();
    return CHECK_DONE();
}
