/* SPDX-License-Identifier: Apache-2.0 */
/*
 * enroll-hook check: says of everything that has to be right whether it is,
 * and how to mend it. Changes nothing and orders nothing.
 */
#include "hook/command/check.h"

#include <getopt.h>
#include <string.h>

#include "hook/command/command.h"

static const char name[] = "check";

static void check_places(struct enroll_findings *findings,
                         const struct enroll_places *places)
{
    enroll_finding_fine(findings, "places",
                        "configuration is %s (from %s), state is %s (from %s)",
                        places->config, places->config_from, places->state,
                        places->state_from);
}

static int load(struct enroll_findings *findings,
                struct enroll_context *context)
{
    struct enroll_problem problem;

    if (context->config != NULL ||
        enroll_config_load(context->places.config, context->places.state,
                           &context->config, &problem))
        return 1;
    enroll_finding_problem(findings, ENROLL_PROBLEM, "configuration", &problem);
    return 0;
}

static void check_one(struct enroll_findings *findings,
                      struct enroll_context *context, const char *which)
{
    const struct enroll_profile *profile = NULL;
    struct enroll_problem problem;

    findings->profile = which;
    if (enroll_config_profile(context->config, which, &profile, &problem)) {
        enroll_finding_fine(findings, "configuration", "valid (%s)",
                            context->places.config);
        enroll_check_profile(findings, profile);
        enroll_check_network(findings, profile);
    } else {
        enroll_finding_problem(findings, ENROLL_PROBLEM, "configuration",
                               &problem);
    }
    findings->profile = NULL;
}

static void check_all(struct enroll_findings *findings,
                      struct enroll_context *context)
{
    const char *which;
    size_t i = 0;

    for (; (which = enroll_config_name(context->config, i)) != NULL; i++)
        check_one(findings, context, which);
    if (i == 0)
        enroll_finding_add(findings, ENROLL_PROBLEM, "configuration",
                           ENROLL_CONFIGURATION,
                           "%s has no profile; add a section such as [release]",
                           context->places.config);
}

static enum enroll_class run(struct enroll_context *context, int argc,
                             char **argv)
{
    int json = 0, option, loaded;
    const struct option longs[] = {{"json", no_argument, &json, 1}, {0}};
    struct enroll_findings findings;

    optind = 0;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "", longs, NULL)) != -1)
        if (option != 0)
            return enroll_usage(name, "unknown option");
    if (argc - optind > 1)
        return enroll_usage(name, "one profile, or none for all of them");
    if (!enroll_findings_begin(&findings, json))
        return ENROLL_INTERNAL;
    check_places(&findings, &context->places);
    enroll_check_tools(&findings, &context->places);
    loaded = load(&findings, context);
    enroll_check_section(&findings, context->config);
    if (loaded) {
        if (optind < argc)
            check_one(&findings, context, argv[optind]);
        else
            check_all(&findings, context);
    }
    return enroll_findings_end(&findings);
}

const struct enroll_command enroll_command_check = {
    .name = name,
    .synopsis = "[PROFILE] [--json]",
    .summary = "say what is not right yet, and how to mend it",
    .help =
        "Looks at the configuration, its secrets, the state folder, the\n"
        "provider and the openssl.cnf in effect, osslsigncode, the manager,\n"
        "the clock and the time-stamp authorities; of PROFILE or of all\n"
        "profiles. Changes nothing and orders nothing. One line a finding:\n"
        "ok, warning or problem. Exits with the class of the first problem, 0\n"
        "if there is none.\n",
    .run = run,
};
