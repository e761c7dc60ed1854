/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What check finds: one line each, with its status and, unless all is well,
 * the remedy in it.
 */
#ifndef ENROLL_HOOK_COMMAND_FINDING_H
#define ENROLL_HOOK_COMMAND_FINDING_H

#include <cjson/cJSON.h>

#include "core/problem.h"

enum enroll_finding { ENROLL_FINE, ENROLL_WARNING, ENROLL_PROBLEM };

struct enroll_findings {
    cJSON *list;             /* NULL: lines */
    const char *profile;     /* the one being looked at; NULL: none */
    enum enroll_class class; /* of the first problem */
    int warnings, problems;
};

/* 1, or 0 when out of memory. */
int enroll_findings_begin(struct enroll_findings *findings, int json);

/* topic is a word or two, the same in every run: "openssl.cnf". */
void enroll_finding_add(struct enroll_findings *findings,
                        enum enroll_finding status, const char *topic,
                        enum enroll_class class, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
void enroll_finding_fine(struct enroll_findings *findings, const char *topic,
                         const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* status with a problem's own line and class. */
void enroll_finding_problem(struct enroll_findings *findings,
                            enum enroll_finding status, const char *topic,
                            const struct enroll_problem *problem);

/* The summary or the JSON document; the exit code. */
enum enroll_class enroll_findings_end(struct enroll_findings *findings);

#endif
