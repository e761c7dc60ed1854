/* SPDX-License-Identifier: Apache-2.0 */
/*
 * enroll-hook sign: makes the profile ready, then signs files in place. Goes
 * through all files whatever becomes of one; the exit code is the first
 * failure's.
 */
#include "hook/command/command.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "core/duration.h"
#include "hook/command/files.h"
#include "hook/command/make_ready.h"
#include "hook/command/sign_report.h"
#include "hook/report/journal.h"
#include "hook/sign/openssl_conf.h"
#include "hook/sign/original.h"
#include "hook/sign/runtime.h"
#include "hook/sign/sign.h"

#define TOOL_TIMEOUT 300 /* seconds for one run of osslsigncode */

struct options {
    const char *profile;
    struct enroll_files files;
    const char *tsa[ENROLL_TSA_MAX];
    size_t tsa_count;
    int no_timestamp, resign, quarantine, json;
    long timeout;
    const char *description, *info_url;
};

enum { OPT_TSA = 256, OPT_ON_FAILURE, OPT_TIMEOUT, OPT_DESCRIPTION, OPT_INFO };

static const char name[] = "sign";

static enum enroll_class add_tsa(struct options *options, const char *url)
{
    if (options->tsa_count == ENROLL_TSA_MAX)
        return enroll_usage(name, "at most %d --tsa", ENROLL_TSA_MAX);
    if (strncmp(url, "http://", 7) != 0 && strncmp(url, "https://", 8) != 0)
        return enroll_usage(name, "--tsa takes a URL, http:// or https://");
    options->tsa[options->tsa_count++] = url;
    return ENROLL_OK;
}

static enum enroll_class take(struct options *options, int option)
{
    switch (option) {
    case OPT_TSA: return add_tsa(options, optarg);
    case OPT_ON_FAILURE:
        if (strcmp(optarg, "keep") != 0 && strcmp(optarg, "quarantine") != 0)
            return enroll_usage(name, "--on-failure is keep or quarantine");
        options->quarantine = optarg[0] == 'q';
        return ENROLL_OK;
    case OPT_TIMEOUT:
        if (!enroll_duration_parse(optarg, &options->timeout) ||
            options->timeout < 1)
            return enroll_usage(name, "--timeout takes a duration such as 5m");
        return ENROLL_OK;
    case OPT_DESCRIPTION: options->description = optarg; return ENROLL_OK;
    case OPT_INFO: options->info_url = optarg; return ENROLL_OK;
    case 0: return ENROLL_OK; /* a flag, set by getopt_long */
    default: return enroll_usage(name, "unknown option, or a value is missing");
    }
}

static enum enroll_class take_operands(struct options *options, int argc,
                                       char **argv)
{
    struct enroll_problem problem;

    if (optind >= argc)
        return enroll_usage(name, "which profile?");
    options->profile = argv[optind++];
    for (; optind < argc; optind++)
        if (!enroll_files_add(&options->files, argv[optind], &problem))
            return enroll_report(&problem);
    if (options->files.count == 0)
        return enroll_usage(name, "which files?");
    return ENROLL_OK;
}

static enum enroll_class parse(struct options *options, int argc, char **argv)
{
    const struct option longs[] = {
        {"tsa", required_argument, NULL, OPT_TSA},
        {"no-timestamp", no_argument, &options->no_timestamp, 1},
        {"resign", no_argument, &options->resign, 1},
        {"on-failure", required_argument, NULL, OPT_ON_FAILURE},
        {"timeout", required_argument, NULL, OPT_TIMEOUT},
        {"description", required_argument, NULL, OPT_DESCRIPTION},
        {"info-url", required_argument, NULL, OPT_INFO},
        {"json", no_argument, &options->json, 1},
        {0}};
    int option;

    optind = 0;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "", longs, NULL)) != -1) {
        enum enroll_class class = take(options, option);

        if (class != ENROLL_OK)
            return class;
    }
    return take_operands(options, argc, argv);
}

/* ------------------------------------------------------------ preparations */

static int make_ready(struct enroll_signer *signer,
                      struct enroll_problem *problem)
{
    unsigned long generation = 0;

    return enroll_make_ready(signer->profile, &generation, problem) &&
           enroll_signer_identity(signer, generation, problem);
}

static int find_tool(struct enroll_signer *signer,
                     const struct enroll_places *places,
                     struct enroll_problem *problem)
{
    struct enroll_openssl_conf conf;
    char path[PATH_MAX];
    int ok;

    if (!enroll_tool_find(&signer->tool, problem))
        return 0;
    if (!enroll_openssl_conf_find(&conf))
        return enroll_problem_set(problem, ENROLL_INTERNAL, "out of memory");
    ok = enroll_runtime_conf(&conf, places, path, problem) &&
         enroll_tool_environment(&signer->tool, path, places, problem);
    enroll_openssl_conf_clear(&conf);
    return ok;
}

static int set_tsa(struct enroll_signer *signer, const struct options *options,
                   struct enroll_problem *problem)
{
    const struct enroll_profile *profile = signer->profile;
    int given = options->tsa_count > 0;
    const char *const *from = given ? options->tsa : profile->tsa;

    signer->timestamp = !options->no_timestamp;
    signer->tsa.timeout = profile->tsa_timeout;
    signer->tsa.ca_file = profile->tsa_ca_file;
    signer->tsa.proxy = profile->proxy;
    signer->tsa.count = given ? options->tsa_count : profile->tsa_count;
    for (size_t i = 0; i < signer->tsa.count; i++)
        signer->tsa.urls[i] = from[i];
    if (!signer->timestamp || signer->tsa.count > 0)
        return 1;
    return enroll_problem_set(
        problem, ENROLL_CONFIGURATION,
        "no time-stamp authority is named, and without a time stamp a "
        "signature ends with its certificate; set tsa = in %s, give --tsa URL, "
        "or say --no-timestamp",
        profile->config_path);
}

