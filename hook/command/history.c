/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `enroll-hook history PROFILE`: the generations there are.
 */
#include <getopt.h>
#include <time.h>

#include "hook/command/command.h"
#include "hook/report/history.h"

static const char name[] = "history";

static enum enroll_class show(const struct enroll_profile *profile, int json)
{
    struct enroll_history history;
    struct enroll_problem problem;
    int ok = enroll_history_find(profile, &history, &problem);

    if (!ok) {
        enroll_problem_prefix(&problem, profile->name);
        return enroll_report(&problem);
    }
    if (json)
        ok = enroll_history_json(stdout, &history);
    else
        enroll_history_print(stdout, &history, time(NULL));
    enroll_history_clear(&history);
    return ok ? ENROLL_OK : ENROLL_INTERNAL;
}

static enum enroll_class run(struct enroll_context *context, int argc,
                             char **argv)
{
    static const struct option options[] = {{"json", no_argument, NULL, 'j'},
                                            {NULL, 0, NULL, 0}};
    const struct enroll_profile *profile = NULL;
    enum enroll_class class = ENROLL_OK;
    int option, json = 0;

    opterr = 0;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == '?')
            return enroll_usage(name, "unknown option");
        json = 1;
    }
    if (argc - optind != 1)
        return enroll_usage(name, "name one profile");
    profile = enroll_context_profile(context, argv[optind], &class);
    return profile == NULL ? class : show(profile, json);
}

const struct enroll_command enroll_command_history = {
    .name = name,
    .synopsis = "PROFILE [--json]",
    .summary = "show the certificates there were, and their keys",
    .help =
        "Lists the generations that are kept, newest first: their dates and\n"
        "keys, where they came from, and which are current, revoked, rolled\n"
        "back or damaged. Reads the state on disk and asks nobody.\n"
        "\n"
        "  --json   one document, {\"version\":1,\"profile\":...}; its names\n"
        "           stay, new ones may appear\n",
    .run = run,
};
