/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a JSON object without the liberties that cJSON takes. Called on every
 * reply of a manager or token endpoint.
 */
#include "hook/protocol/json.h"

#include <string.h>

#define MEMBERS_MAX 256 /* bounds the search for names given twice */
#define WHOLE_MAX   9007199254740992.0 /* 2^53: beyond, doubles skip some */

static int only_space(const char *from, const char *to)
{
    while (from < to && memchr(" \t\r\n", *from, 4) != NULL)
        from++;
    return from == to;
}

static const char *what_is_wrong(const cJSON *object)
{
    const cJSON *member = NULL;
    size_t count = 0;

    if (!cJSON_IsObject(object))
        return "is JSON, but not an object";
    cJSON_ArrayForEach(member, object)
    {
        if (++count > MEMBERS_MAX)
            return "has more members than make sense";
        if (member != cJSON_GetObjectItemCaseSensitive(object, member->string))
            return "has the same name twice";
    }
    return NULL;
}

cJSON *enroll_json_object(const char *data, size_t length, const char **why)
{
    const char *end = NULL;
    cJSON *object = NULL;

    *why = "is empty";
    if (length == 0)
        return NULL;
    *why = "is not JSON";
    object = cJSON_ParseWithLengthOpts(data, length, &end, 0);
    if (object == NULL || end == NULL || !only_space(end, data + length))
        goto err;
    *why = what_is_wrong(object);
    if (*why == NULL)
        return object;
err:
    cJSON_Delete(object);
    return NULL;
}

const char *enroll_json_string(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

int enroll_json_integer(const cJSON *object, const char *name, long long *value)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    double number = cJSON_IsNumber(item) ? item->valuedouble : 0.5;

    if (!(number >= -WHOLE_MAX && number <= WHOLE_MAX) ||
        (double)(long long)number != number)
        return 0;
    *value = (long long)number;
    return 1;
}