/* --------------------------------------------------------------- the files */

static void fail(struct enroll_sign_report *report,
                 const struct options *options, const char *file,
                 const struct enroll_signed_file *result,
                 const struct enroll_problem *problem, int interrupted)
{
    struct enroll_problem aside;
    int set_aside = 0;

    if (options->quarantine && !interrupted) {
        set_aside = enroll_original_set_aside(file, &aside);
        if (!set_aside)
            enroll_report(&aside);
    }
    enroll_sign_report_file(report, file, ENROLL_SIGNED_FAILED, result, problem,
                            set_aside);
}

/* The signature is made and stays, noted or not; said once a run. */
static void note(const struct enroll_signer *signer,
                 const struct enroll_signed_file *result, int *said)
{
    char tool[64];
    const struct enroll_journal_entry entry = {
        .generation = signer->generation,
        .leaf = signer->leaf,
        .file = result->path,
        .sha256 = result->sha256,
        .tool = tool,
    };
    struct enroll_problem problem;

    snprintf(tool, sizeof(tool), "osslsigncode %d.%d", signer->tool.major,
             signer->tool.minor);
    if (enroll_journal_add(signer->profile, &entry, &problem) || *said)
        return;
    *said = 1;
    fprintf(stderr,
            "enroll-hook: %s: what is signed is not recorded, enroll-hook "
            "signed won't list it: %s\n",
            signer->profile->name, problem.line);
}

static void sign_all(struct enroll_signer *signer,
                     const struct options *options,
                     struct enroll_sign_report *report)
{
    struct enroll_interrupt interrupt;
    int held = enroll_interrupt_begin(&interrupt), said = 0;

    if (held)
        signer->interrupt = signer->tool.interrupt = signer->tsa.interrupt =
            &interrupt;
    for (size_t i = 0; i < options->files.count; i++) {
        const char *file = options->files.names[i];
        struct enroll_signed_file result;
        struct enroll_problem problem;
        enum enroll_signed outcome =
            enroll_sign_file(signer, file, &result, &problem);

        if (outcome == ENROLL_SIGNED_NOW)
            note(signer, &result, &said);
        if (outcome == ENROLL_SIGNED_FAILED)
            fail(report, options, file, &result, &problem,
                 held && enroll_interrupt_came(&interrupt));
        else
            enroll_sign_report_file(report, file, outcome, &result, &problem,
                                    0);
        if (held && enroll_interrupt_came(&interrupt))
            break;
    }
    signer->interrupt = signer->tool.interrupt = signer->tsa.interrupt = NULL;
    if (held)
        enroll_interrupt_end(&interrupt);
}

static enum enroll_class sign(struct enroll_context *context,
                              const struct options *options)
{
    struct enroll_signer signer = {.again = options->resign,
                                   .description = options->description,
                                   .info_url = options->info_url};
    struct enroll_sign_report report;
    struct enroll_problem problem;
    enum enroll_class class = ENROLL_OK;

    if (!enroll_sign_report_begin(&report, options->json))
        return ENROLL_INTERNAL;
    signer.tool.timeout = options->timeout;
    signer.profile = enroll_context_profile(context, options->profile, &class);
    if (signer.profile == NULL)
        enroll_problem_set(&problem, class, "profile %s is not usable",
                           options->profile);
    if (signer.profile != NULL && set_tsa(&signer, options, &problem) &&
        find_tool(&signer, &context->places, &problem) &&
        make_ready(&signer, &problem))
        sign_all(&signer, options, &report);
    else
        for (size_t i = 0; i < options->files.count; i++)
            fail(&report, options, options->files.names[i], NULL, &problem, 0);
    enroll_signer_clear(&signer);
    return enroll_sign_report_end(&report, options->profile);
}

static enum enroll_class run(struct enroll_context *context, int argc,
                             char **argv)
{
    struct options options = {.timeout = TOOL_TIMEOUT};
    enum enroll_class class = parse(&options, argc, argv);

    if (class == ENROLL_OK)
        class = sign(context, &options);
    enroll_files_clear(&options.files);
    return class;
}

const struct enroll_command enroll_command_sign = {
    .name = name,
    .synopsis = "PROFILE FILE|@LIST... [--tsa URL]... [--no-timestamp] "
                "[--resign] [--on-failure keep|quarantine] "
                "[--description TEXT] [--info-url URL] [--timeout DURATION] "
                "[--json]",
    .summary = "sign files in place, with time stamp, and verify them",
    .help =
        "Signs PE, MSI, CAB, CAT, APPX and PowerShell files with the\n"
        "installed osslsigncode. A file is replaced only when its new\n"
        "signature, its time stamp and its digest have been verified;\n"
        "otherwise it stays as it was. A file that this profile has signed\n"
        "and stamped already is skipped.\n"
        "\n"
        "  @LIST               names of files, one a line\n"
        "  --tsa URL           instead of tsa in enroll.conf; the next one is\n"
        "                      tried when one gives no good time stamp\n"
        "  --no-timestamp      the signature ends with its certificate\n"
        "  --resign            also what is signed already\n"
        "  --on-failure=quarantine\n"
        "                      rename to FILE.unsigned what could not be\n"
        "                      signed: for tools that ignore an exit code\n"
        "  --description TEXT, --info-url URL\n"
        "                      what Windows shows before it runs the file\n"
        "  --timeout DURATION  for one run of osslsigncode (default 5m)\n"
        "  --json              one JSON document instead of lines\n",
    .run = run,
};
