/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What sign says: a line for each file as it is done, or one JSON document at
 * the end.
 */
#ifndef ENROLL_HOOK_COMMAND_SIGN_REPORT_H
#define ENROLL_HOOK_COMMAND_SIGN_REPORT_H

#include <cjson/cJSON.h>

#include "hook/sign/sign.h"

struct enroll_sign_report {
    cJSON *files;            /* NULL: lines */
    enum enroll_class class; /* of the first failure */
};

/* 1, or 0 when out of memory. */
int enroll_sign_report_begin(struct enroll_sign_report *report, int json);

/* result may be NULL where there is none. set_aside: quarantined. */
void enroll_sign_report_file(struct enroll_sign_report *report,
                             const char *file, enum enroll_signed outcome,
                             const struct enroll_signed_file *result,
                             const struct enroll_problem *problem,
                             int set_aside);

/* Prints what is to be printed at the end; the exit code. */
enum enroll_class enroll_sign_report_end(struct enroll_sign_report *report,
                                         const char *profile);

#endif
