/* SPDX-License-Identifier: Apache-2.0 */
/*
 * enroll-hook: the table of subcommands, the options before them, and what
 * makes the process fit to handle keys before anything else happens.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "hook/command/command.h"

#if defined(__SANITIZE_ADDRESS__)
#define TRACEABLE 1 /* LeakSanitizer traces its own process */
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TRACEABLE 1
#endif
#endif

static const struct enroll_command *const commands[] = {
    &enroll_command_ready,  &enroll_command_renew,   &enroll_command_status,
    &enroll_command_sign,   &enroll_command_run,     &enroll_command_check,
    &enroll_command_init,   &enroll_command_csr,     &enroll_command_import,
    &enroll_command_revoke, &enroll_command_resolve, &enroll_command_answer,
    &enroll_command_signed, &enroll_command_history, &enroll_command_rollback,
};

#define COMMAND_COUNT (sizeof(commands) / sizeof(commands[0]))

static const struct enroll_command *find_command(const char *name)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

static void print_help(FILE *out)
{
    fputs("enroll-hook: code-signing certificates, there when a tool asks\n"
          "\n"
          "  enroll-hook [--config FILE] [--state FOLDER] COMMAND ...\n"
          "\n",
          out);
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        fprintf(out, "  %-8s %s\n", commands[i]->name, commands[i]->summary);
    fputs("\n"
          "  enroll-hook help COMMAND   what it does and takes\n"
          "  enroll-hook --version\n"
          "\n"
          "Exit codes: 0 ok, 2 usage, 10 certificate not usable, 11 pending\n"
          "approval, 12 throttled, 13 manager unreachable, 14 key or token,\n"
          "15 time stamp, 16 refused by policy, 17 verification failed,\n"
          "18 rejected by the manager, 20 configuration, 70 internal.\n",
          out);
}

static int help_on(const char *name)
{
    const struct enroll_command *command = find_command(name);

    if (command == NULL) {
        fprintf(stderr,
                "enroll-hook: there is no command '%s' (see: "
                "enroll-hook --help)\n",
                name);
        return ENROLL_USAGE;
    }
    printf("enroll-hook %s %s\n  %s\n\n%s", command->name, command->synopsis,
           command->summary, command->help);
    return ENROLL_OK;
}

/* A file opened later must never become somebody's standard output. */
static int open_standard(void)
{
    int fd;

    do
        fd = open("/dev/null", O_RDWR);
    while (fd >= 0 && fd < 3);
    return fd >= 0 && close(fd) == 0;
}

/* No core file, no tracer, no signal from a reader that has gone. */
static int harden(mode_t *before)
{
    const struct rlimit none = {0, 0};

    *before = umask(022);
    signal(SIGPIPE, SIG_IGN);
    setrlimit(RLIMIT_CORE, &none);
#ifndef TRACEABLE
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
    /* An openssl.cnf may activate our own provider, which would ask us. */
    return setenv("ENROLL_ACTIVE", "1", 1) == 0 &&
           OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
}

static int run_command(const struct enroll_command *command, const char *config,
                       const char *state, mode_t before, int argc, char **argv)
{
    struct enroll_context context = {.umask = before};
    int code;

    if (!enroll_places_find(&context.places, config, state)) {
        fputs("enroll-hook: out of memory\n", stderr);
        return ENROLL_INTERNAL;
    }
    optind = 0; /* glibc: begin anew */
    code = (int)command->run(&context, argc, argv);
    enroll_config_free(context.config);
    enroll_places_clear(&context.places);
    return code;
}

static int wants_help(int argc, char **argv)
{
    return argc > 1 &&
           (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0);
}

int main(int argc, char **argv)
{
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'},
        {"state", required_argument, NULL, 's'},
        {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'v'},
        {NULL, 0, NULL, 0}};
    const char *config = NULL, *state = NULL;
    const struct enroll_command *command = NULL;
    mode_t before = 022;
    int option;

    if (!open_standard() || !harden(&before)) {
        fputs("enroll-hook: cannot start: descriptors or memory are short\n",
              stderr);
        return ENROLL_INTERNAL;
    }
    while ((option = getopt_long(argc, argv, "+h", options, NULL)) != -1) {
        switch (option) {
        case 'c': config = optarg; break;
        case 's': state = optarg; break;
        case 'h': print_help(stdout); return ENROLL_OK;
        case 'v': puts("enroll-hook " ENROLL_VERSION); return ENROLL_OK;
        default: print_help(stderr); return ENROLL_USAGE;
        }
    }
    argc -= optind;
    argv += optind;
    if (argc == 0) {
        print_help(stderr);
        return ENROLL_USAGE;
    }
    if (strcmp(argv[0], "help") == 0) {
        if (argc > 1)
            return help_on(argv[1]);
        print_help(stdout);
        return ENROLL_OK;
    }
    if (wants_help(argc, argv))
        return help_on(argv[0]);
    command = find_command(argv[0]);
    return command == NULL
               ? help_on(argv[0])
               : run_command(command, config, state, before, argc, argv);
}
