/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One subcommand of enroll-hook: a line in main.c's table, a file in this
 * folder. run returns an exit code (core/exit.h) and has printed why.
 */
#ifndef ENROLL_HOOK_COMMAND_COMMAND_H
#define ENROLL_HOOK_COMMAND_COMMAND_H

#include <sys/types.h>

#include "core/places.h"
#include "hook/config.h"

struct enroll_context {
    struct enroll_places places;
    struct enroll_config *config; /* loaded on demand, see below */
    mode_t umask;                 /* the caller's; ours is 022 */
};

struct enroll_command {
    const char *name;
    const char *synopsis; /* "PROFILE [--wait DURATION]" */
    const char *summary;  /* one line */
    const char *help;     /* what --help prints below the synopsis */
    /* argv[0] is the subcommand's name */
    enum enroll_class (*run)(struct enroll_context *context, int argc,
                             char **argv);
};

/* The profile by name, loading the configuration first; prints why not. */
const struct enroll_profile *enroll_context_profile(
    struct enroll_context *context, const char *name, enum enroll_class *class);

/* Loads the configuration unless it is; 1, or 0 and *problem. */
int enroll_context_load(struct enroll_context *context,
                        struct enroll_problem *problem);

/* "enroll-hook: LINE" on standard error; returns the problem's class. */
enum enroll_class enroll_report(const struct enroll_problem *problem);
/* The same for wrong usage, pointing to --help. */
enum enroll_class enroll_usage(const char *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* One per file hook/command/NAME.c */
extern const struct enroll_command enroll_command_answer;
extern const struct enroll_command enroll_command_check;
extern const struct enroll_command enroll_command_csr;
extern const struct enroll_command enroll_command_history;
extern const struct enroll_command enroll_command_import;
extern const struct enroll_command enroll_command_init;
extern const struct enroll_command enroll_command_ready;
extern const struct enroll_command enroll_command_renew;
extern const struct enroll_command enroll_command_resolve;
extern const struct enroll_command enroll_command_revoke;
extern const struct enroll_command enroll_command_rollback;
extern const struct enroll_command enroll_command_run;
extern const struct enroll_command enroll_command_sign;
extern const struct enroll_command enroll_command_signed;
extern const struct enroll_command enroll_command_status;

#endif
