/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a look outside leaves in the verdict: whether anybody could be asked,
 * when to ask next, when the manager wants it renewed. Called by revocation.c
 * and, for reading, by status.
 */
#include "hook/lifecycle/verdict.h"

#include <stdio.h>
#include <string.h>

#include "hook/durable.h"

int enroll_verdict_check(int profile_fd, struct enroll_check *check)
{
    struct enroll_record *record = NULL;
    long checked = 0, next = 0, failures = 0;
    const char *line = NULL;

    if (enroll_durable_load(profile_fd, "verdict", "enroll-verdict", &record,
                            NULL) != ENROLL_FOUND)
        return 0;
    enroll_record_get_long(record, "checked-at", &checked);
    enroll_record_get_long(record, "check-at", &next);
    enroll_record_get_long(record, "check-failures", &failures);
    line = enroll_record_get(record, "check");
    *check = (struct enroll_check){.checked_at = (time_t)checked,
                                   .check_at = (time_t)next,
                                   .failures = failures};
    snprintf(check->line, sizeof(check->line), "%s", line == NULL ? "" : line);
    enroll_record_free(record);
    return next != 0;
}

int enroll_verdict_checked(int profile_fd, const struct enroll_check *check,
                           struct enroll_problem *problem)
{
    struct enroll_record *record = NULL;
    int ok;

    if (!enroll_verdict_read(profile_fd, &record, problem))
        return 0;
    ok = enroll_record_set(record, "checked-at", "%lld",
                           (long long)check->checked_at) &&
         enroll_record_set(record, "check-at", "%lld",
                           (long long)check->check_at) &&
         enroll_record_set(record, "check-noted", "%lld",
                           (long long)time(NULL)) &&
         enroll_record_set(record, "check-failures", "%ld", check->failures) &&
         enroll_record_set(record, "check", "%s", check->line);
    ok = enroll_verdict_write(profile_fd, record, ok, problem);
    enroll_record_free(record);
    return ok;
}

int enroll_verdict_hint(int profile_fd, unsigned long number, time_t renew_at,
                        struct enroll_problem *problem)
{
    struct enroll_record *record = NULL;
    char name[32];
    long known = 0;
    int ok;

    if (!enroll_verdict_read(profile_fd, &record, problem))
        return 0;
    snprintf(name, sizeof(name), "hint.%lu", number);
    enroll_record_get_long(record, name, &known);
    ok = known == (long)renew_at ||
         enroll_verdict_write(
             profile_fd, record,
             enroll_record_set(record, name, "%lld", (long long)renew_at),
             problem);
    enroll_record_free(record);
    return ok;
}
