/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads maintenance windows and finds the next one. Called by keys_when.c and
 * times.c. Time zones are the C library's: the zone is put into TZ, and the
 * local clock is walked.
 */
#include "hook/lifecycle/maintenance.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "core/duration.h"

#define DAYS_MAX    (9 * 366) /* from one 29 February to the next, and more */
#define LONGEST     (31 * 86400L)
#define SHORTEST    60L
#define FIELDS      5
#define WORDS_MAX   7
#define MINUTES_DAY (24 * 60)
#define ITEM_MAX    64
#define ZONE_FOLDER "/usr/share/zoneinfo"

/* ----- reading ----- */

static const char *const months[] = {"jan", "feb", "mar", "apr", "may",
                                     "jun", "jul", "aug", "sep", "oct",
                                     "nov", "dec", NULL};
static const char *const weekdays[] = {"sun", "mon", "tue", "wed",
                                       "thu", "fri", "sat", NULL};

static const struct field {
    const char *name;
    int first, last;
    const char *const *names; /* of first, first + 1 ... */
} fields[FIELDS] = {
    {"minute", 0, 59, NULL},  {"hour", 0, 23, NULL},       {"day", 1, 31, NULL},
    {"month", 1, 12, months}, {"weekday", 0, 7, weekdays},
};

static int wrong(char why[ENROLL_MAINTENANCE_WHY], const struct field *field,
                 const char *text)
{
    snprintf(why, ENROLL_MAINTENANCE_WHY,
             "'%.40s' is no %s; write * or %d to %d%s, as in */2, 1-5 or 1,3",
             text, field->name, field->first, field->last,
             field->names == months     ? " or jan to dec"
             : field->names == weekdays ? " (0 and 7 are Sunday) or mon to sun"
                                        : "");
    return 0;
}

/* A number or a name at *at, which moves behind it; -1 if there is none. */
static int take_value(const struct field *field, const char **at)
{
    char *end = NULL;
    long number;

    for (int i = 0; field->names != NULL && field->names[i] != NULL; i++) {
        if (strncasecmp(*at, field->names[i], 3) != 0)
            continue;
        *at += 3;
        return field->first + i;
    }
    if (!isdigit((unsigned char)**at))
        return -1;
    number = strtol(*at, &end, 10);
    *at = end;
    return number < field->first || number > field->last ? -1 : (int)number;
}

/* "*", "5", "1-5", each with "/STEP". 1, or 0. */
static int take_range(const struct field *field, const char *text,
                      uint64_t *bits)
{
    int first = field->first, last = field->last, step = 1, single = 0;

    if (*text == '*') {
        text++;
        if (field->names == weekdays)
            last = 6;
    } else {
        first = last = take_value(field, &text);
        single = 1;
        if (first >= 0 && *text == '-') {
            text++;
            single = 0;
            last = take_value(field, &text);
            /* "sat-sun": at the end of a range Sunday is 7. */
            if (field->names == weekdays && last == 0)
                last = 7;
        }
    }
    if (*text == '/') {
        char *end = NULL;
        long number = strtol(text + 1, &end, 10);

        if (end == text + 1 || number < 1 || number > 59)
            return 0;
        step = (int)number;
        if (single)
            last = field->last;
        text = end;
    }
    if (*text != '\0' || first < 0 || last < first)
        return 0;
    for (int value = first; value <= last; value += step)
        *bits |= (uint64_t)1 << value;
    return 1;
}

static int take_field(const struct field *field, const char *text,
                      uint64_t *bits, char why[ENROLL_MAINTENANCE_WHY])
{
    char copy[ITEM_MAX];
    char *rest = NULL;

    *bits = 0;
    if (strlen(text) >= sizeof(copy) || text[0] == ',' ||
        text[strlen(text) - 1] == ',' || strstr(text, ",,") != NULL)
        return wrong(why, field, text);
    strcpy(copy, text);
    for (char *item = strtok_r(copy, ",", &rest); item != NULL;
         item = strtok_r(NULL, ",", &rest))
        if (!take_range(field, item, bits))
            return wrong(why, field, item);
    if (field->names == weekdays && (*bits & (1U << 7)) != 0)
        *bits = (*bits | 1U) & 0x7f;
    return 1;
}

