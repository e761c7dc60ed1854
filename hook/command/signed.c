/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `enroll-hook signed`: what was signed with a profile, to be gone through
 * after a revocation.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "hook/command/command.h"
#include "hook/protocol/instant.h"
#include "hook/report/journal.h"

static const char name[] = "signed";

static const char unseen[] =
    "Signatures that a tool made by itself, with a key in a file, are not seen "
    "and not listed.";

struct options {
    const char *profile;
    time_t since;             /* 0: from the beginning */
    unsigned long generation; /* 0: all */
    int json;
    /* while listing */
    cJSON *list;
    int failed; /* memory */
};

static enum enroll_class parse(int argc, char **argv, struct options *options)
{
    static const struct option table[] = {
        {"generation", required_argument, NULL, 'g'},
        {"json", no_argument, NULL, 'j'},
        {"since", required_argument, NULL, 's'},
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
        case 'j': options->json = 1; break;
        case 's':
            if (!enroll_instant_parse(optarg, &options->since))
                return enroll_usage(name,
                                    "'%s' is no date; write 2026-11-22 or "
                                    "2026-11-22T15:04:05Z",
                                    optarg);
            break;
        default:
            return enroll_usage(name, "unknown option, or a value is missing");
        }
    }
    if (argc - optind != 1)
        return enroll_usage(name, "name one profile");
    options->profile = argv[optind];
    return ENROLL_OK;
}

static int wanted(const struct options *options,
                  const struct enroll_record *entry, time_t *at)
{
    long time = 0, generation = 0;

    enroll_record_get_long(entry, "time", &time);
    enroll_record_get_long(entry, "generation", &generation);
    *at = (time_t)time;
    return *at >= options->since &&
           (options->generation == 0 ||
            (unsigned long)generation == options->generation);
}

static const char *text_of(const struct enroll_record *entry, const char *line)
{
    const char *text = enroll_record_get(entry, line);

    return text == NULL || *text == '\0' ? "?" : text;
}

static const char *date_of(time_t at, char date[32])
{
    struct tm tm;

    if (gmtime_r(&at, &tm) == NULL ||
        strftime(date, 32, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
        strcpy(date, "?");
    return date;
}

static int print_one(void *context, const struct enroll_record *entry)
{
    char date[32];
    time_t at = 0;

    if (wanted(context, entry, &at))
        printf("%s  generation %s  %.16s...  %s  (%s, by %s)\n",
               date_of(at, date), text_of(entry, "generation"),
               text_of(entry, "sha256"), text_of(entry, "file"),
               text_of(entry, "tool"), text_of(entry, "user"));
    return 1;
}

static int add_one(void *context, const struct enroll_record *entry)
{
    static const char *const lines[] = {"leaf-sha256", "serial", "file",
                                        "sha256",      "tool",   "user"};
    struct options *options = context;
    cJSON *object = NULL;
    long generation = 0;
    char date[32];
    time_t at = 0;
    int ok;

    if (!wanted(options, entry, &at))
        return 1;
    object = cJSON_CreateObject();
    enroll_record_get_long(entry, "generation", &generation);
    ok = object != NULL && cJSON_AddItemToArray(options->list, object) &&
         cJSON_AddStringToObject(object, "time", date_of(at, date)) != NULL &&
         cJSON_AddNumberToObject(object, "generation", (double)generation) !=
             NULL;
    for (size_t i = 0; ok && i < sizeof(lines) / sizeof(lines[0]); i++)
        ok = cJSON_AddStringToObject(object, lines[i],
                                     text_of(entry, lines[i])) != NULL;
    options->failed = !ok;
    return ok;
}

static enum enroll_class list_json(const struct enroll_profile *profile,
                                   struct options *options)
{
    cJSON *document = cJSON_CreateObject();
    struct enroll_problem problem;
    enum enroll_class class = ENROLL_INTERNAL;
    char *text = NULL;

    enroll_problem_set(&problem, ENROLL_INTERNAL, "out of memory");
    if (document != NULL && cJSON_AddNumberToObject(document, "version", 1) &&
        cJSON_AddStringToObject(document, "profile", profile->name) &&
        cJSON_AddStringToObject(document, "note", unseen))
        options->list = cJSON_AddArrayToObject(document, "signatures");
    if (options->list != NULL &&
        enroll_journal_each(profile, add_one, options, &problem) &&
        !options->failed)
        text = cJSON_Print(document);
    if (text != NULL && puts(text) >= 0)
        class = ENROLL_OK;
    else
        class = enroll_report(&problem);
    cJSON_free(text);
    cJSON_Delete(document);
    return class;
}

static enum enroll_class list_text(const struct enroll_profile *profile,
                                   struct options *options)
{
    struct enroll_problem problem;

    if (!enroll_journal_each(profile, print_one, options, &problem))
        return enroll_report(&problem);
    fflush(stdout);
    fprintf(stderr, "%s: %s\n", profile->name, unseen);
    return ENROLL_OK;
}

static enum enroll_class run(struct enroll_context *context, int argc,
                             char **argv)
{
    struct options options = {.profile = NULL};
    enum enroll_class class = parse(argc, argv, &options);
    const struct enroll_profile *profile = NULL;

    if (class == ENROLL_OK)
        profile = enroll_context_profile(context, options.profile, &class);
    if (profile == NULL)
        return class;
    return options.json ? list_json(profile, &options)
                        : list_text(profile, &options);
}

const struct enroll_command enroll_command_signed = {
    .name = name,
    .synopsis = "PROFILE [--since DATE] [--generation N] [--json]",
    .summary = "list what was signed, as far as it was seen",
    .help =
        "One line for each file that enroll-hook sign has signed: when, with\n"
        "which generation, the SHA-256 of the signed file, and where it was.\n"
        "Generations that are gone from disk are listed as well.\n"
        "\n"
        "  --since DATE     2026-11-22 or 2026-11-22T15:04:05Z\n"
        "  --generation N   of that one only\n"
        "  --json           one document, with whole digests and serials\n"
        "\n"
        "What a tool signs by itself with a key in a file (key = file) is\n"
        "seen by nobody but that tool, and not listed.\n",
    .run = run,
};
