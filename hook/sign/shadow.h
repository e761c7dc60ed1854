/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file whose name is a URI of ours. OpenSSL looks for a file first when it
 * is asked for enroll:release, so such a file takes the identity's place.
 */
#ifndef ENROLL_HOOK_SIGN_SHADOW_H
#define ENROLL_HOOK_SIGN_SHADOW_H

#include "core/problem.h"

/* 1 and a line for people if the current folder has one for the profile. */
int enroll_shadow_find(const char *profile, char line[ENROLL_LINE_MAX]);

#endif
