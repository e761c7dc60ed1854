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

/* An option of the same name as the key, and what to ask. */
struct enroll_init_question {
    const char *key;
    const char *text;     /* NULL: never asked */
    const char *fallback; /* NULL: none */
    int required;
    int is_path;
};

#define ENROLL_INIT_QUESTIONS 13
extern const struct enroll_init_question
    enroll_init_questions[ENROLL_INIT_QUESTIONS];

/* Takes an answer. 1, or 0 and *problem. */
int enroll_init_answer(struct enroll_init *init,
                       const struct enroll_init_question *question,
                       const char *value, struct enroll_problem *problem);
/* Sets key to prefix and the path, made absolute. */
int enroll_init_set_path(struct enroll_init *init, const char *key,
                         const char *prefix, const char *path,
                         struct enroll_problem *problem);
/* Asks for what is missing; without a terminal that is an error. */
int enroll_init_ask(struct enroll_init *init, struct enroll_problem *problem);

/* The value given for key, or NULL. */
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
