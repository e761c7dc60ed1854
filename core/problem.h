/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One failure as a person will read it: a class and one line that names the
 * profile, the reason and the remedy. Filled once, by whoever knows; everybody
 * above passes it on unchanged.
 */
#ifndef ENROLL_CORE_PROBLEM_H
#define ENROLL_CORE_PROBLEM_H

#include "core/exit.h"

#define ENROLL_LINE_MAX 1024

struct enroll_problem {
    enum enroll_class class;
    char line[ENROLL_LINE_MAX]; /* no newline, no control characters */
};

/*
 * Fills *problem and returns 0, so that a caller can write
 * `return enroll_problem_set(...)`. problem may be NULL. Control characters in
 * the result are replaced by spaces: parts of it may come from a server.
 */
int enroll_problem_set(struct enroll_problem *problem, enum enroll_class class,
                       const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "PROFILE: " in front, unless the line begins so already. Returns 0. */
int enroll_problem_prefix(struct enroll_problem *problem, const char *profile);

#endif
