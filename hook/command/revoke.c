/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `enroll-hook revoke`: has the manager revoke a certificate. That it is not
 * to be used any more is durable here first: whatever becomes of the request,
 * no tool is handed a certificate that somebody wanted revoked.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/identity.h"
#include "core/wire.h"
#include "hook/command/command.h"
#include "hook/command/held.h"
#include "hook/lifecycle/managers.h"
#include "hook/lifecycle/revocation.h"
#include "hook/protocol/protocol.h"

#define ANSWER_MS   60000LL
#define MESSAGE_MAX 512 /* of the managers' interfaces */

#define KEY_COMPROMISE 1

static const char name[] = "revoke";

/* RFC 5280, 5.3.1, as far as managers take them. */
static const struct {
    const char *name;
    int code;
} reasons[] = {
    {"unspecified", 0},          {"keyCompromise", KEY_COMPROMISE},
    {"affiliationChanged", 3},   {"superseded", 4},
    {"cessationOfOperation", 5},
};

#define REASON_COUNT (sizeof(reasons) / sizeof(reasons[0]))

struct options {
    unsigned long generation; /* 0: the current one */
    const char *reason;
    int yes;
    struct enroll_revocation revocation;
};

static int find_reason(const char *word, struct options *options)
{
    for (size_t i = 0; i < REASON_COUNT; i++) {
        if (strcmp(reasons[i].name, word) == 0) {
            options->reason = reasons[i].name;
            options->revocation.reason = reasons[i].code;
            return 1;
        }
    }
    return 0;
}

static enum enroll_class check(struct options *options)
{
    if (options->reason == NULL)
        return enroll_usage(name, "--reason is missing; it is one of "
                                  "unspecified, keyCompromise, "
                                  "affiliationChanged, superseded, "
                                  "cessationOfOperation");
    if (options->revocation.message == NULL)
        options->revocation.message = options->reason;
    if (*options->revocation.message == '\0' ||
        strlen(options->revocation.message) > MESSAGE_MAX)
        return enroll_usage(name, "--message has 1 to %d characters",
                            MESSAGE_MAX);
    if (!options->yes && !isatty(STDIN_FILENO))
        return enroll_usage(name, "there is no terminal to ask on whether you "
                                  "are sure; say --yes");
    return ENROLL_OK;
}

static enum enroll_class parse(int argc, char **argv, struct options *options)
{
    static const struct option table[] = {
        {"generation", required_argument, NULL, 'g'},
        {"message", required_argument, NULL, 'm'},
        {"reason", required_argument, NULL, 'r'},
        {"yes", no_argument, NULL, 'y'},
        {NULL, 0, NULL, 0}};
    char *end = NULL;
    int option;

    opterr = 0;
    while ((option = getopt_long(argc, argv, "", table, NULL)) != -1) {
        switch (option) {
        case 'g':
            options->generation = strtoul(optarg, &end, 10);
            if (options->generation == 0 || *end != '\0')
                return enroll_usage(name, "'%s' is no generation", optarg);
            break;
        case 'm': options->revocation.message = optarg; break;
        case 'r':
            if (!find_reason(optarg, options))
                return enroll_usage(name, "'%s' is no reason", optarg);
            break;
        case 'y': options->yes = 1; break;
        default:
            return enroll_usage(name, "unknown option, or a value is missing");
        }
    }
    if (argc - optind != 1)
        return enroll_usage(name, "name one profile");
    return check(options);
}

/* Not used here any more in any case; the rest is the manager's. */
static int ask_manager(const struct enroll_profile *profile,
                       const struct enroll_record *facts,
                       const struct options *options,
                       struct enroll_problem *problem)
{
    const char *order = enroll_record_get(facts, "order");
    const struct enroll_profile *manager = enroll_manager_of(profile, facts);
    const struct enroll_protocol *protocol = NULL;
    struct enroll_session *session = NULL;
    int ok;

    if (manager == NULL)
        return enroll_problem_set(
            problem, ENROLL_CONFIGURATION,
            "it was issued at %.200s, which enroll.conf does not name any more",
            enroll_record_get(facts, "url"));
    if (order == NULL || manager->manager == NULL)
        return enroll_problem_set(
            problem, ENROLL_NOT_USABLE,
            "it was imported, and no order number is known; have it revoked "
            "by who issued it");
    protocol = enroll_protocol_find(manager->manager);
    if (!protocol->open(manager, &session, problem))
        return 0;
    enroll_session_deadline(session, enroll_monotonic_ms() + ANSWER_MS);
    problem->line[0] = '\0';
    ok = protocol->revoke(session, order, &options->revocation, problem);
    if (ok && problem->line[0] != '\0')
        fprintf(stderr, "%s\n", problem->line);
    protocol->close(session);
    return ok;
}

