/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints what became of each file. Called by sign.
 */
#include "hook/command/sign_report.h"

#include <stdio.h>
#include <time.h>

#include "hook/protocol/url.h"

#define TIME_TEXT 32

static const char *time_text(time_t when, char text[TIME_TEXT])
{
    struct tm broken;

    if (gmtime_r(&when, &broken) == NULL ||
        strftime(text, TIME_TEXT, "%Y-%m-%dT%H:%M:%SZ", &broken) == 0)
        text[0] = '\0';
    return text;
}

int enroll_sign_report_begin(struct enroll_sign_report *report, int json)
{
    report->class = ENROLL_OK;
    report->files = json ? cJSON_CreateArray() : NULL;
    return !json || report->files != NULL;
}

static const char *outcome_name(enum enroll_signed outcome)
{
    switch (outcome) {
    case ENROLL_SIGNED_NOW: return "signed";
    case ENROLL_SIGNED_BEFORE: return "already-signed";
    case ENROLL_SIGNED_FAILED: break;
    }
    return "failed";
}

static void add_file(cJSON *files, const char *file, enum enroll_signed outcome,
                     const struct enroll_signed_file *result,
                     const struct enroll_problem *problem, int set_aside)
{
    cJSON *one = cJSON_CreateObject();
    char text[TIME_TEXT], host[ENROLL_AUTHORITY_MAX];

    cJSON_AddStringToObject(one, "file", file);
    cJSON_AddStringToObject(one, "status", outcome_name(outcome));
    if (outcome == ENROLL_SIGNED_FAILED) {
        cJSON_AddStringToObject(one, "class",
                                enroll_class_name(problem->class));
        cJSON_AddStringToObject(one, "reason", problem->line);
        if (set_aside)
            cJSON_AddTrueToObject(one, "set-aside");
    } else {
        if (result->stamped != 0)
            cJSON_AddStringToObject(one, "time-stamp",
                                    time_text(result->stamped, text));
        if (result->tsa != NULL) {
            enroll_url_shown(result->tsa, host);
            cJSON_AddStringToObject(one, "time-stamp-authority", host);
        }
        if (outcome == ENROLL_SIGNED_NOW && result->replaced[0] != '\0')
            cJSON_AddStringToObject(one, "replaced-signature-of",
                                    result->replaced);
    }
    cJSON_AddItemToArray(files, one);
}

static void print_signed(const char *file,
                         const struct enroll_signed_file *result)
{
    char text[TIME_TEXT], host[ENROLL_AUTHORITY_MAX];

    printf("%s: signed", file);
    if (result->tsa != NULL) {
        enroll_url_shown(result->tsa, host);
        printf(", time stamp %s from %s", time_text(result->stamped, text),
               host);
    } else {
        printf(", without time stamp");
    }
    if (result->replaced[0] != '\0')
        printf(" (replaces a signature of %s)", result->replaced);
    printf("\n");
}

void enroll_sign_report_file(struct enroll_sign_report *report,
                             const char *file, enum enroll_signed outcome,
                             const struct enroll_signed_file *result,
                             const struct enroll_problem *problem,
                             int set_aside)
{
    if (outcome == ENROLL_SIGNED_FAILED && report->class == ENROLL_OK)
        report->class = problem->class;
    if (report->files != NULL)
        add_file(report->files, file, outcome, result, problem, set_aside);
    else if (outcome == ENROLL_SIGNED_FAILED)
        fprintf(stderr, "%s: FAILED: %s%s\n", file, problem->line,
                set_aside ? "; set aside as *.unsigned" : "");
    else if (outcome == ENROLL_SIGNED_NOW)
        print_signed(file, result);
    else
        printf("%s: already signed, skipped\n", file);
    fflush(stdout);
}

enum enroll_class enroll_sign_report_end(struct enroll_sign_report *report,
                                         const char *profile)
{
    cJSON *all = NULL;
    char *text = NULL;

    if (report->files == NULL)
        return report->class;
    all = cJSON_CreateObject();
    cJSON_AddStringToObject(all, "profile", profile);
    cJSON_AddStringToObject(all, "class", enroll_class_name(report->class));
    cJSON_AddItemToObject(all, "files", report->files);
    text = cJSON_Print(all);
    if (text != NULL)
        puts(text);
    cJSON_free(text);
    cJSON_Delete(all);
    report->files = NULL;
    return text == NULL ? ENROLL_INTERNAL : report->class;
}
