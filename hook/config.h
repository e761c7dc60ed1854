/* SPDX-License-Identifier: Apache-2.0 */
/*
 * enroll.conf: OpenSSL's CONF syntax (config(5)), one section per profile,
 * [default] for what they share. An unknown key, a bad value, a relative path
 * or a file that others can write is an error that names file, section, key
 * and what would be right.
 */
#ifndef ENROLL_HOOK_CONFIG_H
#define ENROLL_HOOK_CONFIG_H

#include "hook/profile.h"

struct enroll_config;

/* state is copied into every profile. The caller's: enroll_config_free. */
int enroll_config_load(const char *path, const char *state,
                       struct enroll_config **config,
                       struct enroll_problem *problem);
void enroll_config_free(struct enroll_config *config);

/* A checked profile, owned by config; 1, or 0 and *problem. */
int enroll_config_profile(struct enroll_config *config, const char *name,
                          const struct enroll_profile **profile,
                          struct enroll_problem *problem);

/* The names of all profiles, in order; NULL past the last. */
const char *enroll_config_name(const struct enroll_config *config, size_t i);

#endif