/* One that the C library knows; it would take any other for UTC. */
static int zone_ok(const char *zone)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "abcdefghijklmnopqrstuvwxyz0123456789_+-/";
    char path[sizeof(ZONE_FOLDER) + ENROLL_MAINTENANCE_ZONE], magic[4] = "";
    int fd, ok;

    if (strcmp(zone, "UTC") == 0)
        return 1;
    if (zone[0] == '\0' || zone[0] == '/' ||
        strlen(zone) >= ENROLL_MAINTENANCE_ZONE ||
        zone[strspn(zone, allowed)] != '\0')
        return 0;
    snprintf(path, sizeof(path), ZONE_FOLDER "/%s", zone);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    ok = read(fd, magic, sizeof(magic)) == sizeof(magic) &&
         memcmp(magic, "TZif", sizeof(magic)) == 0;
    close(fd);
    return ok;
}

static int take_duration(struct enroll_window *window, const char *text,
                         char why[ENROLL_MAINTENANCE_WHY])
{
    if (enroll_duration_parse(text, &window->duration) &&
        window->duration >= SHORTEST && window->duration <= LONGEST)
        return 1;
    snprintf(why, ENROLL_MAINTENANCE_WHY,
             "'%.40s' is no duration of 1m to 31d; the sixth word says how "
             "long the window is open, as in 4h",
             text);
    return 0;
}

static int take_zone(struct enroll_window *window, const char *text,
                     char why[ENROLL_MAINTENANCE_WHY])
{
    if (!zone_ok(text)) {
        snprintf(why, ENROLL_MAINTENANCE_WHY,
                 "'%.60s' is no time zone of this machine (" ZONE_FOLDER
                 "); write one such as Europe/Berlin or UTC, or leave it out "
                 "for the machine's own",
                 text);
        return 0;
    }
    strcpy(window->zone, text);
    return 1;
}

static int take_window(char *text, struct enroll_window *window,
                       char why[ENROLL_MAINTENANCE_WHY])
{
    char *words[WORDS_MAX + 1] = {NULL}, *rest = NULL, *word = NULL;
    uint64_t bits[FIELDS];
    int count = 0;

    for (word = strtok_r(text, " \t", &rest);
         word != NULL && count <= WORDS_MAX;
         word = strtok_r(NULL, " \t", &rest))
        words[count++] = word;
    if (count < FIELDS + 1 || count > WORDS_MAX) {
        snprintf(why, ENROLL_MAINTENANCE_WHY,
                 "a window has six words or seven: MINUTE HOUR DAY MONTH "
                 "WEEKDAY DURATION [ZONE]; write it as in 0 2 * * sat,sun 4h "
                 "Europe/Berlin");
        return 0;
    }
    for (int i = 0; i < FIELDS; i++)
        if (!take_field(&fields[i], words[i], &bits[i], why))
            return 0;
    *window = (struct enroll_window){
        .minutes = bits[0],
        .hours = (uint32_t)bits[1],
        .days = (uint32_t)bits[2],
        .months = (uint32_t)bits[3],
        .weekdays = (uint32_t)bits[4],
        .either = words[2][0] != '*' && words[4][0] != '*',
    };
    return take_duration(window, words[FIELDS], why) &&
           (count == FIELDS + 1 || take_zone(window, words[FIELDS + 1], why));
}

int enroll_maintenance_parse(const char *text,
                             struct enroll_maintenance *maintenance,
                             char why[ENROLL_MAINTENANCE_WHY])
{
    struct enroll_maintenance result = {.count = 0};
    char copy[1024];
    char *rest = NULL;

    snprintf(why, ENROLL_MAINTENANCE_WHY, "at most %d windows are understood",
             ENROLL_MAINTENANCE_MAX);
    if (strlen(text) >= sizeof(copy))
        return 0;
    strcpy(copy, text);
    for (char *one = strtok_r(copy, ";", &rest); one != NULL;
         one = strtok_r(NULL, ";", &rest)) {
        struct enroll_maintenance alone = {.count = 1};

        if (one[strspn(one, " \t")] == '\0')
            continue;
        if (result.count == ENROLL_MAINTENANCE_MAX ||
            !take_window(one, &alone.windows[0], why))
            return 0;
        if (enroll_maintenance_next(&alone, 1704067200) == 0) {
            snprintf(why, ENROLL_MAINTENANCE_WHY,
                     "one of the windows never opens: no month has that day");
            return 0;
        }
        result.windows[result.count++] = alone.windows[0];
    }
    if (result.count == 0) {
        snprintf(why, ENROLL_MAINTENANCE_WHY,
                 "has no window; write one as in 0 2 * * sat,sun 4h, or leave "
                 "the key out");
        return 0;
    }
    *maintenance = result;
    return 1;
}

