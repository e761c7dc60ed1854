/* SPDX-License-Identifier: Apache-2.0 */
/*
 * enroll-hook run: makes the profile ready, then becomes the tool, with the
 * provider activated for it. Signals and exit code are the tool's, because
 * there is nobody else left.
 */
#include "hook/command/command.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hook/command/make_ready.h"
#include "hook/sign/environment.h"
#include "hook/sign/openssl_conf.h"
#include "hook/sign/runtime.h"
#include "hook/sign/shadow.h"

static const char name[] = "run";

static int agrees(const char *configured, const char *used)
{
    return configured == NULL || strcmp(configured, used) == 0;
}

/* The openssl.cnf in effect does already what ours would do. */
static int will_do(const struct enroll_openssl_conf *conf,
                   const struct enroll_places *places)
{
    return conf->default_active && conf->enroll_active &&
           conf->module != NULL && agrees(conf->config, places->config) &&
           agrees(conf->state, places->state);
}

static char **make_environment(const struct enroll_places *places,
                               const struct enroll_profile *profile,
                               struct enroll_problem *problem)
{
    struct enroll_openssl_conf conf;
    char path[PATH_MAX], identity[PATH_MAX];
    char **environment = NULL;
    int ok = 1;

    enroll_problem_set(problem, ENROLL_INTERNAL, "out of memory");
    if (!enroll_openssl_conf_find(&conf))
        return NULL;
    if (will_do(&conf, places))
        snprintf(path, sizeof(path), "%s", conf.path);
    else
        ok = enroll_runtime_conf(&conf, places, path, problem);
    enroll_openssl_conf_clear(&conf);
    if (!ok)
        return NULL;
    snprintf(identity, sizeof(identity), "%s/%s/identity.pem", profile->state,
             profile->name);
    environment = enroll_environment_new(path, places);
    if (environment != NULL &&
        enroll_environment_set(&environment, "ENROLL_PROFILE", profile->name) &&
        enroll_environment_set(&environment, "ENROLL_IDENTITY", identity))
        return environment;
    enroll_environment_free(environment);
    return NULL;
}

static enum enroll_class become(char **argv, char **environment, mode_t before)
{
    struct enroll_problem problem;

    fflush(NULL);
    /* Ours until now, and inherited otherwise. */
    umask(before);
    signal(SIGPIPE, SIG_DFL);
    execvpe(argv[0], argv, environment);
    enroll_problem_set(&problem, ENROLL_USAGE, "cannot start %s: %s", argv[0],
                       strerror(errno));
    return enroll_report(&problem);
}

static enum enroll_class run(struct enroll_context *context, int argc,
                             char **argv)
{
    const struct enroll_profile *profile = NULL;
    enum enroll_class class = ENROLL_OK;
    struct enroll_problem problem;
    char **environment = NULL, **command;
    char warning[ENROLL_LINE_MAX];
    unsigned long generation = 0;

    if (argc < 2 || argv[1][0] == '-')
        return enroll_usage(name, "which profile?");
    command = argv + 2;
    if (*command != NULL && strcmp(*command, "--") == 0)
        command++;
    if (*command == NULL)
        return enroll_usage(name, "which command?");
    profile = enroll_context_profile(context, argv[1], &class);
    if (profile == NULL)
        return class;
    if (!enroll_make_ready(profile, &generation, &problem))
        return enroll_report(&problem);
    if (enroll_shadow_find(profile->name, warning))
        fprintf(stderr, "enroll-hook: warning: %s\n", warning);
    environment = make_environment(&context->places, profile, &problem);
    if (environment == NULL)
        return enroll_report(&problem);
    class = become(command, environment, context->umask);
    enroll_environment_free(environment);
    return class;
}

const struct enroll_command enroll_command_run = {
    .name = name,
    .synopsis = "PROFILE -- COMMAND [ARGUMENT...]",
    .summary = "run a signing tool with the profile ready and reachable",
    .help =
        "Makes the profile usable (enrolls or renews where that is due), then\n"
        "becomes COMMAND, whose libcrypto has the providers default and\n"
        "enroll active. For the command are set:\n"
        "\n"
        "  OPENSSL_CONF     an openssl.cnf that includes the one in effect\n"
        "                   and activates the provider; left alone if that\n"
        "                   does so already\n"
        "  ENROLL_IDENTITY  the identity file, for tools that open only files\n"
        "  ENROLL_PROFILE   PROFILE\n"
        "\n"
        "  enroll-hook run release -- sh -c 'osslsigncode sign \\\n"
        "      -certs \"$ENROLL_IDENTITY\" -key \"$ENROLL_IDENTITY\" \\\n"
        "      -in app.exe -out signed.exe'\n"
        "  enroll-hook run release -- openssl cms -sign -in notes.txt \\\n"
        "      -signer enroll://release -inkey enroll://release\n",
    .run = run,
};
