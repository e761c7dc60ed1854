/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The provider's section of openssl.cnf:
 *
 *   config, state   where enroll.conf and the state folder are (core/places.h)
 *   hook            absolute path of enroll-hook
 *   wait            how long a tool may wait for an enrollment; 5m
 *   ensure          a profile to make ready while the provider loads ...
 *   ensure-for      ... in these programs; names, separated by commas
 *   pass-env        further variables that the hook inherits; NAME or PREFIX*
 *   debug           a file to append to, or "stderr"; also ENROLL_DEBUG
 */
#ifndef ENROLL_PROVIDER_SETTINGS_H
#define ENROLL_PROVIDER_SETTINGS_H

#include <openssl/core_dispatch.h>

#include "core/problem.h"

struct enroll_settings {
    char *config, *state, *hook, *wait; /* as written; NULL: not given */
    char *ensure, *ensure_for, *pass_env, *debug;
};

/* Copies what the section says. 1, or 0 when out of memory. */
int enroll_settings_read(struct enroll_settings *settings,
                         const OSSL_CORE_HANDLE *handle,
                         OSSL_FUNC_core_get_params_fn *get_params);
void enroll_settings_clear(struct enroll_settings *settings);

/* The absolute path of the hook; 1, or 0 and *problem. */
int enroll_settings_hook(const struct enroll_settings *settings,
                         const char **hook, struct enroll_problem *problem);

/* Seconds; 1, or 0 and *problem. */
int enroll_settings_wait(const struct enroll_settings *settings, long *wait,
                         struct enroll_problem *problem);

/*
 * Walks a list of names separated by commas or blanks: the next one and its
 * length, *at moved behind it; NULL at the end.
 */
const char *enroll_list_next(const char **at, size_t *length);

#endif
