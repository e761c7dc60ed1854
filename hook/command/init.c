/* SPDX-License-Identifier: Apache-2.0 */
/*
 * enroll-hook init: takes what is needed from options, has what is missing
 * asked for (init_ask.c) and all of it written (init_write.c), and says what
 * comes next.
 */
#include "hook/command/init.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "core/uri.h"
#include "hook/command/command.h"

static const char name[] = "init";

enum {
    OPT_PROFILE = 256,
    OPT_SECRET_FILE,
    OPT_SOFTWARE_KEY,
    OPT_SET,
    OPT_OUTPUT,
    OPT_FORCE,
    OPT_QUESTION /* and the following, one a question */
};

static enum enroll_class report_or(int ok, const struct enroll_problem *problem)
{
    return ok ? ENROLL_OK : enroll_report(problem);
}

/* ---------------------------------------------------------------- options */

static int set_pair(struct enroll_init *init, const char *pair,
                    struct enroll_problem *problem)
{
    const char *equals = strchr(pair, '=');
    char key[128];

    if (equals == NULL || equals == pair ||
        (size_t)(equals - pair) >= sizeof(key))
        return enroll_problem_set(problem, ENROLL_USAGE,
                                  "--set takes KEY=VALUE");
    snprintf(key, sizeof(key), "%.*s", (int)(equals - pair), pair);
    return enroll_init_set(init, key, equals + 1, problem);
}

static int set_profile(struct enroll_init *init, const char *profile,
                       struct enroll_problem *problem)
{
    if (!enroll_profile_name_ok(profile))
        return enroll_problem_set(problem, ENROLL_USAGE,
                                  "'%.64s' cannot name a profile; use letters, "
                                  "digits, '.', '_' and '-'",
                                  profile);
    OPENSSL_free(init->profile);
    init->profile = OPENSSL_strdup(profile);
    return init->profile != NULL;
}

static int take(struct enroll_init *init, int option, const char **output,
                struct enroll_problem *problem)
{
    switch (option) {
    case OPT_PROFILE: return set_profile(init, optarg, problem);
    case OPT_SECRET_FILE:
        return enroll_init_set_path(init, "client-secret", "file:", optarg,
                                    problem);
    case OPT_SOFTWARE_KEY:
        return enroll_init_set(init, "allow-software-key", "yes", problem);
    case OPT_SET: return set_pair(init, optarg, problem);
    case OPT_OUTPUT: *output = optarg; return 1;
    case OPT_FORCE: init->force = 1; return 1;
    default: break;
    }
    if (option >= OPT_QUESTION)
        return enroll_init_answer(init,
                                  &enroll_init_questions[option - OPT_QUESTION],
                                  optarg, problem);
    return enroll_problem_set(problem, ENROLL_USAGE,
                              "init: unknown option, or a value is missing "
                              "(see: enroll-hook init --help)");
}

static int parse(struct enroll_init *init, int argc, char **argv,
                 const char **output, struct enroll_problem *problem)
{
    struct option longs[ENROLL_INIT_QUESTIONS + 7] = {
        {"profile", required_argument, NULL, OPT_PROFILE},
        {"client-secret-file", required_argument, NULL, OPT_SECRET_FILE},
        {"allow-software-key", no_argument, NULL, OPT_SOFTWARE_KEY},
        {"set", required_argument, NULL, OPT_SET},
        {"output", required_argument, NULL, OPT_OUTPUT},
        {"force", no_argument, NULL, OPT_FORCE}};
    int option;

    for (size_t i = 0; i < ENROLL_INIT_QUESTIONS; i++)
        longs[6 + i] =
            (struct option){enroll_init_questions[i].key, required_argument,
                            NULL, OPT_QUESTION + (int)i};
    optind = 0;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "", longs, NULL)) != -1)
        if (!take(init, option, output, problem))
            return 0;
    if (optind < argc)
        return enroll_problem_set(problem, ENROLL_USAGE,
                                  "init takes options only (see: enroll-hook "
                                  "init --help)");
    return 1;
}

/* ----------------------------------------------------------------- places */

static int join(char path[PATH_MAX], const char *folder, const char *tail)
{
    int length = snprintf(path, PATH_MAX, "%s%s", folder, tail);

    return length > 0 && length < PATH_MAX;
}

/* $XDG_..._HOME/enroll or below $HOME, for an ordinary user. */
static int user_folder(char path[PATH_MAX], const char *variable,
                       const char *below)
{
    const char *folder = secure_getenv(variable), *home = NULL;
    char joined[PATH_MAX];

    if (folder != NULL && folder[0] == '/')
        return join(path, folder, "/enroll");
    home = secure_getenv("HOME");
    return home != NULL && home[0] == '/' && join(joined, home, below) &&
           join(path, joined, "/enroll");
}

static int from_nobody(const char *from)
{
    return strstr(from, "default") != NULL;
}

