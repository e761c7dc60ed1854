/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The environment of the hook: an allow-list of the host's.
 */
#ifndef ENROLL_PROVIDER_ENVIRONMENT_H
#define ENROLL_PROVIDER_ENVIRONMENT_H

/*
 * A NULL-terminated vector, its strings not owned; pass_env (may be NULL) are
 * further names. NULL when out of memory.
 */
char **enroll_environment_new(const char *pass_env);
void enroll_environment_free(char **environment);

#endif
