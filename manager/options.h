/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The subcommands and what they share in reading their command lines.
 */
#ifndef MANAGER_OPTIONS_H
#define MANAGER_OPTIONS_H

#include <getopt.h>
#include <stdint.h>

/* Exit codes of enroll-manager. */
enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

struct command {
    const char *name;
    const char *arguments; /* after the name, in --help */
    const char *summary;   /* one line */
    const char *help;      /* what follows it in COMMAND --help */
    int (*run)(const struct command *self, int argc, char **argv);
};

extern const struct command commands[];
extern const int commands_count;

typedef int command_fn(const struct command *self, int argc, char **argv);

command_fn command_demo;                                     /* cmd_demo.c */
command_fn command_stop;                                     /* cmd_stop.c */
command_fn command_orders;                                   /* cmd_orders.c */
command_fn command_approve, command_decline, command_revoke; /* cmd_order.c */
command_fn command_hint;                                     /* cmd_hint.c */
command_fn command_fault;                                    /* cmd_fault.c */

/* Ends with EXIT_USAGE: one line what is wrong, one where help is. */
int usage_error(const struct command *self, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * The next long option of the table, which ends with a zero entry, as
 * getopt_long() gives it: -1 at the end, '?' after saying what is wrong.
 * --help is seen to here: 'h', and the caller returns EXIT_DONE.
 */
int option_next(const struct command *self, int argc, char **argv,
                const struct option *table);

/* The operand number n (from 0) after the options, or NULL. */
const char *operand(int argc, char **argv, int n);

#endif
