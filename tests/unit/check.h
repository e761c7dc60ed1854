/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The few words a unit test needs. A failed CHECK names itself and the test
 * goes on, so that one run shows all that is wrong; main ends with CHECK_DONE.
 */
#ifndef ENROLL_TESTS_CHECK_H
#define ENROLL_TESTS_CHECK_H

#include <stdio.h>
#include <string.h>

static int check_failures;

#define CHECK(condition)                                                       \
    do {                                                                       \
        if (!(condition)) {                                                    \
            fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__,       \
                    #condition);                                               \
            check_failures++;                                                  \
        }                                                                      \
    } while (0)

#define CHECK_STRING(got, expected)                                            \
    do {                                                                       \
        const char *check_got = (got);                                         \
        if (check_got == NULL || strcmp(check_got, (expected)) != 0) {         \
            fprintf(stderr, "%s:%d: got '%s', expected '%s'\n", __FILE__,      \
                    __LINE__, check_got == NULL ? "(null)" : check_got,        \
                    (expected));                                               \
            check_failures++;                                                  \
        }                                                                      \
    } while (0)

#define CHECK_DONE() (check_failures == 0 ? 0 : 1)

#endif
