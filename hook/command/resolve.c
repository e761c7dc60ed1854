/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `enroll-hook resolve`: what only a person can decide about a request: that
 * the manager has it under a certain number, or that it is given up.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "hook/command/command.h"
#include "hook/command/held.h"
#include "hook/lifecycle/backoff.h"
#include "hook/lifecycle/intent.h"
#include "hook/lifecycle/machine.h"
#include "hook/protocol/protocol.h"

static const char name[] = "resolve";

struct options {
    const char *adopt;
    int abandon;
};

static int id_ok(const char *id)
{
    size_t length = strlen(id);

    if (length == 0 || length > ENROLL_ORDER_ID_MAX)
        return 0;
    for (; *id != '\0'; id++)
        if (*id <= ' ' || *id >= 0x7f)
            return 0;
    return 1;
}

static enum enroll_class parse(int argc, char **argv, struct options *options)
{
    static const struct option table[] = {
        {"abandon", no_argument, NULL, 'x'},
        {"adopt", required_argument, NULL, 'a'},
        {NULL, 0, NULL, 0}};
    int option;

    opterr = 0;
    while ((option = getopt_long(argc, argv, "", table, NULL)) != -1) {
        switch (option) {
        case 'a': options->adopt = optarg; break;
        case 'x': options->abandon = 1; break;
        default:
            return enroll_usage(name, "unknown option, or a value is missing");
        }
    }
    if (argc - optind != 1)
        return enroll_usage(name, "name one profile");
    if ((options->adopt != NULL) == options->abandon)
        return enroll_usage(name, "say either --adopt ID or --abandon");
    if (options->adopt != NULL && !id_ok(options->adopt))
        return enroll_usage(name, "that is no order number");
    return ENROLL_OK;
}

/*
 * The request that is open, or one that was set aside: also where another has
 * been prepared since, which nobody was sent and which has another key.
 */
static int find_request(const struct enroll_profile *profile, int profile_fd,
                        const char *id, struct enroll_record **intent,
                        struct enroll_problem *problem)
{
    if (enroll_intent_load(profile_fd, intent, problem) == ENROLL_FOUND_BAD)
        return 0;
    if (*intent != NULL && enroll_machine_of(*intent) != ENROLL_STATE_PREPARED)
        return 1;
    switch (enroll_intent_restore(profile_fd, id, intent, problem)) {
    case ENROLL_FOUND: return 1;
    case ENROLL_FOUND_BAD: return 0;
    case ENROLL_FOUND_MISSING: break;
    }
    return *intent != NULL ||
           enroll_problem_set(
               problem, ENROLL_NOT_USABLE,
               "%s: no request is open, and none was set aside for order %s; "
               "its key is not here, so its certificate would be of no use",
               profile->name, id);
}

static int adopt(const struct enroll_profile *profile, int profile_fd,
                 const char *id, struct enroll_problem *problem)
{
    struct enroll_record *intent = NULL;
    const char *order = NULL;
    int ok = find_request(profile, profile_fd, id, &intent, problem);

    if (ok)
        order = enroll_record_get(intent, "order");
    if (order != NULL && strcmp(order, id) != 0)
        ok = enroll_problem_set(
            problem, ENROLL_PENDING,
            "%s: order %.128s is open; collect it first with: enroll-hook "
            "renew %s, or give it up with: enroll-hook resolve %s --abandon",
            profile->name, order, profile->name, profile->name);
    ok = ok &&
         enroll_intent_ordered(profile_fd, intent, id, time(NULL), problem) &&
         enroll_backoff_clear(profile_fd, problem);
    enroll_record_free(intent);
    if (ok)
        printf("%s: order %s is taken up; collect it with: enroll-hook ready "
               "%s\n",
               profile->name, id, profile->name);
    return ok;
}

static void say_what_remains(const struct enroll_profile *profile,
                             const struct enroll_record *intent)
{
    switch (enroll_machine_of(intent)) {
    case ENROLL_STATE_ORDERED:
        printf("%s: order %s is given up here; decline or revoke it at the "
               "manager\n",
               profile->name, enroll_record_get(intent, "order"));
        break;
    case ENROLL_STATE_POSTED:
        printf("%s: the request is given up here; if the manager has our id "
               "%s, decline or revoke that order\n",
               profile->name, enroll_record_get(intent, "client-order-id"));
        break;
    default:
        printf("%s: the request is given up; it was never ordered\n",
               profile->name);
        break;
    }
}

static int abandon(const struct enroll_profile *profile, int profile_fd,
                   struct enroll_problem *problem)
{
    struct enroll_record *intent = NULL;
    int ok;

    switch (enroll_intent_load(profile_fd, &intent, problem)) {
    case ENROLL_FOUND_MISSING:
        printf("%s: no request is open\n", profile->name);
        return enroll_backoff_clear(profile_fd, problem);
    case ENROLL_FOUND_BAD:
        /* Nothing in it can be relied on, so all there is goes. */
        printf("%s: %s; it is given up\n", profile->name, problem->line);
        return enroll_intent_remove(profile_fd, problem) &&
               enroll_backoff_clear(profile_fd, problem);
    case ENROLL_FOUND: break;
    }
    ok = enroll_intent_drop(profile, profile_fd, intent, problem) &&
         enroll_backoff_clear(profile_fd, problem);
    if (ok)
        say_what_remains(profile, intent);
    enroll_record_free(intent);
    return ok;
}

static int resolve(const struct enroll_profile *profile, int profile_fd,
                   void *context, struct enroll_problem *problem)
{
    const struct options *options = context;

    if (options->abandon)
        return abandon(profile, profile_fd, problem);
    return adopt(profile, profile_fd, options->adopt, problem);
}

static enum enroll_class run(struct enroll_context *context, int argc,
                             char **argv)
{
    struct options options = {.adopt = NULL};
    enum enroll_class class = parse(argc, argv, &options);
    const struct enroll_profile *profile = NULL;

    if (class == ENROLL_OK)
        profile = enroll_context_profile(context, argv[optind], &class);
    return profile == NULL ? class
                           : enroll_held_run(profile, resolve, &options);
}

const struct enroll_command enroll_command_resolve = {
    .name = name,
    .synopsis = "PROFILE --adopt ID | --abandon",
    .summary = "settle a request that only a person can settle",
    .help =
        "Where an order was sent and no answer came, or its certificate was\n"
        "set aside and the profile has been corrected since:\n"
        "\n"
        "  --adopt ID   the manager has it under that number: collect it\n"
        "  --abandon    give the request up; the next run orders afresh\n",
    .run = run,
};
