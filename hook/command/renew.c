/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `enroll-hook renew`: an explicit renewal, which no back-off holds up, or
 * with --if-due what a timer runs.
 */
#include <getopt.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "core/duration.h"
#include "hook/command/command.h"
#include "hook/command/progress.h"
#include "hook/lifecycle/date.h"
#include "hook/lifecycle/lifecycle.h"

static const char name[] = "renew";

struct options {
    int all, if_due;
    long wait; /* -1: the profile's */
};

static enum enroll_class parse(int argc, char **argv, struct options *options)
{
    static const struct option table[] = {
        {"all", no_argument, NULL, 'a'},
        {"if-due", no_argument, NULL, 'd'},
        {"wait", required_argument, NULL, 'w'},
        {NULL, 0, NULL, 0}};
    int option;

    opterr = 0;
    while ((option = getopt_long(argc, argv, "", table, NULL)) != -1) {
        switch (option) {
        case 'a': options->all = 1; break;
        case 'd': options->if_due = 1; break;
        case 'w':
            if (enroll_duration_parse(optarg, &options->wait))
                break;
            return enroll_usage(name, "'%s' is no duration such as 5m", optarg);
        default:
            return enroll_usage(name, "unknown option, or a value is missing");
        }
    }
    if (options->all ? argc != optind : argc - optind != 1)
        return enroll_usage(name, "name one profile, or say --all");
    return ENROLL_OK;
}

/* A failed renewal takes nothing away: say what is still there. */
static void say_what_remains(const struct enroll_profile *profile)
{
    struct enroll_look look = {.generation = NULL};
    struct enroll_problem ignored;
    char date[ENROLL_DATE_TEXT];
    int fd = -1;

    if (enroll_identity_open(profile->state, profile->name, &fd, &ignored) !=
        ENROLL_FOUND)
        return;
    if (enroll_identity_look(fd, profile->name, 0, -1, time(NULL), &look,
                             &ignored) == ENROLL_FOUND) {
        if (enroll_deliverable(look.usability))
            fprintf(stderr,
                    "%s: the certificate there is stays usable until "
                    "%s\n",
                    profile->name,
                    enroll_date_text(look.verdict.refuse_at, date));
        enroll_look_clear(&look);
    }
    close(fd);
}

static enum enroll_class renew(struct enroll_context *context,
                               const char *profile_name,
                               const struct options *options)
{
    enum enroll_class class = ENROLL_OK;
    const struct enroll_profile *profile =
        enroll_context_profile(context, profile_name, &class);
    struct enroll_ready ready = {.min_remaining = -1,
                                 .force = !options->if_due,
                                 .due = 1,
                                 .maintenance = options->all || options->if_due,
                                 .progress = enroll_progress_print,
                                 .context = (void *)profile_name};
    struct enroll_problem problem;
    unsigned long generation = 0;

    if (profile == NULL)
        return class;
    ready.wait = options->wait < 0 ? profile->wait : options->wait;
    if (enroll_lifecycle_ready(profile, &ready, &generation, &problem))
        return ENROLL_OK;
    class = enroll_report(&problem);
    say_what_remains(profile);
    return class;
}

/* Every profile has its try; the first failure is the one reported. */
static enum enroll_class renew_all(struct enroll_context *context,
                                   const struct options *options)
{
    enum enroll_class first = ENROLL_OK;
    struct enroll_problem problem;
    const char *profile = NULL;

    if (!enroll_context_load(context, &problem))
        return enroll_report(&problem);
    for (size_t i = 0;
         (profile = enroll_config_name(context->config, i)) != NULL; i++) {
        enum enroll_class class = renew(context, profile, options);

        if (first == ENROLL_OK)
            first = class;
    }
    return first;
}

static enum enroll_class run(struct enroll_context *context, int argc,
                             char **argv)
{
    struct options options = {.wait = -1};
    enum enroll_class class = parse(argc, argv, &options);

    if (class != ENROLL_OK)
        return class;
    return options.all ? renew_all(context, &options)
                       : renew(context, argv[optind], &options);
}

const struct enroll_command enroll_command_renew = {
    .name = name,
    .synopsis = "PROFILE|--all [--if-due] [--wait DURATION]",
    .summary = "renew the certificate now",
    .help =
        "Orders a new certificate although the present one is still good, and\n"
        "tries again at once where an earlier failure would be waited out. A\n"
        "request that is open already is taken up, not ordered again.\n"
        "\n"
        "  --all       every profile of the configuration, each only in its\n"
        "              maintenance windows\n"
        "  --if-due    only inside the renewal window and the profile's\n"
        "              maintenance windows, and not before a failure's\n"
        "              back-off is over: for timers\n"
        "  --wait 5m   wait at most so long (default: the profile's wait)\n",
    .run = run,
};
