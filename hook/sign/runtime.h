/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a configuration for tools lies that outlives us (run becomes the
 * tool): $XDG_RUNTIME_DIR/enroll, else /tmp/enroll-UID, 0700 and ours. Files
 * are named after their contents, so the same settings always share one.
 */
#ifndef ENROLL_HOOK_SIGN_RUNTIME_H
#define ENROLL_HOOK_SIGN_RUNTIME_H

#include <limits.h>

#include "core/places.h"
#include "core/problem.h"
#include "hook/sign/openssl_conf.h"

/* Keeps text as an openssl.cnf; its path. 1, or 0 and *problem. */
int enroll_runtime_keep(const char *text, char path[PATH_MAX],
                        struct enroll_problem *problem);

/* The configuration of a tool that is to see these places, kept so. */
int enroll_runtime_conf(const struct enroll_openssl_conf *conf,
                        const struct enroll_places *places, char path[PATH_MAX],
                        struct enroll_problem *problem);

#endif
