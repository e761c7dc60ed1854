/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What init has been told, by options and by a person. Strings are owned by
 * the answers.
 */
#ifndef ENROLL_HOOK_COMMAND_INIT_H
#define ENROLL_HOOK_COMMAND_INIT_H

#include <limits.h>
#include <stddef.h>

#include "core/places.h"
#include "core/problem.h"

#define ENROLL_INIT_SETTINGS_MAX 64

struct enroll_init_setting {
    char *key, *value;
};

struct enroll_init {
    char *profile;
    char *secret; /* typed; NULL: client-secret is among the settings */
    struct enroll_init_setting settings[ENROLL_INIT_SETTINGS_MAX];
    size_t count;
    int force;
    /* where to */
    char folder[PATH_MAX];
    char config[PATH_MAX]; /* FOLDER/enroll.conf */
    char state[PATH_MAX];
};

/* The last value given for key, or NULL. */
const char *enroll_init_get(const struct enroll_init *init, const char *key);
/* Sets key; values are copied. 1, or 0 and *problem. */
int enroll_init_set(struct enroll_init *init, const char *key,
                    const char *value, struct enroll_problem *problem);
void enroll_init_clear(struct enroll_init *init);

/*
 * Writes enroll.conf, both openssl.cnf and, where it was typed, the secret;
 * all or nothing, and only what loads. 1, or 0 and *problem.
 */
int enroll_init_write(const struct enroll_init *init,
                      struct enroll_problem *problem);

#endif