static int place(struct enroll_init *init, const struct enroll_places *places,
                 const char *output, struct enroll_problem *problem)
{
    char absolute[PATH_MAX];
    int user = geteuid() != 0, ok = 1;

    if (output != NULL) {
        if (output[0] == '/')
            ok = join(init->folder, output, "");
        else
            ok = getcwd(absolute, sizeof(absolute)) != NULL &&
                 join(absolute + strlen(absolute), "/", "") &&
                 snprintf(init->folder, PATH_MAX, "%s%s", absolute, output) <
                     PATH_MAX;
    } else if (user && from_nobody(places->config_from)) {
        ok = user_folder(init->folder, "XDG_CONFIG_HOME", "/.config");
    } else {
        ok = join(init->folder, places->config, "");
        *strrchr(init->folder, '/') = '\0';
    }
    if (!from_nobody(places->state_from))
        ok = ok && join(init->state, places->state, "");
    else if (output != NULL)
        ok = ok && join(init->state, init->folder, "/state");
    else if (user)
        ok = ok && user_folder(init->state, "XDG_STATE_HOME", "/.local/state");
    else
        ok = ok && join(init->state, places->state, "");
    ok = ok && join(init->config, init->folder, "/enroll.conf");
    if (!ok)
        return enroll_problem_set(problem, ENROLL_CONFIGURATION,
                                  "init: no folder to write to; name one with "
                                  "--output");
    /* Before a person has answered everything for nothing. */
    if (!init->force && access(init->config, F_OK) == 0)
        return enroll_problem_set(problem, ENROLL_USAGE,
                                  "init: there is a %s already; use --force to "
                                  "replace it, or another --output",
                                  init->config);
    return 1;
}

static void say_next(const struct enroll_init *init)
{
    printf(
        "Written to %s: enroll.conf, openssl-activated.cnf, "
        "openssl-registered.cnf%s.\n"
        "\n"
        "At the manager, if that is not done yet:\n"
        "  - a REST account (client id and secret) with the right to enroll\n"
        "    code-signing certificates, delegated to your organization and\n"
        "    department\n"
        "  - the certificate profile and the applicant representative's\n"
        "    e-mail address allowed there\n"
        "\n"
        "Then, here:\n"
        "  export ENROLL_CONF=%s ENROLL_STATE=%s\n"
        "  enroll-hook check %s       what is still missing\n"
        "  enroll-hook ready %s       enrolls now instead of with the first "
        "signature\n"
        "  enroll-hook sign %s FILE...\n"
        "  enroll-hook run %s -- COMMAND...\n"
        "\n"
        "For tools that are started otherwise:\n"
        "  OPENSSL_CONF=%s/openssl-activated.cnf    the provider is there by "
        "itself\n"
        "  OPENSSL_CONF=%s/openssl-registered.cnf   only with -provider "
        "enroll\n",
        init->folder, init->secret == NULL ? "" : ", client-secret",
        init->config, init->state, init->profile, init->profile, init->profile,
        init->profile, init->folder, init->folder);
}

static enum enroll_class run(struct enroll_context *context, int argc,
                             char **argv)
{
    struct enroll_init init = {.profile = NULL};
    struct enroll_problem problem = {.class = ENROLL_INTERNAL,
                                     .line = "out of memory"};
    const char *output = NULL;
    int ok = set_profile(&init, "release", &problem) &&
             parse(&init, argc, argv, &output, &problem) &&
             place(&init, &context->places, output, &problem) &&
             enroll_init_ask(&init, &problem) &&
             enroll_init_write(&init, &problem);

    if (ok)
        say_next(&init);
    enroll_init_clear(&init);
    return report_or(ok, &problem);
}

const struct enroll_command enroll_command_init = {
    .name = name,
    .synopsis = "[--profile NAME] [--manager scm] [--url URL] [--client-id ID] "
                "[--client-secret-file FILE] [--email ADDRESS] "
                "[--trust public|private] [--anchor FILE] [--tsa URL,...] "
                "[--set KEY=VALUE]... [--output FOLDER] [--force]",
    .summary = "write a configuration, asking for what it needs",
    .help =
        "Writes enroll.conf and two variants of openssl.cnf. What is not\n"
        "given is asked for at a terminal; without one it is an error.\n"
        "Nothing is overwritten without --force, and nothing is left that\n"
        "does not load.\n"
        "\n"
        "  --profile NAME         section of enroll.conf (default: release)\n"
        "  --client-secret-file   a file only you can read; otherwise the\n"
        "                         secret is asked for and kept in one\n"
        "  --trust public         (the default) wants its key in hardware;\n"
        "                         keys live in files so far, so say also\n"
        "                         --allow-software-key if you may\n"
        "  --trust private        needs --anchor, the authority's roots\n"
        "  --tsa URL,...          without one `sign` needs --no-timestamp;\n"
        "                         at a terminal Sectigo's is proposed\n"
        "  --ca-file, --first-name, --last-name, --subject, --tsa-ca-file\n"
        "                         as in enroll.conf\n"
        "  --set KEY=VALUE        any other key of enroll.conf\n"
        "  --output FOLDER        default: /etc/enroll for root, else\n"
        "                         ~/.config/enroll\n",
    .run = run,
};
