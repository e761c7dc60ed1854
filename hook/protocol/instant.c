/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads RFC 3339 with the C library's own parser. Called on what managers
 * answer and on options.
 */
#include "hook/protocol/instant.h"

#include <string.h>

int enroll_instant_parse(const char *text, time_t *at)
{
    struct tm tm = {.tm_mday = 1};
    const char *end = strptime(text, "%Y-%m-%d", &tm);
    long offset;

    if (end != text + strlen("2026-11-22"))
        return 0;
    if (*end != '\0') {
        /* The letter may be small, and some write a space. */
        if (strchr("Tt ", *end) == NULL)
            return 0;
        end = strptime(end + 1, "%H:%M:%S", &tm);
        if (end != NULL && *end == '.' && strspn(end + 1, "0123456789") > 0)
            end += 1 + strspn(end + 1, "0123456789");
        if (end == NULL || strchr("Zz+-", *end) == NULL || *end == '\0')
            return 0;
        end = strptime(*end == 'z' ? "Z" : end, "%z", &tm);
        if (end == NULL || *end != '\0')
            return 0;
    }
    offset = tm.tm_gmtoff; /* timegm sets it to 0 */
    *at = timegm(&tm) - offset;
    return 1;
}
