/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list of custodies. Called wherever a profile's `key =` is turned into
 * code; the only place to name one.
 */
#include "hook/custody/custody.h"

#include <string.h>

#include "hook/custody/file.h"

static const struct {
    const char *key; /* the value of `key =`, or what it begins with */
    const struct enroll_custody *custody;
} custodies[] = {
    {"file", &enroll_custody_file},
};

#define CUSTODY_COUNT (sizeof(custodies) / sizeof(custodies[0]))

const struct enroll_custody *enroll_custody_find(const char *key)
{
    for (size_t i = 0; i < CUSTODY_COUNT; i++)
        if (strcmp(custodies[i].key, key) == 0)
            return custodies[i].custody;
    return NULL;
}
