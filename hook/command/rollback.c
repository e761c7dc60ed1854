/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `enroll-hook rollback PROFILE`: back to an earlier certificate and its key.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "hook/command/command.h"
#include "hook/command/held.h"
#include "hook/lifecycle/rollback.h"
#include "hook/lifecycle/stages.h"

static const char name[] = "rollback";

struct options {
    unsigned long to; /* 0: the newest earlier one */
};

static enum enroll_class parse(int argc, char **argv, struct options *options)
{
    static const struct option table[] = {{"to", required_argument, NULL, 't'},
                                          {NULL, 0, NULL, 0}};
    char *end = NULL;
    int option;

    opterr = 0;
    while ((option = getopt_long(argc, argv, "", table, NULL)) != -1) {
        if (option == '?')
            return enroll_usage(name, "unknown option, or a value is missing");
        options->to = strtoul(optarg, &end, 10);
        if (options->to == 0 || *end != '\0')
            return enroll_usage(name, "'%s' is no generation", optarg);
    }
    if (argc - optind != 1)
        return enroll_usage(name, "name one profile");
    return ENROLL_OK;
}

static int roll_back(const struct enroll_profile *profile, int profile_fd,
                     void *context, struct enroll_problem *problem)
{
    const struct options *options = context;
    unsigned long number = 0, left = 0;

    if (enroll_stages_under_way(profile_fd))
        fprintf(stderr,
                "%s: waiting until the present key has been published\n",
                profile->name);
    if (!enroll_rollback(profile, profile_fd, options->to, &number, &left,
                         problem))
        return 0;
    printf("%s: generation %lu is current again, instead of %lu; the next "
           "renewal comes when it is due\n",
           profile->name, number, left);
    return 1;
}

static enum enroll_class run(struct enroll_context *context, int argc,
                             char **argv)
{
    struct options options = {.to = 0};
    enum enroll_class class = parse(argc, argv, &options);
    const struct enroll_profile *profile = NULL;

    if (class == ENROLL_OK)
        profile = enroll_context_profile(context, argv[optind], &class);
    return profile == NULL ? class
                           : enroll_held_run(profile, roll_back, &options);
}

const struct enroll_command enroll_command_rollback = {
    .name = name,
    .synopsis = "PROFILE [--to N]",
    .summary = "go back to an earlier certificate",
    .help =
        "Makes the newest earlier generation that can still be used the\n"
        "current one; nothing is ordered or revoked. `history` shows which\n"
        "there are. The next renewal goes on from there as usual.\n"
        "\n"
        "  --to N   that generation, also a later one\n",
    .run = run,
};
