/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Points in time as people read them: "2026-11-22 15:04:05Z".
 */
#ifndef ENROLL_HOOK_LIFECYCLE_DATE_H
#define ENROLL_HOOK_LIFECYCLE_DATE_H

#include <time.h>

/* Returns text. */
#define ENROLL_DATE_TEXT 32
const char *enroll_date_text(time_t time, char text[ENROLL_DATE_TEXT]);

#endif
