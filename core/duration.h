/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Durations as people write them: "90s", "5m", "12h", "3d", "2w", or a bare 0.
 * Whole units only; one number, one unit.
 */
#ifndef ENROLL_CORE_DURATION_H
#define ENROLL_CORE_DURATION_H

_Static_assert(sizeof(long) >= 8, "durations and dates are kept in long");
#define ENROLL_DURATION_MAX (100L * 366 * 86400) /* a century, in seconds */

/* Seconds into *seconds and 1, or 0 with *seconds untouched. */
int enroll_duration_parse(const char *text, long *seconds);

/* "3d 4h", "12m", "5s": the two largest units. Returns buffer. */
#define ENROLL_DURATION_TEXT 32
const char *enroll_duration_text(long seconds,
                                 char buffer[ENROLL_DURATION_TEXT]);

#endif
