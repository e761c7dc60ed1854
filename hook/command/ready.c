/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `enroll-hook ready PROFILE`: makes the profile usable and says so by its
 * exit code.
 */
#include <getopt.h>

#include "core/duration.h"
#include "hook/command/command.h"
#include "hook/command/progress.h"
#include "hook/lifecycle/lifecycle.h"

static const char name[] = "ready";

static enum enroll_class parse(int argc, char **argv,
                               struct enroll_ready *ready)
{
    static const struct option options[] = {
        {"min-remaining", required_argument, NULL, 'm'},
        {"wait", required_argument, NULL, 'w'},
        {NULL, 0, NULL, 0}};
    int option;

    opterr = 0;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        long *target = option == 'm' ? &ready->min_remaining : &ready->wait;

        if (option == '?')
            return enroll_usage(name, "unknown option, or a value is missing");
        if (!enroll_duration_parse(optarg, target))
            return enroll_usage(name, "'%s' is no duration such as 3d or 5m",
                                optarg);
    }
    if (argc - optind != 1)
        return enroll_usage(name, "name one profile");
    return ENROLL_OK;
}

static enum enroll_class run(struct enroll_context *context, int argc,
                             char **argv)
{
    struct enroll_ready ready = {
        .min_remaining = -1, .wait = -1, .progress = enroll_progress_print};
    enum enroll_class class = parse(argc, argv, &ready);
    const struct enroll_profile *profile = NULL;
    struct enroll_problem problem;
    unsigned long generation = 0;

    if (class == ENROLL_OK)
        profile = enroll_context_profile(context, argv[optind], &class);
    if (profile == NULL)
        return class;
    if (ready.wait < 0)
        ready.wait = profile->wait;
    ready.context = argv[optind];
    if (!enroll_lifecycle_ready(profile, &ready, &generation, &problem))
        return enroll_report(&problem);
    return ENROLL_OK;
}

const struct enroll_command enroll_command_ready = {
    .name = name,
    .synopsis = "PROFILE [--min-remaining DURATION] [--wait DURATION]",
    .summary = "make sure that the profile can sign",
    .help =
        "Answers at once where a usable certificate is there. Otherwise it is\n"
        "enrolled or renewed, and one process does that for all that ask.\n"
        "\n"
        "  --min-remaining 3d   it must stay valid for at least so long\n"
        "  --wait 5m            wait at most so long; 0 does not wait for an\n"
        "                       approval (default: the profile's wait)\n",
    .run = run,
};
