/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An identity as it stands on disk: the way from its name to a generation and
 * the judgement on it. Reads only: takes no lock, starts nothing, asks nobody.
 */
#ifndef ENROLL_CORE_IDENTITY_H
#define ENROLL_CORE_IDENTITY_H

#include "core/judge.h"

struct enroll_look {
    struct enroll_generation *generation;
    struct enroll_verdict verdict;
    enum enroll_usability usability;
};

/*
 * STATE/PROFILE; MISSING if there is no such folder. *profile_fd is the
 * caller's.
 */
enum enroll_found enroll_identity_open(const char *state, const char *profile,
                                       int *profile_fd,
                                       struct enroll_problem *problem);

/*
 * Opens and judges generation number (0: the current one). On FOUND *look is
 * the caller's (enroll_look_clear), and *problem is filled unless it is
 * deliverable; a line in *problem always names the profile.
 */
enum enroll_found enroll_identity_look(int profile_fd, const char *profile,
                                       unsigned long number, long min_remaining,
                                       time_t now, struct enroll_look *look,
                                       struct enroll_problem *problem);
void enroll_look_clear(struct enroll_look *look);

#endif
