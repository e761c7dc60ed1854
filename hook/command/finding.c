/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints findings as they come, or keeps them for one JSON document. Called by
 * check's parts.
 */
#include "hook/command/finding.h"

#include <stdarg.h>
#include <stdio.h>

static const char *status_name(enum enroll_finding status)
{
    switch (status) {
    case ENROLL_FINE: return "ok";
    case ENROLL_WARNING: return "warning";
    case ENROLL_PROBLEM: break;
    }
    return "problem";
}

int enroll_findings_begin(struct enroll_findings *findings, int json)
{
    findings->list = json ? cJSON_CreateArray() : NULL;
    findings->profile = NULL;
    findings->class = ENROLL_OK;
    findings->warnings = findings->problems = 0;
    return !json || findings->list != NULL;
}

void enroll_finding_problem(struct enroll_findings *findings,
                            enum enroll_finding status, const char *topic,
                            const struct enroll_problem *problem)
{
    const char *profile = findings->profile;
    cJSON *one = NULL;

    if (status == ENROLL_PROBLEM && findings->problems++ == 0)
        findings->class = problem->class;
    if (status == ENROLL_WARNING)
        findings->warnings++;
    if (findings->list == NULL) {
        printf("%-8s %s%s%s: %s\n", status_name(status),
               profile == NULL ? "" : profile, profile == NULL ? "" : " ",
               topic, problem->line);
        fflush(stdout);
        return;
    }
    one = cJSON_CreateObject();
    cJSON_AddStringToObject(one, "status", status_name(status));
    cJSON_AddStringToObject(one, "topic", topic);
    if (profile != NULL)
        cJSON_AddStringToObject(one, "profile", profile);
    if (status != ENROLL_FINE)
        cJSON_AddStringToObject(one, "class",
                                enroll_class_name(problem->class));
    cJSON_AddStringToObject(one, "line", problem->line);
    cJSON_AddItemToArray(findings->list, one);
}

static void add(struct enroll_findings *findings, enum enroll_finding status,
                const char *topic, enum enroll_class class, const char *format,
                va_list args)
{
    struct enroll_problem problem;
    char line[ENROLL_LINE_MAX];

    vsnprintf(line, sizeof(line), format, args);
    enroll_problem_set(&problem, class, "%s", line);
    enroll_finding_problem(findings, status, topic, &problem);
}

void enroll_finding_add(struct enroll_findings *findings,
                        enum enroll_finding status, const char *topic,
                        enum enroll_class class, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    add(findings, status, topic, class, format, args);
    va_end(args);
}

void enroll_finding_fine(struct enroll_findings *findings, const char *topic,
                         const char *format, ...)
{
    va_list args;

    va_start(args, format);
    add(findings, ENROLL_FINE, topic, ENROLL_OK, format, args);
    va_end(args);
}

enum enroll_class enroll_findings_end(struct enroll_findings *findings)
{
    cJSON *all = NULL;
    char *text = NULL;

    if (findings->list == NULL) {
        if (findings->problems == 0 && findings->warnings == 0)
            printf("all is well\n");
        else
            printf("%d problem%s, %d warning%s\n", findings->problems,
                   findings->problems == 1 ? "" : "s", findings->warnings,
                   findings->warnings == 1 ? "" : "s");
        return findings->class;
    }
    all = cJSON_CreateObject();
    cJSON_AddStringToObject(all, "class", enroll_class_name(findings->class));
    cJSON_AddNumberToObject(all, "problems", findings->problems);
    cJSON_AddNumberToObject(all, "warnings", findings->warnings);
    cJSON_AddItemToObject(all, "findings", findings->list);
    findings->list = NULL;
    text = cJSON_Print(all);
    if (text != NULL)
        puts(text);
    cJSON_free(text);
    cJSON_Delete(all);
    return text == NULL ? ENROLL_INTERNAL : findings->class;
}
