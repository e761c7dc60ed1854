/* SPDX-License-Identifier: Apache-2.0 */
/*
 * enroll-manager: a certificate manager of one's own. The table of its
 * subcommands, and what they share in reading their command lines.
 */
#include "options.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <openssl/crypto.h>

#include "text.h"

static const struct command *command_find(const char *name)
{
    int i;

    for (i = 0; i < commands_count; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

static void print_help(FILE *out)
{
    int i;

    fputs("enroll-manager: a certificate manager for code signing, on this "
          "machine\n\nUsage:\n",
          out);
    for (i = 0; i < commands_count; i++)
        fprintf(out, "  enroll-manager %-8s %s\n  %-24s%s\n", commands[i].name,
                commands[i].arguments, "", commands[i].summary);
    fputs("\n`enroll-manager COMMAND --help` says more. Start with:\n"
          "  enroll-manager demo ./demo --background\n",
          out);
}

static void print_command_help(const struct command *c)
{
    printf("Usage: enroll-manager %s %s\n\n%s\n\n%s", c->name, c->arguments,
           c->summary, c->help);
}

int usage_error(const struct command *self, const char *format, ...)
{
    char text[300];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    complain("%s: %s (see `enroll-manager %s --help`)", self->name, text,
             self->name);
    return EXIT_USAGE;
}

int option_next(const struct command *self, int argc, char **argv,
                const struct option *table)
{
    int option;

    opterr = 0;
    option = getopt_long(argc, argv, ":h", table, NULL);
    if (option == 'h') {
        print_command_help(self);
    } else if (option == ':') {
        usage_error(self, "%s wants a value", argv[optind - 1]);
        option = '?';
    } else if (option == '?') {
        usage_error(self, "unknown option %s", argv[optind - 1]);
    }
    return option;
}

const char *operand(int argc, char **argv, int n)
{
    return optind + n < argc ? argv[optind + n] : NULL;
}

int main(int argc, char **argv)
{
    const struct command *command;

    umask(077);
    /* Nobody's openssl.cnf: it may be the one we wrote for our clients. */
    OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
    if (argc < 2) {
        print_help(stderr);
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        print_help(stdout);
        return EXIT_DONE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("enroll-manager " ENROLL_VERSION);
        return EXIT_DONE;
    }
    command = command_find(argv[1]);
    if (command == NULL) {
        complain("unknown command %s (see `enroll-manager --help`)", argv[1]);
        return EXIT_USAGE;
    }
    return command->run(command, argc - 1, argv + 1);
}
