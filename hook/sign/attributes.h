/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a file keeps when its contents are replaced: owner, group, mode, ACLs
 * and extended attributes. Not its times: it has changed, and make has to see
 * that.
 */
#ifndef ENROLL_HOOK_SIGN_ATTRIBUTES_H
#define ENROLL_HOOK_SIGN_ATTRIBUTES_H

#include "core/problem.h"

/* Gives new (a descriptor) what old has. 1, or 0 and *problem. */
int enroll_attributes_keep(int old, int new, const char *shown,
                           struct enroll_problem *problem);

#endif
