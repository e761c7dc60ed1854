/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one place that says what a generation is good for now. Provider and hook
 * both ask here, so that they can never disagree.
 */
#ifndef ENROLL_CORE_JUDGE_H
#define ENROLL_CORE_JUDGE_H

#include "core/verdict.h"

enum enroll_usability {
    ENROLL_USABLE,      /* deliver */
    ENROLL_RENEWABLE,   /* deliver; renewal, or a look outside, is due */
    ENROLL_RUNNING_OUT, /* below min-remaining: renew first, else refuse */
    ENROLL_EXPIRED,
    ENROLL_NOT_YET_VALID,
    ENROLL_REVOKED,
    ENROLL_HELD
};

/*
 * min_remaining is in seconds, -1 for none beyond the verdict's refuse-at. For
 * anything but ENROLL_USABLE and ENROLL_RENEWABLE *problem is filled: profile,
 * reason, and what will help.
 */
enum enroll_usability enroll_judge(const char *profile,
                                   const struct enroll_generation *generation,
                                   const struct enroll_verdict *verdict,
                                   time_t now, long min_remaining,
                                   struct enroll_problem *problem);

/* 1 if it is time to look whether the certificate is revoked. */
int enroll_check_due(const struct enroll_verdict *verdict, time_t now);

/* 1 if that is something a tool may be given. */
int enroll_deliverable(enum enroll_usability usability);

#endif
