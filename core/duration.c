/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads and writes durations. Called for configuration, URIs and messages.
 */
#include "core/duration.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    char letter;
    long seconds;
} units[] = {
    {'w', 7 * 86400}, {'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1},
};

#define UNIT_COUNT (sizeof(units) / sizeof(units[0]))

int enroll_duration_parse(const char *text, long *seconds)
{
    char *end = NULL;
    long number;

    if (text == NULL || !isdigit((unsigned char)text[0]))
        return 0;
    errno = 0;
    number = strtol(text, &end, 10);
    if (errno != 0)
        return 0;
    if (number == 0 && *end == '\0') {
        *seconds = 0;
        return 1;
    }
    if (*end == '\0' || end[1] != '\0')
        return 0;
    for (size_t i = 0; i < UNIT_COUNT; i++) {
        if (units[i].letter != *end)
            continue;
        if (number > ENROLL_DURATION_MAX / units[i].seconds)
            return 0;
        *seconds = number * units[i].seconds;
        return 1;
    }
    return 0;
}

const char *enroll_duration_text(long seconds,
                                 char buffer[ENROLL_DURATION_TEXT])
{
    size_t used = 0;
    int shown = 0;

    if (seconds <= 0) {
        strcpy(buffer, "0s");
        return buffer;
    }
    /* Weeks read badly in "2w 1d"; start at days. */
    for (size_t i = 1; i < UNIT_COUNT && shown < 2; i++) {
        long count = seconds / units[i].seconds;

        if (count == 0) {
            if (shown > 0)
                break;
            continue;
        }
        used += (size_t)snprintf(buffer + used, ENROLL_DURATION_TEXT - used,
                                 "%s%ld%c", shown > 0 ? " " : "", count,
                                 units[i].letter);
        seconds -= count * units[i].seconds;
        shown++;
    }
    return buffer;
}
