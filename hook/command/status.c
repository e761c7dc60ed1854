/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `enroll-hook status`: what there is to know of one or all identities, from
 * disk alone.
 */
#include <getopt.h>
#include <stdio.h>
#include <time.h>

#include <openssl/crypto.h>

#include "hook/command/command.h"
#include "hook/report/status.h"

static const char name[] = "status";

static void find(struct enroll_context *context, const char *profile_name,
                 struct enroll_status *status)
{
    const struct enroll_profile *profile = NULL;
    struct enroll_problem problem;

    if (enroll_config_profile(context->config, profile_name, &profile,
                              &problem))
        enroll_status_find(profile, status);
    else
        enroll_status_misconfigured(profile_name, &problem, status);
}

static enum enroll_class print(const struct enroll_status *list, size_t count,
                               int json)
{
    enum enroll_class first = ENROLL_OK;

    for (size_t i = 0; i < count; i++)
        if (!list[i].usable && first == ENROLL_OK)
            first = list[i].problem.class;
    if (json)
        return enroll_status_json(stdout, list, count) ? first
                                                       : ENROLL_INTERNAL;
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            putchar('\n');
        enroll_status_print(stdout, &list[i], time(NULL));
    }
    return first;
}

/* All profiles; only is one of them, or NULL. */
static enum enroll_class status(struct enroll_context *context,
                                const char *only, int json)
{
    struct enroll_status *list = NULL;
    const char *profile = NULL;
    enum enroll_class class = ENROLL_INTERNAL;
    size_t count = 0;

    while (enroll_config_name(context->config, count) != NULL)
        count++;
    list = OPENSSL_zalloc((count + 1) * sizeof(*list));
    if (list == NULL)
        return class;
    count = 0;
    if (only != NULL)
        find(context, only, &list[count++]);
    for (size_t i = 0;
         only == NULL &&
         (profile = enroll_config_name(context->config, i)) != NULL;
         i++)
        find(context, profile, &list[count++]);
    class = print(list, count, json);
    for (size_t i = 0; i < count; i++)
        enroll_status_clear(&list[i]);
    OPENSSL_free(list);
    return class;
}

static enum enroll_class run(struct enroll_context *context, int argc,
                             char **argv)
{
    static const struct option options[] = {{"json", no_argument, NULL, 'j'},
                                            {NULL, 0, NULL, 0}};
    struct enroll_problem problem;
    int option, json = 0;

    opterr = 0;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == '?')
            return enroll_usage(name, "unknown option");
        json = 1;
    }
    if (argc - optind > 1)
        return enroll_usage(name, "name one profile, or none for all");
    if (!enroll_context_load(context, &problem))
        return enroll_report(&problem);
    return status(context, argv[optind], json);
}

const struct enroll_command enroll_command_status = {
    .name = name,
    .synopsis = "[PROFILE] [--json]",
    .summary = "show what there is: validity, requests, failures",
    .help =
        "Reads the state on disk and asks nobody. Exits with 0 where every\n"
        "profile shown can sign, otherwise with the class of the first that\n"
        "can't.\n"
        "\n"
        "  --json   one document, {\"version\":1,\"profiles\":[...]}; names\n"
        "           stay, new ones may appear\n",
    .run = run,
};
