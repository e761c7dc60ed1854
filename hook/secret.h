/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Secrets by reference: file:PATH (must not be readable by others),
 * credential:NAME (systemd, $CREDENTIALS_DIRECTORY), env:ENROLL_SECRET_NAME,
 * fd:N (read once). One trailing newline is not part of the secret.
 */
#ifndef ENROLL_HOOK_SECRET_H
#define ENROLL_HOOK_SECRET_H

#include "core/problem.h"

#define ENROLL_SECRET_MAX 4096

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
