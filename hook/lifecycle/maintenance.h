/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Maintenance windows: when a renewal may begin.
 *
 *   MINUTE HOUR DAY MONTH WEEKDAY DURATION [ZONE]; ...
 *   0 2 * * sat,sun 4h Europe/Berlin
 *
 * The first five are crontab(5)'s: numbers, names (jan..dec, mon..sun), `*`,
 * lists, ranges and steps; where both DAY and WEEKDAY are restricted either
 * will do. At each such minute of the zone's clock (default: the machine's) a
 * window opens for so long, real time. Where the clocks are put forward a
 * minute that is left out opens its window with the first one after it; where
 * they are put back a minute that comes twice opens it twice.
 */
#ifndef ENROLL_HOOK_LIFECYCLE_MAINTENANCE_H
#define ENROLL_HOOK_LIFECYCLE_MAINTENANCE_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#define ENROLL_MAINTENANCE_MAX  8  /* windows */
#define ENROLL_MAINTENANCE_ZONE 64 /* bytes of a zone's name, with NUL */
#define ENROLL_MAINTENANCE_WHY  256

struct enroll_window {
    uint64_t minutes;                       /* bit N: minute N */
    uint32_t hours, days, months, weekdays; /* likewise; Sunday is 0 */
    int either;                             /* DAY or WEEKDAY */
    long duration;                          /* seconds */
    char zone[ENROLL_MAINTENANCE_ZONE];     /* "": the machine's */
};

struct enroll_maintenance {
    size_t count;
    struct enroll_window windows[ENROLL_MAINTENANCE_MAX];
};

/* 1, or 0 and why: what is wrong and what would be right. */
int enroll_maintenance_parse(const char *text,
                             struct enroll_maintenance *maintenance,
                             char why[ENROLL_MAINTENANCE_WHY]);

/*
 * `from` if a window is open then, else when the next one opens; 0 if none
 * does within years. Sets TZ on the way and restores it: not for threads.
 */
time_t enroll_maintenance_next(const struct enroll_maintenance *maintenance,
                               time_t from);

#endif
