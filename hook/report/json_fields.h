/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fields of the documents for programs. What can't be known is left out;
 * nothing is ever null. Each returns 1, or 0 (memory).
 */
#ifndef ENROLL_HOOK_REPORT_JSON_FIELDS_H
#define ENROLL_HOOK_REPORT_JSON_FIELDS_H

#include <stdio.h>
#include <time.h>

#include <cjson/cJSON.h>

#include "core/record.h"

/* NULL is left out. */
int enroll_json_text(cJSON *object, const char *name, const char *text);
int enroll_json_number(cJSON *object, const char *name, long number);
/* RFC 3339, in UTC. */
int enroll_json_time(cJSON *object, const char *name, time_t at);
/* The same from a record; left out where it has none. */
int enroll_json_record_time(cJSON *object, const char *name,
                            const struct enroll_record *record,
                            const char *line);

/* The document and a newline. */
int enroll_json_print(FILE *out, const cJSON *document);

#endif
