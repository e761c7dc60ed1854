/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `enroll-manager demo` is asked for, and what it prepares in DIR.
 */
#ifndef MANAGER_DEMO_H
#define MANAGER_DEMO_H

#include <getopt.h>
#include <stdint.h>

#include "manager.h"

#define DEMO_FIELDS 16

/* What was given on the command line; unset: -1 or NULL, and the folder's
 * own value stays. */
struct demo_options {
    const char *dir; /* absolute */
    const char *listen;
    const char *approval;
    const char *ca_key;
    const char *field[DEMO_FIELDS]; /* NAME or NAME:mandatory */
    int fields;
    int port;
    int http_port;
    int background;
    int64_t validity;
    int64_t backdate;
    int64_t token_life;
    int64_t per_address; /* connections of one client at each port */
    int64_t header_time;
    int64_t clock_offset;
    int clock_offset_set;
};

/* demo_options.c, for option_next(); `option` is what that gave. 1, or 0 if
 * text is no value for it. */
extern const struct option demo_option_table[];
int demo_option_take(int option, const char *text, struct demo_options *o);
const char *demo_option_name(int option);

/* demo_setup.c: organization, profile, account and settings. 1 or 0. */
int demo_account(struct manager *m, const struct demo_options *o);

/* demo_files.c: what clients need. 1 or 0. */
int demo_files(struct manager *m);

/* Can a path stand in OpenSSL's configuration syntax without quoting? */
int demo_path_ok(const char *path);

#endif
