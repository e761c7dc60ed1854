/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A folder of its own for a unit test, and a profile read from an enroll.conf
 * in it. Everything is gone at the end.
 */
#ifndef ENROLL_TESTS_HOOK_PLACE_H
#define ENROLL_TESTS_HOOK_PLACE_H

#include <limits.h>

#include "hook/config.h"

struct place {
    char folder[1024]; /* absolute */
    char config_path[PATH_MAX];
    char state[PATH_MAX];
    int profile_fd; /* STATE/release, open */
    struct enroll_config *config;
    const struct enroll_profile *profile;
};

/* Exits with a message where the test can't be run. */
void place_make(struct place *place);
/* Replaces enroll.conf, word for word. */
void place_write(struct place *place, const char *text);
/* The profile [release] of a complete configuration plus more lines. */
void place_profile(struct place *place, const char *more);
void place_remove(struct place *place);

#endif
