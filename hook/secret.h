/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Secrets by reference:
 *
 *   file:PATH        absolute; a regular file of the effective user or root,
 *                    of which nobody else can do anything (0600, 0400)
 *   credential:NAME  systemd's: $CREDENTIALS_DIRECTORY/NAME
 *   env:NAME         NAME begins with ENROLL_SECRET_
 *   fd:N             read to its end, once, and closed unless N is 0
 *
 * One trailing newline is not part of the secret; any other control character
 * is an error, because it is never meant.
 */
#ifndef ENROLL_HOOK_SECRET_H
#define ENROLL_HOOK_SECRET_H

#include "core/problem.h"

#define ENROLL_SECRET_MAX     4096
#define ENROLL_SECRET_WAIT_MS 10000 /* for fd:N */

/*
 * The secret, NUL-terminated, into *secret: free it with enroll_secret_free.
 * key is the setting that holds the reference, for messages, which never show
 * more of a secret than its reference.
 */
int enroll_secret_read(const char *profile, const char *key,
                       const char *reference, char **secret,
                       struct enroll_problem *problem);
void enroll_secret_free(char *secret);

#endif
