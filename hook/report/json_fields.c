/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Adds fields to JSON objects. Called by status_json.c and history_json.c.
 */
#include "hook/report/json_fields.h"

int enroll_json_text(cJSON *object, const char *name, const char *text)
{
    return text == NULL || cJSON_AddStringToObject(object, name, text) != NULL;
}

int enroll_json_number(cJSON *object, const char *name, long number)
{
    return cJSON_AddNumberToObject(object, name, (double)number) != NULL;
}

int enroll_json_time(cJSON *object, const char *name, time_t at)
{
    char text[32];
    struct tm tm;

    if (gmtime_r(&at, &tm) == NULL ||
        strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
        return 1;
    return enroll_json_text(object, name, text);
}

int enroll_json_record_time(cJSON *object, const char *name,
                            const struct enroll_record *record,
                            const char *line)
{
    long at = 0;

    return !enroll_record_get_long(record, line, &at) ||
           enroll_json_time(object, name, (time_t)at);
}

int enroll_json_print(FILE *out, const cJSON *document)
{
    char *text = cJSON_Print(document);
    int ok = text != NULL && fprintf(out, "%s\n", text) > 0;

    cJSON_free(text);
    return ok;
}