/* ----- walking ----- */

static int day_matches(const struct enroll_window *window, const struct tm *at)
{
    int day = (window->days & (1U << at->tm_mday)) != 0;
    int weekday = (window->weekdays & (1U << at->tm_wday)) != 0;

    return (window->months & (1U << (at->tm_mon + 1))) != 0 &&
           (window->either ? day || weekday : day && weekday);
}

static int minute_matches(const struct enroll_window *window, int minute)
{
    return (window->hours & (1U << (minute / 60))) != 0 &&
           (window->minutes & ((uint64_t)1 << (minute % 60))) != 0;
}

static int minute_of_day(const struct tm *at)
{
    return at->tm_hour * 60 + at->tm_min;
}

/* The first instant of the local day after that of `from`. */
static time_t next_day(time_t from)
{
    struct tm at, there;
    time_t next;

    localtime_r(&from, &at);
    there = at;
    there.tm_mday++;
    there.tm_hour = there.tm_min = there.tm_sec = 0;
    there.tm_isdst = -1;
    next = mktime(&there);
    /* Where midnight is left out it may be taken for the evening before. */
    for (int i = 0; i < 48 && next != (time_t)-1; i++) {
        localtime_r(&next, &there);
        if (next > from && there.tm_mday != at.tm_mday)
            return next;
        next += 1800;
    }
    return from + 86400;
}

/* The local minute before `from` in the same day; -1 before the first. */
static int minute_before(time_t from, const struct tm *at)
{
    time_t earlier = from - 60;
    struct tm before;

    localtime_r(&earlier, &before);
    return before.tm_mday == at->tm_mday ? minute_of_day(&before) : -1;
}

/* An opening in the rest of the local day of `from`, a whole minute; or 0. */
static time_t opening_in_day(const struct enroll_window *window, time_t from)
{
    struct tm at;
    int day, before;

    localtime_r(&from, &at);
    if (!day_matches(window, &at))
        return 0;
    day = at.tm_mday;
    before = minute_before(from, &at);
    /* A day has 25 hours at most, and no zone's has 30. */
    for (int i = 0; i < 30 * 60 && at.tm_mday == day; i++) {
        int minute = minute_of_day(&at);

        /* Minutes that were left out, and this one. */
        for (int each = before < minute ? before + 1 : minute; each <= minute;
             each++)
            if (minute_matches(window, each))
                return from;
        before = minute;
        from += 60;
        localtime_r(&from, &at);
    }
    return 0;
}

/* The first opening at `from` or later; 0: none. TZ is the window's. */
static time_t next_opening(const struct enroll_window *window, time_t from)
{
    struct tm at;

    localtime_r(&from, &at);
    if (at.tm_sec != 0)
        from += 60 - at.tm_sec;
    for (int i = 0; i < DAYS_MAX; i++) {
        time_t opening = opening_in_day(window, from);

        if (opening != 0)
            return opening;
        from = next_day(from);
    }
    return 0;
}

static void set_zone(const char *zone)
{
    if (zone == NULL || *zone == '\0')
        unsetenv("TZ");
    else
        setenv("TZ", zone, 1);
    tzset();
}

time_t enroll_maintenance_next(const struct enroll_maintenance *maintenance,
                               time_t from)
{
    const char *now = getenv("TZ");
    char *kept = now == NULL ? NULL : strdup(now);
    time_t first = 0;

    for (size_t i = 0; i < maintenance->count && first != from; i++) {
        const struct enroll_window *window = &maintenance->windows[i];
        time_t opening;

        set_zone(window->zone);
        /* One that has opened and is open still counts as of now. */
        opening = next_opening(window, from - window->duration + 1);
        if (opening != 0 && opening < from)
            opening = from;
        if (opening != 0 && (first == 0 || opening < first))
            first = opening;
    }
    set_zone(kept);
    free(kept);
    return first;
}