static int ask_person(const struct enroll_profile *profile,
                      const struct enroll_generation *generation,
                      const struct options *options)
{
    const char *subject = enroll_record_get(generation->facts, "subject");
    char answer[16] = "";

    fprintf(stderr,
            "%s: generation %lu (%s) will be revoked for good: %s.\n"
            "Type yes to go on: ",
            profile->name, generation->number, subject == NULL ? "?" : subject,
            options->reason);
    return fgets(answer, sizeof(answer), stdin) != NULL &&
           strcmp(answer, "yes\n") == 0;
}

static int find_generation(const struct enroll_profile *profile, int profile_fd,
                           const struct options *options,
                           struct enroll_generation **generation,
                           struct enroll_problem *problem)
{
    enum enroll_found found = ENROLL_FOUND_MISSING;

    if (profile_fd >= 0)
        found =
            enroll_generation_open(profile_fd, "the generation",
                                   options->generation, generation, problem);
    if (found == ENROLL_FOUND_MISSING)
        enroll_problem_set(problem, ENROLL_NOT_USABLE,
                           "there is no such generation; see: enroll-hook "
                           "history %s",
                           profile->name);
    return found == ENROLL_FOUND;
}

/*
 * Before the lock is taken, or everybody else would wait for the answer. It is
 * the generation shown that will be revoked, whatever is current by then.
 */
static int confirm(const struct enroll_profile *profile,
                   struct options *options, struct enroll_problem *problem)
{
    struct enroll_generation *generation = NULL;
    int profile_fd = -1, ok;

    if (options->yes)
        return 1;
    ok = enroll_identity_open(profile->state, profile->name, &profile_fd,
                              problem) != ENROLL_FOUND_BAD &&
         find_generation(profile, profile_fd, options, &generation, problem);
    if (ok) {
        options->generation = generation->number;
        ok = ask_person(profile, generation, options) ||
             enroll_problem_set(problem, ENROLL_USAGE, "nothing was revoked");
    }
    enroll_generation_free(generation);
    if (profile_fd >= 0)
        close(profile_fd);
    return ok;
}

static int revoke_generation(const struct enroll_profile *profile,
                             int profile_fd, void *context,
                             struct enroll_problem *problem)
{
    const struct options *options = context;
    struct enroll_generation *generation = NULL;
    struct enroll_problem manager;
    int ok = 0;

    if (!find_generation(profile, profile_fd, options, &generation, problem))
        return 0;
    if (enroll_revocation_stop(profile_fd, generation, options->reason,
                               options->revocation.reason == KEY_COMPROMISE,
                               problem)) {
        ok = ask_manager(profile, generation->facts, options, &manager);
        if (!ok)
            enroll_problem_set(problem, manager.class,
                               "%s: generation %lu is not used any more, but "
                               "the manager has not revoked it: %.600s; run "
                               "the same again",
                               profile->name, generation->number, manager.line);
    }
    if (ok)
        printf("%s: generation %lu is revoked; renew with: enroll-hook renew "
               "%s\n",
               profile->name, generation->number, profile->name);
    enroll_generation_free(generation);
    return ok;
}

static enum enroll_class run(struct enroll_context *context, int argc,
                             char **argv)
{
    struct options options = {.generation = 0};
    enum enroll_class class = parse(argc, argv, &options);
    const struct enroll_profile *profile = NULL;
    struct enroll_problem problem;

    if (class == ENROLL_OK)
        profile = enroll_context_profile(context, argv[optind], &class);
    if (profile == NULL)
        return class;
    if (!confirm(profile, &options, &problem)) {
        enroll_problem_prefix(&problem, profile->name);
        return enroll_report(&problem);
    }
    return enroll_held_run(profile, revoke_generation, &options);
}

const struct enroll_command enroll_command_revoke = {
    .name = name,
    .synopsis = "PROFILE --reason REASON [--generation N] [--message TEXT] "
                "[--yes]",
    .summary = "revoke a certificate, and use it no more",
    .help =
        "From now on no tool is handed that certificate; then the manager is\n"
        "asked to revoke it, which can't be undone. The next renewal makes a\n"
        "new key.\n"
        "\n"
        "  --reason       unspecified, keyCompromise, affiliationChanged,\n"
        "                 superseded or cessationOfOperation\n"
        "  --generation   which one (default: the current one)\n"
        "  --message      for the manager's records, up to 512 characters\n"
        "  --yes          do not ask\n",
    .run = run,
};
