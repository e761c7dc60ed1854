/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of protocols. Called with the value of `manager =`.
 */
#include "hook/protocol/protocol.h"

#include <string.h>

#include "hook/protocol/scm.h"

static const struct enroll_protocol *const protocols[] = {
    &enroll_protocol_scm,
};

const struct enroll_protocol *enroll_protocol_find(const char *name)
{
    for (size_t i = 0;
         name != NULL && i < sizeof(protocols) / sizeof(protocols[0]); i++)
        if (strcmp(protocols[i]->name, name) == 0)
            return protocols[i];
    return NULL;
}
