/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the libcrypto of a tool is configured: what the openssl.cnf says that is
 * in effect here, and one of our own for the tools we start, with `default`
 * and `enroll` active and everything else the user's had kept.
 */
#ifndef ENROLL_HOOK_SIGN_OPENSSL_CONF_H
#define ENROLL_HOOK_SIGN_OPENSSL_CONF_H

#include <openssl/conf.h>

#include "core/places.h"
#include "core/problem.h"

struct enroll_openssl_conf {
    char *path;           /* of the one in effect */
    int readable;         /* it was read; what follows is from it */
    int has_providers;    /* it lists providers at all */
    int default_active;   /* `default` is activated by name */
    int enroll_listed;    /* there is a section for enroll */
    int enroll_active;    /* ... which activates it */
    char *enroll_section; /* its name; NULL if not listed */
    char *module;         /* `module` there, or where enroll.so is found;
                             NULL: nowhere */
    char *config, *state; /* as there, NULL if not given */
    char reason[256];     /* why it was not readable */
};

/*
 * Reads the one in effect (OPENSSL_CONF, or the system's) or, without regard
 * to OPENSSL_CONF, the system's. 1, or 0: out of memory.
 */
int enroll_openssl_conf_find(struct enroll_openssl_conf *conf);
int enroll_openssl_conf_find_system(struct enroll_openssl_conf *conf);
void enroll_openssl_conf_clear(struct enroll_openssl_conf *conf);

/*
 * The text of a configuration for a tool: includes conf's, then activates
 * default, and enroll unless it is only to be registered; enroll's section is
 * the last. A new string (OPENSSL_free), or NULL and *problem: no enroll.so, or
 * a path that can't be written down.
 */
char *enroll_openssl_conf_text(const struct enroll_openssl_conf *conf,
                               const struct enroll_places *places, int activate,
                               struct enroll_problem *problem);

/* A value, or NULL: also where section is NULL. */
const char *enroll_openssl_conf_value(const CONF *conf, const char *section,
                                      const char *name);

/* A value as openssl.cnf wants it written; OPENSSL_free. NULL: newline. */
char *enroll_openssl_conf_quote(const char *value);

#endif
