/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What subcommands share: the configuration, loaded when it is first needed,
 * and the way a failure is printed.
 */
#include "hook/command/command.h"

#include <stdarg.h>
#include <stdio.h>

enum enroll_class enroll_report(const struct enroll_problem *problem)
{
    fprintf(stderr, "enroll-hook: %s\n", problem->line);
    return problem->class;
}

enum enroll_class enroll_usage(const char *command, const char *format, ...)
{
    char what[512];
    va_list args;

    va_start(args, format);
    vsnprintf(what, sizeof(what), format, args);
    va_end(args);
    fprintf(stderr, "enroll-hook: %s: %s (see: enroll-hook %s --help)\n",
            command, what, command);
    return ENROLL_USAGE;
}

int enroll_context_load(struct enroll_context *context,
                        struct enroll_problem *problem)
{
    return context->config != NULL ||
           enroll_config_load(context->places.config, context->places.state,
                              &context->config, problem);
}

const struct enroll_profile *enroll_context_profile(
    struct enroll_context *context, const char *name, enum enroll_class *class)
{
    const struct enroll_profile *profile = NULL;
    struct enroll_problem problem;

    if (enroll_context_load(context, &problem) &&
        enroll_config_profile(context->config, name, &profile, &problem))
        return profile;
    *class = enroll_report(&problem);
    return NULL;
}
