/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON replies, read strictly by cJSON: one object, nothing after it, no name
 * twice.
 */
#ifndef ENROLL_HOOK_PROTOCOL_JSON_H
#define ENROLL_HOOK_PROTOCOL_JSON_H

#include <stddef.h>

#include <cjson/cJSON.h>

/*
 * The object (cJSON_Delete), or NULL and *why: a static string that completes
 * "it answered with something that ...".
 */
cJSON *enroll_json_object(const char *data, size_t length, const char **why);

/* A member that is a string, or NULL; owned by object. */
const char *enroll_json_string(const cJSON *object, const char *name);

/* A member that is a whole number; 1, or 0 with *value untouched. */
int enroll_json_integer(const cJSON *object, const char *name,
                        long long *value);

#endif
