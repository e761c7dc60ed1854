/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes points in time, always in UTC. Called for messages and status.
 */
#include "hook/lifecycle/date.h"

#include <string.h>

const char *enroll_date_text(time_t time, char text[ENROLL_DATE_TEXT])
{
    struct tm tm;

    if (gmtime_r(&time, &tm) == NULL ||
        strftime(text, ENROLL_DATE_TEXT, "%Y-%m-%d %H:%M:%SZ", &tm) == 0)
        strcpy(text, "an unknown date");
    return text;
}
