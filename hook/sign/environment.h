/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The environment of a tool that sign or run starts: ours, in which the
 * provider is no longer told to stay out of the way.
 */
#ifndef ENROLL_HOOK_SIGN_ENVIRONMENT_H
#define ENROLL_HOOK_SIGN_ENVIRONMENT_H

#include "core/places.h"

/*
 * A copy without ENROLL_ACTIVE, with OPENSSL_CONF (NULL: as it is), ENROLL_CONF
 * and ENROLL_STATE set. The caller's: enroll_environment_free. NULL: memory.
 */
char **enroll_environment_new(const char *openssl_conf,
                              const struct enroll_places *places);
/* NAME=value replaces what was there; 1, or 0. */
int enroll_environment_set(char ***environment, const char *name,
                           const char *value);
void enroll_environment_free(char **environment);

#endif
