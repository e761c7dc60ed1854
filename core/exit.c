/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of the failure classes, as written in the protocol, in state files and
 * in JSON. Called by provider and hook; holds no state.
 */
#include "core/exit.h"

#include <string.h>

static const struct {
    enum enroll_class class;
    const char *name;
} classes[] = {
    {ENROLL_OK, "ok"},
    {ENROLL_USAGE, "usage"},
    {ENROLL_NOT_USABLE, "not-usable"},
    {ENROLL_PENDING, "pending"},
    {ENROLL_THROTTLED, "throttled"},
    {ENROLL_UNREACHABLE, "unreachable"},
    {ENROLL_KEY, "key"},
    {ENROLL_TIMESTAMP, "timestamp"},
    {ENROLL_POLICY, "policy"},
    {ENROLL_VERIFICATION, "verification"},
    {ENROLL_REJECTED, "rejected"},
    {ENROLL_CONFIGURATION, "configuration"},
    {ENROLL_INTERNAL, "internal"},
};

#define CLASS_COUNT (sizeof(classes) / sizeof(classes[0]))

const char *enroll_class_name(enum enroll_class class)
{
    for (size_t i = 0; i < CLASS_COUNT; i++)
        if (classes[i].class == class)
            return classes[i].name;
    return "internal";
}

int enroll_class_parse(const char *name, enum enroll_class *class)
{
    for (size_t i = 0; name != NULL && i < CLASS_COUNT; i++) {
        if (strcmp(classes[i].name, name) == 0) {
            *class = classes[i].class;
            return 1;
        }
    }
    return 0;
}
